# A small FlexNet on shapes that are drawn as they are needed: trains in about a minute on two cores.
use std

experiment main = FlexNet(c = 16, factors = [1.5], dropout = 0)
  |> Classify(shapes(train = 3000, test = 1000), length = 5 epochs, warmup = 1 epoch, batch = 32)
