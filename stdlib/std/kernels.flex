# Kernel networks: functions of a position in [-1, 1]^d. Sampled on a grid they are the taps of a convolution.
use std.layers

# Multiplicative filter network: h = filter_l(p) * (A_l h + a_l), then a linear map to the outputs. `bias` gives the start
# of a layer's bias from the number of its inputs.
kernel MFN(out: int, hidden: int, layers: int, filter: int -> block, bias: int -> real = fan, biased: bool = true)
          (p: [d]) -> [out] {
  let bound   = 1 / sqrt(hidden)
  let filters = [filter(l) for l in 0..layers]
  let linears as "linear" =
    [Linear(hidden, w = uniform(-bound, bound), b = bias(hidden), biased = biased) for l in 1..layers]
  var h = p |> filters[0]
  for l in 1..layers { h = filters[l](p) * linears[l - 1](h) }
  return h |> output as "output_linear": Linear(out, b = bias(hidden), biased = biased)
}

# exp(-|gamma (p - mu)|^2 / 2) sin(w p + b); gamma is an inverse standard deviation. Windows begin around `centre`.
# Steered: the window is turned by theta.
block GaborFilter(width: int, shape: real, beta: real, spread: real, centre: real, scale: real, isotropic: bool,
                  steered: bool) (p: [d]) -> [width] {
  let axes = if isotropic then 1 else d
  param gamma[width, axes]             = gamma_dist(shape, beta)
  param mu[width, d]                   = uniform(centre - spread, centre + spread)
  param w[width, d] as "linear.weight" = fan(d) * gamma * scale
  param b[width]    as "linear.bias"   = uniform(-pi, pi)
  let q = p - mu
  if steered {
    require d == 2
    param theta[width] = uniform(0, 1)
    let r = turn(q, 2 * pi * theta)
  } else {
    let r = q
  }
  return exp(-0.5 * sum((gamma * r) ^ 2)) * sin(sum(w * p) + b)
}

fn rotate(q: [2], angle: real) = stack([cos(angle) * q[0] + sin(angle) * q[1], cos(angle) * q[1] - sin(angle) * q[0]])

# By an angle for each row of q.
fn turn(q: [n, 2], angle: [n]) =
  stack([cos(angle) * q[.., 0] + sin(angle) * q[.., 1], cos(angle) * q[.., 1] - sin(angle) * q[.., 0]])

block SineFilter(width: int, scale: real) (p: [d]) -> [width] {
  param w[width, d] as "linear.weight" = fan(d) * scale
  param b[width]    as "linear.bias"   = uniform(-pi, pi)
  return sin(sum(w * p) + b)
}

# Multiplicative anisotropic Gabor network.
fn MAGNet(out: int, hidden: int = 32, layers: int = 3, input_scale: real = 25.6, alpha: real = 6, beta: real = 1,
          spread: real = 0.125025, centre: real = 0, steered: bool = false, bias: int -> real = fan,
          biased: bool = true) {
  fn filter(l: int) =
    GaborFilter(hidden, alpha / (l + 1), beta, spread, centre, input_scale / sqrt(layers + 1), false, steered)
  return MFN(out, hidden, layers, filter, bias, biased)
}

# One width for all axes, and one distribution of widths for all filters.
fn GaborNet(out: int, hidden: int = 32, layers: int = 3, input_scale: real = 25.6, alpha: real = 6, beta: real = 1,
            spread: real = 0.125025, centre: real = 0, bias: int -> real = fan, biased: bool = true) {
  fn filter(l: int) =
    GaborFilter(hidden, alpha / (layers + 1), beta, spread, centre, input_scale / sqrt(layers + 1), true, false)
  return MFN(out, hidden, layers, filter, bias, biased)
}

# The authors' networks have an input scale of 256 here, as their constructor forgets to hand on another.
fn FourierNet(out: int, hidden: int = 32, layers: int = 3, input_scale: real = 25.6, bias: int -> real = fan,
              biased: bool = true) {
  fn filter(l: int) = SineFilter(hidden, input_scale / sqrt(layers + 1))
  return MFN(out, hidden, layers, filter, bias, biased)
}

