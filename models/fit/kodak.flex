# Kernel networks fitted to photographs: the Kodak images of the paper's Table 5.
use std

experiment magnet  = Fit(MAGNet(_, input_scale = 256, spread = 1)) |> Reproduce(image())
experiment gabor   = Fit(GaborNet(_, input_scale = 256, spread = 1)) |> Reproduce(image())
experiment fourier = Fit(FourierNet(_, input_scale = 256)) |> Reproduce(image())
experiment siren   = Fit(SIREN(_)) |> Reproduce(image(), lr = 0.001)
