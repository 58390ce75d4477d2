# No convolution: the quickest program that trains.
use std

network Plain() (image: [n] on grid[2]) -> [10] = image |> relu |> global_mean |> Linear(10)

experiment main = Plain() |> Classify(shapes(train = 40, test = 10), length = 2 epochs, warmup = 1 epoch, batch = 9)
