#!/usr/bin/env python3
"""A whole training step and an evaluation, against the authors' design in PyTorch: flexnet16 at batch 64, FlexTCN-2 at
batch 100, kernels at their start. The convolution is a library call on both sides in this version.

  .venv/bin/python bench/steps.py [--rounds 5] [--threads 2] [--json FILE]
"""
import torch

import measure
from torch_flexnet import FlexConv, FlexNet16, FlexTCN2, training_step


def evaluation(net, x):
    def run():
        with torch.no_grad():
            net(x)
    return run


def compare(table, program, name, size, batch, modes, threads):
    """`modes`: {name: (network, input)}."""
    labels = torch.randint(0, 10, (batch,))
    steps = {mode: training_step(net, 0.0) for mode, (net, _) in modes.items()}
    flags = ('--size', size, '--batch', batch, '--repeat', 1)
    table.measure(f'{name} step', lambda: measure.ours(program, threads, *flags)['step_ms'][0],
                  {mode: lambda mode=mode: measure.timed(lambda: steps[mode](modes[mode][1], labels)) for mode in modes})
    for net, _ in modes.values():
        net.eval()
    table.measure(f'{name} evaluation', lambda: measure.ours(program, threads, *flags)['evaluate_ms'][0],
                  {mode: lambda mode=mode: measure.timed(evaluation(*modes[mode])) for mode in modes})


def main():
    given = measure.options(__doc__.splitlines()[0])
    torch.set_num_threads(given.threads)
    table = measure.Table(given)
    with measure.folder() as folder:
        program = measure.compile_program(given.flexc, measure.ROOT / 'models/flexnet16/flexnet16.flex', folder)
        image = torch.randn(64, 3, 32, 32)
        last = torch.channels_last
        compare(table, program, 'flexnet16, batch 64, 5x5 kernels', '32x32', 64,
                {'torch': (FlexNet16(), image),
                 'torch channels_last': (FlexNet16().to(memory_format=last), image.contiguous(memory_format=last))},
                given.threads)
        program = measure.compile_program(given.flexc, measure.ROOT / 'models/flextcn2/flextcn2.flex', folder)
        fft = FlexTCN2()
        for layer in fft.modules():
            if isinstance(layer, FlexConv):
                layer.fft = True
        signal = torch.randn(100, 1, 784)
        compare(table, program, 'flextcn2, batch 100, 64 taps', '784', 100,
                {'torch': (FlexTCN2(), signal), 'torch fft': (fft, signal)}, given.threads)
    table.finish()


main()
