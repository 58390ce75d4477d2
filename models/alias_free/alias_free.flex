# What the alias-free penalty does: a FlexNet learns CIFAR-10 at 16 x 16, with and without it, and answers at 32 x 32.
use std

# The kernels' frequencies begin at a quarter of the authors' scale: 16 x 16 points show little of the rest, and a training
# of minutes would not bring them below the limit.
fn Kernel(out: int) = MAGNet(out, input_scale = 6.4)
fn images() = cifar10(augment = [pad_crop(4), hflip], resize = 16)

experiment main(seeds: list = [0, 1, 2, 3, 4]) {
  for s in seeds {
    let net   = FlexNet(c = 16, factors = [1, 1], conv = FlexConv(_, kernel = Kernel))
    let plain = net |> Classify(images(), seed = s, lr = 0.02, batch = 32, length = 12 epochs, warmup = 1 epoch)
    let finer = plain |> Evaluate(cifar10(resize = 32))
    let bound = net
      |> Classify(images(), seed = s, lr = 0.02, batch = 32, length = 12 epochs, warmup = 1 epoch,
                  penalty = alias_free(_, 1))
    let moved = bound |> Evaluate(cifar10(resize = 32))
    plain_16     = 100 * plain.metric
    plain_32     = 100 * finer.metric
    plain_change = 100 * (finer.metric - plain.metric)
    bound_16     = 100 * bound.metric
    bound_32     = 100 * moved.metric
    bound_change = 100 * (moved.metric - bound.metric)
  }
}
