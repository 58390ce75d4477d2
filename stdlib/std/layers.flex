# Layers and activations. What is pointwise works on any field: kernels over positions, images, signals, vectors.

fn relu(x: real) = max(x, 0)
fn leaky_relu(x: real) = max(x, 0.01 * x)
# The bound changes results by less than 1e-32. Without it exp overflows, for f32 from 88 on, and the gradient is 0 * infinity.
fn sigmoid(x: real) = 1 / (1 + exp(min(-x, 80)))
fn swish(x: real) = x / (1 + exp(min(-x, 80)))

fn sine(x: real) = sin(x)
fn ceil(x: real) = -floor(-x)

# Starts of biases, by the number of inputs of their layer.
fn zero(n: int) = 0
# The default of PyTorch for weights and biases of a layer with n inputs.
fn fan(n: int) = uniform(-1 / sqrt(n), 1 / sqrt(n))

# W x + b at every point: dense layer, 1x1 convolution, layer of a kernel network.
# `normed`: the weight's direction and length are trained apart (weight normalisation).
block Linear(out: int, w: init = fan(n), b: init = fan(n), normed: bool = false, biased: bool = true)
            (x: [n]) -> [out] {
  if biased { param bias[out] = b }
  if normed {
    param v[out, n] as "weight_v" = w
    param g[out, 1] as "weight_g" = norm(v, 1)
    let weight = v * (g / norm(v, 1))
  } else {
    param weight[out, n] = w
  }
  return if biased then sum(weight * x) + bias else sum(weight * x)
}

# Explicit taps: the ordinary convolution, of any odd size; causal, of any size. With a stride every point is computed and
# some are kept; dilated, there are zeros between the taps.
block Conv(out: int, size: int = 3, stride: int = 1, dilation: int = 1, causal: bool = false, biased: bool = true,
           w: init = fan(c * size ^ d)) (x: [c] on grid[d]) -> [out] {
  require size >= 1
  require causal or size % 2 == 1
  param weight[out, c, size ^ d] = w
  let y = subsample(correlate(x, taps(weight, x, dilation), causal = causal), stride)
  if biased {
    param bias[out] = fan(c * size ^ d)
    let z = y + bias
  } else {
    let z = y
  }
  return z
}

# Over all points and samples of the batch; running statistics in inference. The variance that normalises is the biased
# one, the running one is unbiased.
block BatchNorm(eps: real = 1e-5, momentum: real = 0.1) (x: [c]) -> [c] {
  param weight[c] = 1
  param bias[c] = 0
  state running_mean[c] = 0
  state running_var[c] = 1
  if training {
    let points = count(x)
    let m = mean(x, over = [samples, space])
    let v = mean((x - m) ^ 2, over = [samples, space])
    next running_mean = (1 - momentum) * running_mean + momentum * m
    next running_var = (1 - momentum) * running_var + momentum * v * points / (points - 1)
  } else {
    let m = running_mean
    let v = running_var
  }
  return (x - m) / sqrt(v + eps) * weight + bias
}

# Over channels and points of each sample: group norm with one group.
block LayerNorm(eps: real = 1e-12) (x: [c]) -> [c] {
  param weight[c] = 1
  param bias[c] = 0
  let m = mean(x, over = [channels, space])
  let v = mean((x - m) ^ 2, over = [channels, space])
  return (x - m) / sqrt(v + eps) * weight + bias
}

block Identity() (x: [c]) -> [c] = x

# Each channel at each point is dropped on its own.
block Dropout(rate: real) (x: [c]) -> [c] {
  require rate >= 0 and rate < 1
  return if training then x * bernoulli(x, 1 - rate) / (1 - rate) else x
}

fn global_mean(x: [c] on grid[d]) = mean(x, over = space)
