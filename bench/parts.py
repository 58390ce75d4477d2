#!/usr/bin/env python3
"""What is compiled in this version, without the library's convolution: MAGNet with its mask (36 x 36 channel pairs), and
batch norm + residual + ReLU on 64 x 36 x 32 x 32, forward and backward, against PyTorch eager and torch.compile.

  .venv/bin/python bench/parts.py [--rounds 5] [--threads 2] [--json FILE]

Our times are those of the same code in a training step: the time until each value of the step was there, summed over
the values of the part (`bench --values`).
"""
import torch
from torch.nn import functional as F

import measure
from torch_flexnet import FlexConv


def kernel_time(program, threads, sigma, repeats):
    """Forward: the taps. Backward: all that follows the taps' gradient, which is the kernel network's, the mask's and
    the bias's."""
    best = []
    for _ in range(repeats):
        values = measure.ours(program, threads, '--size', '32x32', '--batch', 1, '--repeat', 1, '--set',
                              f'mask.sigma={sigma}', '--values')['values']
        taps, gradient = [i for i, v in enumerate(values) if v['channels'] == 36 * 36 and v['points'] > 1][:2]
        best.append(values[taps]['ms'] + sum(v['ms'] for v in values[gradient + 1:]))
    return sorted(best)[len(best) // 2]


def norm_time(program, threads, repeats):
    """The end of one block of flexnet16; its backward also adds the gradients of the two that read the block."""
    totals = []
    for _ in range(repeats):
        values = measure.ours(program, threads, '--size', '32x32', '--batch', 64, '--repeat', 1, '--values')['values']
        totals.append(sum(v['ms'] for v in values if v['path'] in ('blocks.4', 'blocks.4.norm2')))
    return sorted(totals)[len(totals) // 2]


def main():
    given = measure.options(__doc__.splitlines()[0])
    torch.set_num_threads(given.threads)
    table = measure.Table(given)
    programs = measure.ROOT / 'bench/programs'
    with measure.folder() as folder:
        program = measure.compile_program(given.flexc, programs / 'magnet.flex', folder)
        for sigma, size in ((0.075, 5), (0.2, 13), (0.5, 33)):
            layer = FlexConv(2, 36, 36, 33, sigma=sigma)
            upstream = torch.randn(36, 36, size, size)
            compiled = torch.compile(layer.taps, dynamic=False)

            def run(taps, layer=layer, upstream=upstream):
                layer.zero_grad(set_to_none=True)
                (taps() * upstream).sum().backward()
            table.measure(f'MAGNet + mask, 36x36 pairs, {size}x{size}, forward + backward',
                          lambda sigma=sigma: kernel_time(program, given.threads, sigma, 3),
                          {'torch eager': lambda: measure.timed(lambda: run(layer.taps), 5),
                           'torch.compile': lambda: measure.timed(lambda: run(compiled), 5)})

        program = measure.compile_program(given.flexc, measure.ROOT / 'models/flexnet16/flexnet16.flex', folder)
        x = torch.randn(64, 36, 32, 32, requires_grad=True)
        residual = torch.randn(64, 36, 32, 32, requires_grad=True)
        upstream = torch.randn(64, 36, 32, 32)
        norm = torch.nn.BatchNorm2d(36)
        function = lambda: F.relu(norm(x) + residual)
        compiled = torch.compile(function)

        def run(function):
            x.grad = residual.grad = None
            norm.zero_grad(set_to_none=True)
            function().backward(upstream)
        table.measure('batch norm + residual + ReLU, 64x36x32x32, forward + backward',
                      lambda: norm_time(program, given.threads, 3),
                      {'torch eager': lambda: measure.timed(lambda: run(function), 5),
                       'torch.compile': lambda: measure.timed(lambda: run(compiled), 5)})
    table.finish()


main()
