# Three numbers at each point of an image: a linear map of its two channels.
use std
network Map() (image: [n] on grid[2]) -> [3] = image |> map: Linear(3)
experiment main = Map()
  |> Regress(npy("x.npy", "y.npy", test_x = "tx.npy", test_y = "ty.npy", channels = 2, rank = 2, targets = 3,
                 each_point = true), lr = 0.1, batch = 8, length = 30 epochs)
