use std.layers  # what is needed

# A block.
block B(out: int, kernel: int -> kernel = MAGNet(_)) (x: [c] on grid[d]) -> [out] {
  param w[out, c] @mask as "weight" = uniform(-1, 1)  # trained
  if training { let m = mean(x, over = [samples, space]) } else { let m = 0 }
  # the result

  return x |> conv1 as "cconv1": Conv(out) |> norm: BatchNorm
           |> relu
}
experiment main = N()
  |> Classify(cifar10(augment = [pad_crop(4), hflip]), alias = 0.1, length = 100 epochs, warmup = 5 epochs, lr = 0.001,
              batch = 64)
