# Kernel networks on their own: one picture as a function of the position. `./net fit` trains them.
use std.kernels
use std.train

# Values at positions. Channel 0 of a position is the row's.
network Fit(kernel: int -> kernel = MAGNet(_, input_scale = 256, spread = 1), out: int = 3)
           (p: [d] on grid[d]) -> [out] = p |> kernel as "": kernel(out)

# 10 times the decimal logarithm of 1 / mean squared error: for values from 0 to 1.
fn psnr(y: [n], target: [n]) = -10 * log(mse(y, target)) / log(10)

# `batch`: rows of the picture in a step.
recipe Reproduce(data: data, lr: real = 0.01, batch: size = 4096, seed: int = 0, length: duration = 20000 steps,
                 schedule: real -> real = constant, method: real -> block = Adam(_)) (net: network) {
  require lr >= 0
  let y = net(data.x)
  loss = mse(y, data.y)
  metric = psnr(y, data.y)
  optimizer = method(schedule(lr))
  keep = best(loss)
}
