# Small networks for sequences on several kinds of data.
use std
network Tiny() (x: [n] on grid[1]) -> [2] = x |> a: Conv(8, size = 9, causal = true) |> relu |> last |> head: Linear(2)

experiment words = Tiny() |> Classify(recordings("words", classes = 2, test = 0.5), length = 1 epoch)
experiment compat = Tiny() |> Classify(recordings("words", classes = 2, test = 0.5, compat = true), length = 1 epoch)
experiment mfcc = Tiny() |> Classify(recordings("words", classes = 2, test = 0.5, mfcc = 5), length = 1 epoch)
experiment perm = Tiny()
  |> Classify(permuted(sequential(npy("x.npy", "y.npy", test_x = "x.npy", test_y = "y.npy", channels = 1, rank = 2,
                                      classes = 2, resize = 6))), length = 1 epoch)
experiment noisy = Tiny()
  |> Classify(noise_padded(sequential(npy("x.npy", "y.npy", test_x = "x.npy", test_y = "y.npy", channels = 1, rank = 2,
                                          classes = 2)), length = 84), length = 1 epoch)
experiment dropped = Tiny()
  |> Classify(drop_samples(sequential(npy("x.npy", "y.npy", test_x = "x.npy", test_y = "y.npy", channels = 1, rank = 2,
                                          classes = 2)), rate = 0.3), length = 1 epoch)
