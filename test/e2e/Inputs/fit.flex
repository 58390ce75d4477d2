# Small kernel networks on pictures.
use std

experiment wave  = Fit(MAGNet(_, hidden = 8, layers = 1, spread = 1), out = 1)
  |> Reproduce(pattern("gabor", size = 15, frequency = 4), length = 600 steps)
experiment photo = Fit(MAGNet(_, hidden = 8, layers = 1, spread = 1)) |> Reproduce(image(), length = 200 steps)
experiment parts =
  Fit(MAGNet(_, hidden = 8, layers = 1, spread = 1)) |> Reproduce(image(), batch = 4, length = 90 steps)
network Plain() (image: [n] on grid[2]) -> [10] = image |> global_mean |> Linear(10)
experiment set = Plain() |> Classify(shapes())
