# One layer of 36 x 36 channel pairs, for the time that its kernel takes: the convolution itself works on one small image,
# on whose grid of 33 x 33 taps the mask decides how many are sampled.
use std
fn wide(n: size) = 4 * n + 1
network Layer() (x: [36] on grid[2]) -> [10] = x |> conv: FlexConv(36, points = wide) |> global_mean |> head: Linear(10)
experiment main = Layer() |> Classify(npy("x.npy", "y.npy", channels = 36, rank = 2, classes = 10))
