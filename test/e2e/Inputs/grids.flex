# Strides, zero channels, kernels that grow with their scale, frequencies that are learned: everything that a run does with them.
use std

network Grids() (image: [n] on grid[2]) -> [10] =
  image |> stem: NJetConv(4, order = 2) |> norm: BatchNorm |> relu |> blocks: Stage(8, 1, 2)
        |> conv: FlexConv(8, kernel = SIREN(_, hidden = 8, learned = true), mask = Rotated(0.2, positive = true))
        |> relu |> global_mean |> Linear(10)

experiment main =
  Grids() |> Classify(shapes(train = 60, test = 20), length = 2 epochs, warmup = 1 epoch, batch = 9, omega_lr = 0.5)
