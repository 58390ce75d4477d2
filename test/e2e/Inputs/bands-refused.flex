# The alias-free penalty on a kernel whose frequencies have no bound.
use std
network Net() (x: [n] on grid[2]) -> [10] = x |> conv: FlexConv(4, kernel = SIREN(_)) |> global_mean |> head: Linear(10)
experiment main = Net() |> Classify(shapes(), penalty = alias_free(_, 0.1))
