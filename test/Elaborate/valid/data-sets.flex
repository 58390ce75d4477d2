# RUN: flexc emit --stage=elaborated %s | FileCheck %s
# R30: sets of images and sequences, and sequences made of other sets; their clauses nest.
use std
experiment small = FlexNet(c = 4, factors = [1], classes = 100) |> Classify(cifar100(augment = [hflip]))
# CHECK: data {name: cifar100, augment: [{name: hflip}]}
experiment coarse = FlexNet(c = 4, factors = [1], classes = 20) |> Classify(cifar100(coarse = true))
# CHECK: data {name: cifar100, coarse: true}
experiment stl = FlexNet(c = 4, factors = [1]) |> Classify(stl10())
# CHECK: data {name: stl10}
experiment tiny = FlexNet(c = 4, factors = [1], classes = 1000) |> Classify(imagenet(16))
# CHECK: data {name: imagenet, size: 16}
experiment folders = FlexNet(c = 4, factors = [1], classes = 3) |> Classify(image_folder("birds", channels = 1, classes = 3))
# CHECK: input {channels: 1, rank: 2}
# CHECK: data {name: image_folder, folder: 'birds', channels: 1, classes: 3}
experiment shuffled = SeqNet(blocks = 1, width = 4) |> Classify(permuted(sequential(mnist())))
# CHECK: input {channels: 1, rank: 1}
# CHECK: data {name: permuted, sequences: {name: sequential, images: {name: mnist}}}
experiment noisy = SeqNet(blocks = 1, width = 4) |> Classify(noise_padded(rows(cifar10()), length = 1000))
# CHECK: input {channels: 96, rank: 1}
# CHECK: data {name: noise_padded, sequences: {name: rows, images: {name: cifar10}}, length: 1000}
experiment series = SeqNet(blocks = 1, width = 4, out = 9)
  |> Classify(drop_samples(uea("JapaneseVowels", channels = 12, classes = 9), rate = 0.3))
# CHECK: input {channels: 13, rank: 1}
# CHECK: data {name: drop_samples, sequences: {name: uea, archive: 'JapaneseVowels', classes: 9}, rate: 0.3}
experiment characters = SeqNet(blocks = 1, width = 4, out = 20) |> Classify(character_trajectories(compat = true))
# CHECK: input {channels: 3, rank: 1}
# CHECK: data {name: uea, archive: CharacterTrajectories, compat: true, test: 0.15}
experiment spoken = SeqNet(blocks = 1, width = 4) |> Classify(speech_commands(mfcc = true))
# CHECK: input {channels: 20, rank: 1}
# CHECK: data {name: speech_commands, mfcc: true}
experiment words = SeqNet(blocks = 1, width = 4) |> Classify(recordings("fsdd", classes = 10, mfcc = 13, test = 0.1))
# CHECK: input {channels: 13, rank: 1}
# CHECK: data {name: recordings, folder: 'fsdd', classes: 10, mfcc: 13, test: 0.1}
experiment photo = Fit() |> Reproduce(image("photo.png"))
# CHECK: input {channels: 2, rank: 2}
# CHECK: output {channels: 3, each_step: true}
# CHECK: data {name: image, file: 'photo.png'}
experiment waves = Fit(out = 1) |> Reproduce(pattern("gabor", size = 11, frequency = 4))
# CHECK: output {channels: 1, each_step: true}
# CHECK: data {name: pattern, kind: 'gabor', size: 11, frequency: 4}
