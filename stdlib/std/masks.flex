# Masks: one number per position. Where a mask lives decides how many taps are computed.
use std.kernels

# `positive` trains the logarithm of sigma, which then needs no check.
mask Gaussian(init: real = 0.075, centre: real = 0, threshold: real = 0.1, positive: bool = false) (p: [d]) -> real {
  require init > 0
  require threshold > 0 and threshold < 1
  param mean[d] @mask as "mask_params[:,0]" = centre
  if positive {
    param log_sigma[d] @mask = log(init)
    let sigma = exp(log_sigma)
  } else {
    param sigma[d] @mask as "mask_params[:,1]" = init
    require sigma > 0
  }
  extent level(threshold)  # the box where the returned value reaches threshold
  return exp(-0.5 * sum(((p - mean) / sigma) ^ 2))
}

# Turned by phi, too: five parameters.
mask Rotated(init: real = 0.075, centre: real = 0, threshold: real = 0.1, positive: bool = false) (p: [2]) -> real {
  require init > 0
  require threshold > 0 and threshold < 1
  param mean[2] @mask = centre
  param phi @mask = 0
  if positive {
    param log_sigma[2] @mask = log(init)
    let sigma = exp(log_sigma)
  } else {
    param sigma[2] @mask = init
    require sigma > 0
  }
  extent level(threshold)
  return exp(-0.5 * sum((rotate(p - mean, phi) / sigma) ^ 2))
}

# Of signals: decays from the last position, the present of a causal kernel, into the past.
mask Exponential(init: real = 0.15, threshold: real = 0.1) (p: [1]) -> real {
  require init > 0
  require threshold > 0 and threshold < 1
  param tau @mask = init
  require tau > 0
  extent box(1 + tau * log(threshold), 1, threshold)
  return exp((p[0] - 1) / tau)
}

# Everywhere: no mask and no crop.
mask One() (p: [d]) -> real = 1
