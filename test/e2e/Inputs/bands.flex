# Networks whose kernels have a highest frequency, and some that have none; in two dimensions and in one.
use std

network Net(kernel: int -> kernel) (x: [n] on grid[2]) -> [10] =
  x |> conv: FlexConv(4, kernel = kernel) |> relu |> global_mean |> head: Linear(10)
network Line(kernel: int -> kernel) (x: [n] on grid[1]) -> [10] =
  x |> conv: FlexConv(4, kernel = kernel, mask = Gaussian(centre = 1), points = same, causal = true) |> last
    |> head: Linear(10)

kernel Stated(out: int) (p: [d]) -> [out] {
  band 3
  return tanh(p |> inner: Linear(4)) |> output: Linear(out)
}
kernel Sharp(out: int) (p: [d]) -> [out] = max(p |> inner: Linear(4), 0) |> output: Linear(out)

experiment main = Net(MAGNet(_, hidden = 8)) |> Classify(shapes(train = 40, test = 10), length = 1 epoch, batch = 20)
experiment steered =
  Net(MAGNet(_, hidden = 8, steered = true)) |> Classify(shapes(train = 40, test = 10), length = 1 epoch)
experiment jets   = Net(NJet(_, order = 4)) |> Classify(shapes(train = 40, test = 10), length = 1 epoch)
experiment line   = Line(MAGNet(_, hidden = 8)) |> Classify(sequential(shapes(train = 40, test = 10)), length = 1 epoch)
experiment stated = Net(Stated(_)) |> Classify(shapes(train = 40, test = 10), length = 1 epoch)
experiment sharp  = Net(Sharp(_)) |> Classify(shapes(train = 40, test = 10), length = 1 epoch)
experiment siren  = Net(SIREN(_)) |> Classify(shapes(train = 40, test = 10), length = 1 epoch)
