# Kernel networks fitted to photographs: the Kodak images of the paper's Table 5.
use std

fn wide(out: int) = MAGNet(out, hidden = 64, input_scale = 256, spread = 1)

experiment magnet  = Fit(wide) |> Reproduce(image())
experiment gabor   = Fit(GaborNet(_, hidden = 64, input_scale = 256, spread = 1)) |> Reproduce(image())
experiment fourier = Fit(FourierNet(_, hidden = 64)) |> Reproduce(image())
experiment siren   = Fit(SIREN(_, hidden = 64)) |> Reproduce(image(), lr = 0.001)
