use std

block Scale(limit: real) (x: [c]) -> [c] {
  param s = -1
  require s > 0
  param t = 1
  require t < limit
  return x * s * t
}
network Start() (x: [n] on grid[2]) -> [10] = x |> scale: Scale(2) |> global_mean |> Linear(10)
network N(limit: real = 2) (x: [n] on grid[2]) -> [10] {
  block Below() (x: [c]) -> [c] {
    param t = 1
    require t * t < limit
    return x * t
  }
  return x |> below: Below() |> global_mean |> Linear(10)
}

experiment start  = Start() |> Classify(shapes(train = 32, test = 32), length = 1 step)
experiment limits = N() |> Classify(shapes(train = 32, test = 32), length = 1 step)
experiment net    = FlexNet(c = 2, factors = [1]) |> Classify(shapes(train = 32, test = 32), length = 1 step)
