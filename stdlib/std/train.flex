# Losses, optimisers, schedules and recipes.
use std.layers
use std.nets

# Means over all samples, and over all steps where there is an answer at each.
fn batch_mean(x: real) = mean(x, over = [samples, space])

# `smoothing`: the share of the target that is spread evenly over all classes.
fn cross_entropy(y: [n], label: real, smoothing: real = 0) {
  require smoothing >= 0 and smoothing <= 1
  let top = detach(channel_max(y))
  let log_sum = top + log(sum(exp(y - top)))
  return batch_mean(log_sum - (1 - smoothing) * sum(y * one_hot(label, n)) - smoothing * mean(y))
}
fn accuracy(y: [n], label: real) = batch_mean(argmax(y) == label)
fn mse(y: [n], target: [n]) = batch_mean(mean((y - target) ^ 2))

# Schedules: functions of `now`, the number of steps that are done.
fn constant(base: real) = base
# Times `factor` at each of the milestones, a list such as [100 epochs, 150 epochs].
fn multi_step(base: real, milestones: list, factor: real = 0.1) = base * factor ^ sum([now >= m for m in milestones])
# Times `factor` once in a while.
fn exponential(base: real, factor: real, every: duration = 1 epoch) = base * factor ^ floor(now / every)
fn cosine(base: real, length: duration, floor: real = 0) = floor + (base - floor) * (1 + cos(pi * now / length)) / 2
# Times `factor` whenever what chooses the best epoch has not become better for longer than `patience`.
fn on_plateau(base: real, patience: duration = 10 epochs, factor: real = 0.1, least: real = 0, threshold: real = 0.0001,
              cooldown: duration = 0 epochs) = max(base * factor ^ stalls(patience, threshold, cooldown), least)
# The first step has the rate 0.
# `compat`: the warmup lasts one step longer, and goes beyond `base` in it, as in the authors' code.
fn warmup_cosine(base: real, warmup: duration, length: duration, floor: real = 1e-6, compat: bool = false) =
  where(if compat then now <= warmup + 1 step else now < warmup, base * now / warmup,
        floor + (base - floor) * (1 + cos(pi * (now - warmup) / (length - warmup))) / 2)

# Optimisers. Their states are kept for every weight.

# Stochastic gradient descent. `decay` is added to the gradient: the gradient of decay |w|^2 / 2.
block SGD(lr: real, momentum: real = 0, nesterov: bool = false, decay: real = 0) (w: real, g: real) -> real {
  require momentum >= 0 and momentum < 1 and decay >= 0
  state velocity = 0
  let d = g + decay * w
  let v = momentum * velocity + d
  next velocity = v
  return w - lr * (if nesterov then d + momentum * v else v)
}

block Adam(lr: real, b1: real = 0.9, b2: real = 0.999, eps: real = 1e-8) (w: real, g: real) -> real {
  require b1 >= 0 and b1 < 1 and b2 >= 0 and b2 < 1 and eps >= 0
  state m = 0
  state v = 0
  let t  = now + 1
  let m1 = b1 * m + (1 - b1) * g
  let v1 = b2 * v + (1 - b2) * g ^ 2
  next m = m1
  next v = v1
  return w - lr * m1 / (1 - b1 ^ t) / (sqrt(v1 / (1 - b2 ^ t)) + eps)
}

# Adam whose weights shrink apart from the gradient.
block AdamW(lr: real, decay: real = 0.01, b1: real = 0.9, b2: real = 0.999, eps: real = 1e-8)
           (w: real, g: real) -> real {
  require b1 >= 0 and b1 < 1 and b2 >= 0 and b2 < 1 and eps >= 0 and decay >= 0
  state m = 0
  state v = 0
  let t  = now + 1
  let m1 = b1 * m + (1 - b1) * g
  let v1 = b2 * v + (1 - b2) * g ^ 2
  next m = m1
  next v = v1
  return w * (1 - lr * decay) - lr * m1 / (1 - b1 ^ t) / (sqrt(v1 / (1 - b2 ^ t)) + eps)
}

# `centred`: divided by the deviation of the gradient instead of its root mean square.
block RMSprop(lr: real, alpha: real = 0.99, eps: real = 1e-8, momentum: real = 0, centred: bool = false,
              decay: real = 0) (w: real, g: real) -> real {
  require alpha >= 0 and alpha < 1 and momentum >= 0 and momentum < 1 and eps >= 0 and decay >= 0
  state square = 0
  state velocity = 0
  let d  = g + decay * w
  let s1 = alpha * square + (1 - alpha) * d ^ 2
  next square = s1
  if centred {
    state average = 0
    let a1 = alpha * average + (1 - alpha) * d
    next average = a1
    let size = sqrt(s1 - a1 ^ 2) + eps
  } else {
    let size = sqrt(s1) + eps
  }
  let v1 = momentum * velocity + d / size
  next velocity = v1
  return w - lr * v1
}

