# RUN: not flexc check %s 2>&1 | FileCheck %s
# R30: data sets take what they can be made of.
use std
network Seq(n: int = 10) (x: [c] on grid[1]) -> [n] = x |> last |> Linear(n)
network Images(n: int = 10) (x: [c] on grid[2]) -> [n] = x |> global_mean |> Linear(n)
experiment flat = Seq() |> Classify(permuted(mnist()))
# CHECK: data-sets.flex:[[@LINE-1]]:{{[0-9]+}}: error: 'permuted' takes sequences, but this set has rank 2
experiment deep = Seq() |> Classify(rows(sequential(mnist())))
# CHECK: data-sets.flex:[[@LINE-1]]:{{[0-9]+}}: error: 'rows' takes images, but this set has rank 1
experiment wide = Seq() |> Classify(rows(image_folder("birds", channels = 3, classes = 10)))
# CHECK: data-sets.flex:[[@LINE-1]]:{{[0-9]+}}: error: 'rows' makes a channel of each column, but how wide these images are is known only when they are read
experiment each = Seq() |> Classify(noise_padded(copy_memory(10)))
# CHECK: data-sets.flex:[[@LINE-1]]:{{[0-9]+}}: error: 'noise_padded' needs one answer for each sequence, but this set has one at each point
experiment huge = Images(1000) |> Classify(imagenet(224))
# CHECK: data-sets.flex:[[@LINE-1]]:{{[0-9]+}}: error: the downsampled ImageNet comes in sizes 8, 16, 32 and 64, not 224
experiment pairs = Images() |> Classify(image_folder("birds", channels = 2, classes = 10))
# CHECK: data-sets.flex:[[@LINE-1]]:{{[0-9]+}}: error: images have 1 channel (grey) or 3 (colours), not 2
experiment none = Seq() |> Classify(drop_samples(sequential(mnist()), rate = 1))
# CHECK: data-sets.flex:[[@LINE-1]]:{{[0-9]+}}: error: the share of steps that are left out must be from 0 to below 1
experiment nameless = Seq() |> Classify(uea(5, channels = 12, classes = 10))
# CHECK: data-sets.flex:[[@LINE-1]]:{{[0-9]+}}: error: 'uea' takes the name of a set, got 5
experiment drawn = Fit(out = 1) |> Reproduce(pattern("circle"))
# CHECK: data-sets.flex:[[@LINE-1]]:{{[0-9]+}}: error: a pattern is "gabor" or "noise", not 'circle'
