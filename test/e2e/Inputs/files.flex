# Data sets that are read from files, and a network of another shape.
use std

network Plain() (image: [n] on grid[2]) -> [10] = image |> relu |> global_mean |> Linear(10)
network Wide() (image: [n] on grid[2]) -> [10] = image |> relu |> global_mean |> hidden: Linear(20) |> Linear(10)

experiment cifar = Plain() |> Classify(cifar10(), length = 1 epoch, warmup = 1 epoch)
experiment digits = Plain() |> Classify(mnist(), length = 1 epoch, warmup = 1 epoch)
experiment main = Wide() |> Classify(shapes(train = 40, test = 10), length = 2 epochs, warmup = 1 epoch, batch = 9)
