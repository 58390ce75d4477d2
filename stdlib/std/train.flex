# Losses, optimisers, schedules and recipes.
use std.layers
use std.nets

# Means over all samples, and over all steps where there is an answer at each.
fn batch_mean(x: real) = mean(x, over = [samples, space])

fn cross_entropy(y: [n], label: real) {
  let top = detach(channel_max(y))
  let log_sum = top + log(sum(exp(y - top)))
  return batch_mean(log_sum - sum(y * one_hot(label, n)))
}
fn accuracy(y: [n], label: real) = batch_mean(argmax(y) == label)
fn mse(y: [n], target: [n]) = batch_mean(mean((y - target) ^ 2))

# `now` counts the steps that are done: the first one has the rate 0.
fn warmup_cosine(base: real, warmup: duration, length: duration, floor: real = 1e-6) =
  where(now < warmup, base * now / warmup,
        floor + (base - floor) * (1 + cos(pi * (now - warmup) / (length - warmup))) / 2)

# Adam. Its states are kept for every weight.
block Adam(lr: real, b1: real = 0.9, b2: real = 0.999, eps: real = 1e-8) (w: real, g: real) -> real {
  state m = 0
  state v = 0
  let t  = now + 1
  let m1 = b1 * m + (1 - b1) * g
  let v1 = b2 * v + (1 - b2) * g ^ 2
  next m = m1
  next v = v1
  return w - lr * m1 / (1 - b1 ^ t) / (sqrt(v1 / (1 - b2 ^ t)) + eps)
}

# The paper's penalty on convolutions: plain norms of taps and biases. Classify(..., penalty = kernel_norms(_, 1e-5))
fn kernel_norms(net: network, weight: real) = weight * sum([norm(c.taps) + norm(c.bias) for c in each(FlexConv, net)])
fn no_penalty(net: network) = 0

recipe Classify(data: data, lr: real = 0.01, mask_lr: real = 0.1, batch: size = 64, seed: int = 0,
                length: duration = 350 epochs, warmup: duration = 5 epochs, penalty: network -> real = no_penalty)
               (net: network) {
  let y = net(data.x)
  loss = cross_entropy(y, data.label) + penalty(net)
  metric = accuracy(y, data.label)
  optimizer = Adam(warmup_cosine(lr, warmup, length))
  optimizer @mask = Adam(warmup_cosine(mask_lr * lr, warmup, length))
  keep = best(metric)
}

# Answers that are reals: mean squared error.
recipe Regress(data: data, lr: real = 0.001, mask_lr: real = 0.1, batch: size = 64, seed: int = 0,
               length: duration = 100 epochs, penalty: network -> real = no_penalty) (net: network) {
  let y = net(data.x)
  loss = mse(y, data.y) + penalty(net)
  optimizer = Adam(lr)
  optimizer @mask = Adam(mask_lr * lr)
  keep = best(loss)
}

# Sequence tasks that are drawn as they are needed.
recipe CopyMemory(delay: int = 1000, lr: real = 0.001, mask_lr: real = 0.1, batch: size = 32,
                  length: duration = 50000 steps) (net: network) {
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
  let data = adding(steps)
  loss = mse(net(data.x), data.y)
  optimizer = Adam(lr)
  optimizer @mask = Adam(mask_lr * lr)
  keep = best(loss)
}
