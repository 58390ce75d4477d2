# Convolutions with continuous kernels, and the networks made of them.
use std.layers
use std.kernels
use std.masks

# Points of the full grid on [-1, 1] along an axis of n.
fn odd(n: size) = n + 1 - n % 2
fn same(n: size) = n
fn full(n: size) = 2 * n - 1

# A kernel network sampled on a grid of positions in [-1, 1]^d, masked, cropped to where the mask lives.
block FlexConv(out: int, kernel: int -> kernel = MAGNet(_), mask as "": mask = Gaussian(), points: size -> size = odd,
               causal: bool = false) (x: [c] on grid[d]) -> [out] {
  param bias[out] = 0
  let g    = positions(x, points, within = mask, causal = causal)
  let psi  = g |> kernel as "Kernel": kernel(out * c)
  let taps = reshape(mask(g) * psi, [out, c]) * rate(x)
  return correlate(x, taps, causal = causal) + bias
}

block FlexBlock(width: int, conv: int -> block, dropout: real) (x: [c] on grid[d]) -> [width] {
  let y = x |> conv1 as "cconv1": conv(width) |> norm1: BatchNorm |> relu |> Dropout(dropout)
            |> conv2 as "cconv2": conv(width) |> norm2: BatchNorm
  let s = if c == width then x else x |> shortcut as "shortcut.0": Linear(width)
  return relu(y + s)
}

# Images. A stem, a block for each factor of the width c, the mean over all places, a linear head.
network FlexNet(c: int = 24, factors: list = [1, 1, 1.5, 1.5, 1.5, 2, 2], classes: int = 10,
                conv: int -> block = FlexConv(_), dropout: real = 0.2) (image: [n] on grid[2]) -> [classes] {
  let blocks = [FlexBlock(f * c, conv, dropout) for f in factors]
  return image |> stem as "cconv1": conv(c) |> norm as "norm1": BatchNorm |> relu
               |> blocks |> global_mean
               |> head as "out_layer": Linear(classes, w = normal(0, sqrt(2 / fan_in)), b = 0)
}

block TCNBlock(width: int, conv: int -> block, norm: () -> block, dropout: real) (x: [c] on grid[1]) -> [width] {
  let y = x |> conv1 as "cconv1": conv(width) |> norm1: norm() |> relu |> drop1: Dropout(dropout)
            |> conv2 as "cconv2": conv(width) |> norm2: norm() |> relu |> drop2: Dropout(dropout)
  let s = if c == width then x else x |> shortcut as "shortcut.0": Linear(width)
  return relu(y + s)
}

# Kernels that look back: the mask peaks at the current step.
fn CausalFlex(out: int) = FlexConv(out, mask = Gaussian(centre = 1), points = same, causal = true)
# As long as the input, without a mask.
fn CausalCK(out: int) = FlexConv(out, kernel = SIREN(_), mask = One(), points = same, causal = true)

# Sequences. One answer at the last step, or one at each.
network SeqNet(blocks: int = 6, width: int = 30, out: int = 10, conv: int -> block = CausalFlex,
               norm: () -> block = BatchNorm, dropout: real = 0.1, each_step: bool = false)
              (x: [n] on grid[1]) -> [out] {
  let body as "backbone" = [TCNBlock(width, conv, norm, dropout) for i in 1..blocks]
  let h = x |> body
  let r = if each_step then h else last(h)
  return r |> head as "finallyr": Linear(out, w = normal(0, 0.01), b = 0)
}
