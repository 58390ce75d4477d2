#!/usr/bin/env python3
"""One training step - forward, loss, backward, Adam - of whole networks, their masks set to a size of kernels, against the
authors' design in PyTorch (direct convolution, channels_last, torch.compile), the same with the best convolution by FFT,
and both in JAX.

  .venv/bin/python bench/steps.py [--slow] [--only flexnet16] [--rounds 5] [--threads 2] [--json FILE]

--slow adds direct convolutions with kernels of 33x33 and whole signals, which need minutes a step.
"""
import networks

WORKS = [*(networks.flexnet16(taps) for taps in (5, 13, 33)), networks.flextcn2(64), networks.flextcn2(784),
         networks.flextcn6('pixels', 1024, 3, 64), networks.flextcn6('sound', 16000, 1, 16)]

networks.compare(__doc__.splitlines()[0], WORKS, quick=networks.flextcn6('sound', 64, 1, 4), training=True)