# The paper's penalty on convolutions: plain norms of taps and biases. Classify(..., penalty = kernel_norms(_, 1e-5))
fn kernel_norms(net: network, weight: real) {
  require weight >= 0
  return weight * sum([norm(c.taps) + norm(c.bias) for c in each(FlexConv, net)])
}
fn no_penalty(net: network) = 0

# Penalties on a bound that is e above its limit: what the alias-free ones below are made of.
fn squared_excess(e: real) = relu(e) ^ 2
fn offset_elu(e: real) = where(e > 4, 5 * (e - 3), 5 * exp(min(e, 4) - 4))

# What the kernels' frequencies are above the limit of the grid that they are sampled on, so that a finer grid shows nothing
# new (section 3.3 of the paper). A bound for each multiplied factor against its share of the limit, or `summed` against all
# of it; `masked` adds the mask's, in equal shares. Windows count to `stddevs` standard deviations; `stddevs = 0` leaves them
# out, `sines = false` the waves. `compat` is the looser bound of the released code, `limit` stands for the grid's own limit
# (0: that).
fn alias_free(net: network, weight: real = 1, stddevs: real = 2, masked: bool = false, summed: bool = false,
              sines: bool = true, penalty: real -> real = squared_excess, compat: bool = false, limit: real = 0) {
  require weight >= 0 and stddevs >= 0 and limit >= 0
  let kernels = each(kernel, net)
  fn of_mask(i: int) = if masked then sum(bands(each(mask, net)[i], stddevs, compat = compat)) else 0
  fn excess(i: int) {
    let bounds = bands(kernels[i], stddevs, compat = compat, sines = sines)
    let most   = if limit > 0 then limit else nyquist(kernels[i])
    let parts  = if summed then 1 else count(bounds)
    let terms  = if summed then [sum(bounds)] else bounds
    return sum([penalty(b + of_mask(i) / parts - most / parts) for b in terms])
  }
  require not masked or count(each(mask, net)) == count(kernels)
  return weight * sum([excess(i) for i in 0..count(kernels) - 1])
}

# `mask_lr`, `omega_lr`: factors on the rate of masks, and of the frequencies that kernels of sines learn.
recipe Classify(data: data, lr: real = 0.01, mask_lr: real = 0.1, omega_lr: real = 1, batch: size = 64, seed: int = 0,
                length: duration = 350 epochs, warmup: duration = 5 epochs,
                schedule: real -> real = warmup_cosine(_, warmup, length), method: real -> block = Adam(_),
                smoothing: real = 0, penalty: network -> real = no_penalty) (net: network) {
  require lr >= 0 and mask_lr >= 0 and omega_lr >= 0
  let y = net(data.x)
  loss = cross_entropy(y, data.label, smoothing) + penalty(net)
  metric = accuracy(y, data.label)
  optimizer = method(schedule(lr))
  optimizer @mask = method(schedule(mask_lr * lr))
  optimizer @omega = method(schedule(omega_lr * lr))
  keep = best(metric)
}

# Answers that are reals: mean squared error.
recipe Regress(data: data, lr: real = 0.001, mask_lr: real = 0.1, batch: size = 64, seed: int = 0,
               length: duration = 100 epochs, schedule: real -> real = constant, method: real -> block = Adam(_),
               penalty: network -> real = no_penalty) (net: network) {
  require lr >= 0 and mask_lr >= 0
  let y = net(data.x)
  loss = mse(y, data.y) + penalty(net)
  optimizer = method(schedule(lr))
  optimizer @mask = method(schedule(mask_lr * lr))
  keep = best(loss)
}

# Sequence tasks that are drawn as they are needed.
recipe CopyMemory(delay: int = 1000, lr: real = 0.001, mask_lr: real = 0.1, batch: size = 32,
                  length: duration = 50000 steps) (net: network) {
  require lr >= 0 and mask_lr >= 0
  let data = copy_memory(delay)
  let y = net(data.x)
  loss = cross_entropy(y, data.y)
  metric = accuracy(y, data.y)
  optimizer = Adam(lr)
  optimizer @mask = Adam(mask_lr * lr)
  keep = best(loss)
}
recipe Adding(steps: int = 1000, lr: real = 0.001, mask_lr: real = 0.1, batch: size = 32,
              length: duration = 50000 steps) (net: network) {
  require lr >= 0 and mask_lr >= 0
  let data = adding(steps)
  loss = mse(net(data.x), data.y)
  optimizer = Adam(lr)
  optimizer @mask = Adam(mask_lr * lr)
  keep = best(loss)
}
