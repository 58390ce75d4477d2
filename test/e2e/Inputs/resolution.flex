# Small networks that see drawn shapes at several sizes.
use std

network Net(classes: int = 10) (x: [n] on grid[2]) -> [classes] =
  x |> conv: FlexConv(4) |> norm: BatchNorm |> relu |> global_mean |> head: Linear(classes)

# The same trunk under another head: as many answers as the data of `targets` has.
network Regressor() (x: [n] on grid[2]) -> [2] =
  x |> conv: FlexConv(4) |> norm: BatchNorm |> relu |> global_mean |> head: Linear(2)

experiment main = Net() |> Classify(shapes(train = 40, test = 12, resize = 16), length = 1 epoch, batch = 10)
experiment other = Regressor()
  |> Regress(npy("x.npy", "y.npy", channels = 3, rank = 2, targets = 2, test_x = "x.npy", test_y = "y.npy"),
             length = 1 epoch, batch = 10)
experiment line = SeqNet(blocks = 1, width = 4)
  |> Classify(sequential(shapes(train = 20, test = 10, resize = 8)), length = 1 epoch, batch = 10)