# Rectifiers on positions; batch norm over the positions. Good for short and smooth kernels only.
kernel MLP(out: int, hidden: int = 32, layers: int = 3, norm: () -> block = BatchNorm, act: real -> real = relu)
          (p: [d]) -> [out] {
  let linears as "kernel_net.{3 * l}"     = [Linear(hidden, b = 0) for l in 0..layers - 2]
  let norms   as "kernel_net.{3 * l + 1}" = [norm() for l in 0..layers - 2]
  var h = p
  for l in 0..layers - 2 { h = h |> linears[l] |> norms[l] |> act }
  return h |> output as "kernel_net.{3 * layers - 3}": Linear(out, b = 0)
}

# sin(omega (W x + b)), or sin(omega W x + b) if the bias stands outside.
block Sine(out: int, w: init, omega0: real, inside: bool, learned: bool, normed: bool, bias_of: int -> real)
          (x: [n]) -> [out] {
  if learned {
    param omega[1] @omega as "omega_0" = omega0
  } else {
    state omega[1] as "omega_0" = omega0
  }
  param bias[out] = bias_of(n)
  if normed {
    param v[out, n] as "weight_v" = w
    param g[out, 1] as "weight_g" = norm(v, 1)
    let weight = v * (g / norm(v, 1))
  } else {
    param weight[out, n] = w
  }
  let z = sum(weight * x)
  return if inside then sin(omega * (z + bias)) else sin(omega * z + bias)
}

# `layers` counts all linear maps, the last of which has no sine. `first` starts the first one's weights; a learned omega
# has the tag of its name, for a learning rate of its own.
kernel SIREN(out: int, hidden: int = 32, layers: int = 3, omega0: real = 30, inside: bool = true, learned: bool = false,
             normed: bool = false, bias: int -> real = fan, first: init = uniform(-1 / d, 1 / d)) (p: [d]) -> [out] {
  require layers >= 2
  let r = sqrt(6 / hidden) / omega0
  let sines as "kernel_net.{2 * l}" =
    [Sine(hidden, if l == 0 then first else uniform(-r, r), omega0, inside, learned, normed, bias)
     for l in 0..layers - 2]
  let output as "kernel_net.{2 * layers - 2}" = Linear(out, w = uniform(-r, r), b = bias(hidden), normed = normed)
  return p |> sines |> output
}

fn nSIREN(out: int, hidden: int = 32, layers: int = 3, omega0: real = 30, learned: bool = true, normed: bool = true,
          bias: int -> real = fan) = SIREN(out, hidden, layers, omega0, false, learned, normed, bias)

# Derivatives of a Gaussian of width sigma up to `order` in both axes, at positions p in the unit of sigma; multiplied with
# sigma^n, so that all are of one size. The Gaussian sums to 1 over the points that there are.
fn hermite(n: int, x: real) =
  if n == 0 then 1 else if n == 1 then 2 * x else 2 * x * hermite(n - 1, x) - 2 * (n - 1) * hermite(n - 2, x)

fn jet(p: [2], sigma: real, order: int) {
  let u = p / (sqrt(2) * sigma)
  let g = exp(-sum(u ^ 2))
  let window = g / sum(g, over = space)
  return stack([(-1 / sqrt(2)) ^ (i + j) * hermite(i, u[0]) * hermite(j, u[1]) * window
                for i in 0..order for j in 0..order - i])
}

# Gaussian derivatives as a kernel network: a scale that is learned, and a linear map.
kernel NJet(out: int, order: int = 3, init: real = 0.25) (p: [2]) -> [out] {
  require init > 0
  param scale = log(init) / log(2)
  param alpha[out, (order + 1) * (order + 2) / 2] as "alphas" = normal(0, 1)
  return sum(alpha * jet(p, 2 ^ scale, order))
}
