# FlexTCN on every sequence task of the paper; -D blocks=4 or 6 for the larger ones.
use std

fn tcn(blocks: int, out: int) = SeqNet(blocks = blocks, out = out)

recipe Task(data: data, lr: real = 0.001, mask_lr: real = 0.1, batch: size = 64, length: duration = 200 epochs,
            patience: duration = 20 epochs) (net: network) {
  let y = net(data.x)
  loss = cross_entropy(y, data.label) + kernel_norms(net, 0.0001)
  metric = accuracy(y, data.label)
  optimizer = Adam(on_plateau(lr, patience, factor = 0.2))
  optimizer @mask = Adam(on_plateau(mask_lr * lr, patience, factor = 0.2))
  keep = best(metric)
}

experiment smnist(blocks: int = 2) = tcn(blocks, 10) |> Task(sequential(mnist()))
experiment pmnist(blocks: int = 2) = tcn(blocks, 10) |> Task(permuted(sequential(mnist())))
experiment scifar(blocks: int = 2) = tcn(blocks, 10) |> Task(sequential(cifar10()))
experiment npcifar(blocks: int = 2) = tcn(blocks, 10) |> Task(noise_padded(rows(cifar10())))
experiment ct(blocks: int = 2) = tcn(blocks, 20) |> Task(character_trajectories())
experiment sc(blocks: int = 2) = tcn(blocks, 10) |> Task(speech_commands(mfcc = true))
experiment sc_raw(blocks: int = 2) = tcn(blocks, 10) |> Task(speech_commands())
# Small sets of the same kinds.
experiment vowels(blocks: int = 2) = tcn(blocks, 9) |> Task(uea("JapaneseVowels", channels = 12, classes = 9))
experiment digits(blocks: int = 2) = tcn(blocks, 10) |> Task(recordings("fsdd", classes = 10, mfcc = 20))
# Masks with one side: from the present on into the past.
fn Fading(out: int) =
  FlexConv(out, kernel = MAGNet(_, centre = 1 - 0.125025), mask = Exponential(), points = same, causal = true)
experiment smnist_fading(blocks: int = 2) = SeqNet(blocks = blocks, conv = Fading) |> Task(sequential(mnist()))
