# A small network on drawn shapes: seconds to compile, less to train.
use std

network Plain() (image: [n] on grid[2]) -> [10] = image |> relu |> global_mean |> Linear(10)

experiment main = FlexNet(c = 4, factors = [1], dropout = 0.1)
  |> Classify(shapes(train = 60, test = 20), length = 2 epochs, warmup = 1 epoch, batch = 9)
experiment other = Plain() |> Classify(shapes(train = 60, test = 20), length = 1 epoch, batch = 9)
