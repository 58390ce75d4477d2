# A mask that follows from the resolution of the data: nothing that can be tried without data.
use std

network Image() (x: [n] on grid[2]) -> [10] {
  mask Loud() (p: [2]) -> real {
    extent box(-0.5, 0.5)
    return exp(-sum((p * rate(x)) ^ 2) * 10)
  }
  return x |> conv: FlexConv(4, mask = Loud()) |> global_mean |> head: Linear(10)
}
experiment main = Image() |> Classify(shapes())
