# Convolutions with continuous kernels, and the networks made of them.
use std.layers
use std.kernels
use std.masks

# Points of the full grid on [-1, 1] along an axis of n.
fn odd(n: size) = n + 1 - n % 2
fn same(n: size) = n
fn full(n: size) = 2 * n - 1

# A kernel network sampled on a grid of positions in [-1, 1]^d, masked, cropped to where the mask lives. `compat`: a causal
# mask that lies behind the last tap keeps all taps instead of the last one, as in the authors' code.
block FlexConv(out: int, kernel: int -> kernel = MAGNet(_), mask as "": mask = Gaussian(), points: size -> size = odd,
               causal: bool = false, compat: bool = false) (x: [c] on grid[d]) -> [out] {
  param bias[out] = 0
  let g    = positions(x, points, within = mask, causal = causal, compat = compat)
  let psi  = g |> kernel as "Kernel": kernel(out * c)
  let taps = reshape(mask(g) * psi, [out, c]) * rate(x)
  return correlate(x, taps, causal = causal) + bias
}

# The same without a mask, as large as its grid.
fn CKConv(out: int, kernel: int -> kernel = MAGNet(_, spread = 1), points: size -> size = odd, causal: bool = false) =
  FlexConv(out, kernel, mask = One(), points = points, causal = causal)

# Gaussian derivatives of a scale that is learned, in pixels of the trained resolution. The kernel is as large as the scale
# asks for: `reach` standard deviations to each side.
block NJetConv(out: int, order: int = 4, reach: real = 2) (x: [c] on grid[2]) -> [out] {
  param scale = 0
  param alpha[out * c, (order + 1) * (order + 2) / 2] as "alphas" = normal(0, 1)
  require scale < 7
  let sigma = 2 ^ scale / sqrt(rate(x))
  let p     = pixels(x, ceil(reach * sigma + 0.5))
  let taps  = reshape(sum(alpha * jet(p, sigma, order)), [out, c])
  return correlate(x, taps)
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

# Kernels that look back: mask and filters begin at the current step.
fn CausalFlex(out: int) =
  FlexConv(out, kernel = MAGNet(_, centre = 1 - 0.125025), mask = Gaussian(centre = 1), points = same, causal = true)
# As in the authors' code, with filters around the middle of the past.
fn CausalFlexCompat(out: int) = FlexConv(out, mask = Gaussian(centre = 1), points = same, causal = true, compat = true)
# As long as the input, without a mask.
fn CausalCK(out: int) = CKConv(out, points = same, causal = true)

# Sequences. One answer at the last step, or one at each.
network SeqNet(blocks: int = 6, width: int = 30, out: int = 10, conv: int -> block = CausalFlex,
               norm: () -> block = BatchNorm, dropout: real = 0.1, each_step: bool = false)
              (x: [n] on grid[1]) -> [out] {
  require blocks >= 1
  let body as "backbone" = [TCNBlock(width, conv, norm, dropout) for i in 1..blocks]
  let h = x |> body
  let r = if each_step then h else last(h)
  return r |> head as "finallyr": Linear(out, w = normal(0, 0.01), b = 0)
}

# CKCNN: kernels of sines, weight-normed, as long as the input.
fn CKCNNKernel(out: int, omega0: real, normed: bool) =
  SIREN(out, omega0 = omega0, normed = normed, first = uniform(-1, 1))
fn CKCNN(blocks: int = 2, width: int = 30, out: int = 10, omega0: real = 31.09, normed: bool = true,
         dropout: real = 0.1, each_step: bool = false) =
  SeqNet(blocks, width, out, conv = CKConv(_, kernel = CKCNNKernel(_, omega0, normed), points = same, causal = true),
         norm = LayerNorm, dropout = dropout, each_step = each_step)

# The 6n + 2 networks for small images. Where the image shrinks, the shortcut takes every second point and pads channels.
fn he() = normal(0, sqrt(2 / fan_in))

block ResBlock(width: int, stride: int) (x: [c] on grid[2]) -> [width] {
  let y = x |> conv1: Conv(width, stride = stride, biased = false, w = he()) |> bn1: BatchNorm |> relu
            |> conv2: Conv(width, biased = false, w = he()) |> bn2: BatchNorm
  let s = if c == width then x else pad(subsample(x, stride), channels = (width - c) / 2)
  return relu(y + s)
}
block Stage(width: int, n: int, stride: int) (x: [c] on grid[2]) -> [width] {
  let blocks as "" = [ResBlock(width, if i == 1 then stride else 1) for i in 1..n]
  return x |> blocks
}
network CIFARResNet(depth: int = 44, classes: int = 10) (image: [n] on grid[2]) -> [classes] {
  require depth >= 8 and (depth - 2) % 6 == 0
  let deep = (depth - 2) / 6
  return image |> conv1: Conv(16, biased = false, w = he()) |> bn1: BatchNorm |> relu
               |> layer1: Stage(16, deep, 1) |> layer2: Stage(32, deep, 2) |> layer3: Stage(64, deep, 2)
               |> global_mean |> linear: Linear(classes, w = he())
}

# Dilated causal convolutions: each block looks back twice as far as the one before.
block DilatedBlock(width: int, size: int, dilation: int, dropout: real) (x: [c] on grid[1]) -> [width] {
  let y = x |> conv1: Conv(width, size, dilation = dilation, causal = true) |> relu |> drop1: Dropout(dropout)
            |> conv2: Conv(width, size, dilation = dilation, causal = true) |> relu |> drop2: Dropout(dropout)
  let s = if c == width then x else x |> downsample: Linear(width)
  return relu(y + s)
}
network TCN(levels: int = 8, width: int = 25, size: int = 7, out: int = 10, dropout: real = 0.05,
            each_step: bool = false) (x: [n] on grid[1]) -> [out] {
  require levels >= 1
  let blocks as "tcn.network" = [DilatedBlock(width, size, 2 ^ i, dropout) for i in 0..levels - 1]
  let h = x |> blocks
  let r = if each_step then h else last(h)
  return r |> linear: Linear(out, w = normal(0, 0.01))
}
