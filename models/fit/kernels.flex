# Kernel networks fitted to patterns of 33 x 33 taps: the targets of the paper's Figure 4.
use std

fn large(out: int) = MAGNet(out, input_scale = 256, spread = 1)

experiment gabor_1  = Fit(large, out = 1) |> Reproduce(pattern("gabor", frequency = 1), length = 5000 steps)
experiment gabor_4  = Fit(large, out = 1) |> Reproduce(pattern("gabor", frequency = 4), length = 5000 steps)
experiment gabor_16 = Fit(large, out = 1) |> Reproduce(pattern("gabor", frequency = 16), length = 5000 steps)
experiment gabor_64 = Fit(large, out = 1) |> Reproduce(pattern("gabor", frequency = 64), length = 5000 steps)
experiment noise    = Fit(large, out = 1) |> Reproduce(pattern("noise"), length = 5000 steps)
# Any picture: data.file=filter.npy
experiment filter = Fit(large, out = 1) |> Reproduce(image(channels = 1), length = 5000 steps)

experiment siren_gabor_16 =
  Fit(SIREN(_), out = 1) |> Reproduce(pattern("gabor", frequency = 16), lr = 0.001, length = 5000 steps)
experiment siren_noise    = Fit(SIREN(_), out = 1) |> Reproduce(pattern("noise"), lr = 0.001, length = 5000 steps)

fn gabor_net(out: int) = GaborNet(out, input_scale = 256, spread = 1)
fn fourier_net(out: int) = FourierNet(out, input_scale = 256)

experiment gabornet_gabor_16 =
  Fit(gabor_net, out = 1) |> Reproduce(pattern("gabor", frequency = 16), length = 5000 steps)
experiment gabornet_noise    = Fit(gabor_net, out = 1) |> Reproduce(pattern("noise"), length = 5000 steps)
experiment fourier_gabor_16  =
  Fit(fourier_net, out = 1) |> Reproduce(pattern("gabor", frequency = 16), length = 5000 steps)
experiment fourier_noise     = Fit(fourier_net, out = 1) |> Reproduce(pattern("noise"), length = 5000 steps)
experiment njet4_gabor_4 =
  Fit(NJet(_, order = 4), out = 1) |> Reproduce(pattern("gabor", frequency = 4), length = 5000 steps)
experiment njet9_gabor_4 =
  Fit(NJet(_, order = 9), out = 1) |> Reproduce(pattern("gabor", frequency = 4), length = 5000 steps)
