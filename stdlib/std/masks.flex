# Masks: one number per position. Where a mask lives decides how many taps are computed.

mask Gaussian(init: real = 0.075, centre: real = 0, threshold: real = 0.1) (p: [d]) -> real {
  param mean[d]  @mask as "mask_params[:,0]" = centre
  param sigma[d] @mask as "mask_params[:,1]" = init
  require sigma > 0
  extent level(threshold)  # the box where the returned value reaches threshold
  return exp(-0.5 * sum(((p - mean) / sigma) ^ 2))
}

# Everywhere: no mask and no crop.
mask One() (p: [d]) -> real = 1
