# Masks of many widths, side by side: how large are their kernels?
use std

kernel Plane(out: int) (p: [d]) -> [out] = p |> map: Linear(out)
fn wide(sigma: real) = FlexConv(1, kernel = Plane(_), mask = Gaussian(sigma))
fn late(sigma: real) = FlexConv(1, kernel = Plane(_), mask = Gaussian(sigma, centre = 1), points = same, causal = true)

network Images() (x: [n] on grid[2]) -> [2] {
  let s = [wide(sigma) for sigma in [0.029, 0.05, 0.075, 0.1, 0.2, 0.3, 0.4, 0.46, 0.5]]
  return sum([conv(x) for conv in s]) |> global_mean |> Linear(2)
}
network Signals() (x: [n] on grid[1]) -> [2] {
  let s = [late(sigma) for sigma in [0.075, 0.5]]
  return sum([conv(x) for conv in s]) |> global_mean |> Linear(2)
}

experiment main = Images() |> Classify(npy("x.npy", "y.npy", channels = 1, rank = 2, classes = 2))
experiment signals = Signals() |> Classify(npy("x.npy", "y.npy", channels = 1, rank = 1, classes = 2))
