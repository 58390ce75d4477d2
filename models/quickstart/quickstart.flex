# A small FlexNet on shapes that are drawn as they are needed: trains in about a minute on two cores.
use std

experiment main = FlexNet(c = 8, factors = [1.5], dropout = 0)
  |> Classify(shapes(train = 2000, test = 500), length = 6 epochs, warmup = 1 epochs, batch = 50)
