# A kernel that the standard library has nothing like: tanh, a division, a skip connection, no linear layer at the end.
use std

kernel Ratio(out: int, hidden: int = 5) (p: [d]) -> [out] {
  let h = tanh(p |> first: Linear(hidden))
  let g = tanh(h |> second: Linear(hidden)) + h
  param top[out, hidden] = normal(0, 0.5)
  param low[out, hidden] = uniform(0.1, 0.3)
  return sum(top * g) / (1 + sum(low * g ^ 2))
}

network Small() (image: [n] on grid[2]) -> [10] =
  image |> conv: FlexConv(4, kernel = Ratio(_)) |> tanh |> global_mean |> head: Linear(10)

experiment main = Small()
  |> Classify(shapes(train = 40, test = 10), length = 2 epochs, warmup = 1 epoch, batch = 9)
