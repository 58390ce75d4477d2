#!/usr/bin/env python3
"""What is compiled beside the convolution: MAGNet with its mask (36 x 36 channel pairs), and batch norm + residual + ReLU
on 64 x 36 x 32 x 32, forward and backward, against PyTorch eager and torch.compile.

  .venv/bin/python bench/parts.py [--rounds 5] [--threads 2] [--json FILE]

Both sides are hot. Ours run in programs around them whose other work is small: the times until each value of a step was
there (`bench --values`, medians of many steps), summed over the values of the part.
"""
import measure


def kernel_time(given, program, sigma):
    """Forward: the taps. Backward: all that follows the taps' gradient, which is the kernel network's, the mask's and
    the bias's."""
    values = measure.ours(given, program, '--size', '8x8', '--batch', 1, '--repeat', 30, '--work', 'step', '--set',
                          f'mask.sigma={sigma}', '--values')['values']
    taps, gradient = [i for i, v in enumerate(values) if v['channels'] == 36 * 36 and v['points'] > 1][:2]
    return values[taps]['ms'] + sum(v['ms'] for v in values[gradient + 1:])


def norm_time(given, program):
    """The values of the block and of its batch norm; each convolution inside has a path of its own."""
    values = measure.ours(given, program, '--size', '32x32', '--batch', 64, '--repeat', 10, '--work', 'step', '--set',
                          'mask.sigma=0.01', '--values')['values']
    return sum(v['ms'] for v in values if v['path'] in ('part', 'part.norm'))


def magnet(given, table, folder):
    import torch
    import torch_conv
    from torch_flexnet import FlexConv
    program = measure.compile_program(given, 'bench/programs/magnet.flex', folder)
    for sigma, size in ((0.075, 5), (0.2, 13), (0.5, 33)):
        layer = FlexConv(2, 36, 36, 33, torch_conv.direct, sigma)
        upstream = torch.randn(36, 36, size, size)
        compiled = torch.compile(layer.taps, dynamic=False)

        def run(taps):
            layer.zero_grad(set_to_none=True)
            (taps() * upstream).sum().backward()
        run(compiled)
        table.measure(f'MAGNet + mask, 36x36 pairs, {size}x{size}, forward + backward',
                      lambda: kernel_time(given, program, sigma),
                      {'torch eager': lambda: run(layer.taps), 'torch.compile': lambda: run(compiled)})


def norm(given, table, folder):
    import torch
    from torch.nn import functional as F
    program = measure.compile_program(given, 'bench/programs/norm.flex', folder)
    x, residual = (torch.randn(64, 36, 32, 32, requires_grad=True) for _ in range(2))
    upstream = torch.randn(64, 36, 32, 32)
    layer = torch.nn.BatchNorm2d(36)
    function = lambda: F.relu(layer(x) + residual)
    compiled = torch.compile(function)

    def run(function):
        x.grad = residual.grad = None
        layer.zero_grad(set_to_none=True)
        function().backward(upstream)
    run(compiled)
    table.measure('batch norm + residual + ReLU, 64x36x32x32, forward + backward', lambda: norm_time(given, program),
                  {'torch eager': lambda: run(function), 'torch.compile': lambda: run(compiled)})


def main():
    given = measure.options(__doc__.splitlines()[0])
    if 'torch' not in given.peers:
        raise SystemExit('bench/parts.py: its only peer is torch')
    table = measure.Table(given)
    with measure.folder() as folder:
        magnet(given, table, folder)
        norm(given, table, folder)
    table.finish()


main()
