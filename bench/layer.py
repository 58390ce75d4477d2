#!/usr/bin/env python3
"""One convolution layer, forward and both gradients, its taps given: ours inside the step of bench/programs/layer.flex,
against every convolution that PyTorch and JAX offer.

  .venv/bin/python bench/layer.py [--all] [--rounds 5] [--threads 2] [--json FILE]

64 images of 32x32, or signals of 1,024 steps, with 36 or 24 channels in and out. Ours is the time of all that the step
does for the convolution: every op but pointwise regions, changes of layout included, without that of the network's input.
"""
import math

import measure
from sizes import fft_size, sigma_for

KERNELS = (5, 11, 17, 33)
ALL = (3, 5, 11, 17, 25, 33)


class Shape:
    """Sizes of a layer, and the experiment that has it."""

    def __init__(self, rank, channels, size, batch, taps):
        self.rank, self.channels, self.size, self.batch, self.taps = rank, channels, size, batch, taps
        self.experiment = f'{"image" if rank == 2 else "signal"}{channels}'
        self.work = f'{rank}D, {channels} channels, ' + (f'{taps}x{taps}' if rank == 2 else f'{taps} taps of {size}')

    def sigma(self):
        return sigma_for(self.taps, self.size + (self.size + 1) % 2 if self.rank == 2 else self.size, self.rank == 1)

    def dense(self):
        """Shapes of input and taps."""
        return ((self.batch, self.channels, *[self.size] * self.rank),
                (self.channels, self.channels, *[self.taps] * self.rank))


def convolution_ms(given, program, shape):
    size = 'x'.join([str(shape.size)] * shape.rank)
    result = measure.ours(given, program, shape.experiment, '--size', size, '--batch', shape.batch, '--repeat', 1,
                          '--set', f'conv.mask.sigma={shape.sigma()}', '--values')
    assert result['taps']['conv'] == [shape.taps] * shape.rank, result['taps']
    of_entry = 'loss_and_grad (layout)'  # values that belong to no block: the network's own input
    return sum(v['ms'] for v in result['values'] if v['operation'] != 'points' and v['path'] != of_entry)


def roofline_ms(given, program, shape):
    """What the best known algorithm takes if all of its parts run at this machine's rates, one after the other: transforms
    of the whole image of M x M >= H + r points, two images as one complex one, three products for a complex one.
    Arithmetic at the rate of multiply-adds; the five passes over images and three over taps at the memory's; images
    whose rows are transformed (written and read five times) and spectra of taps (five times) at the cache's."""
    rates = measure.program_json(given, program, 'profile', shape.experiment, '--size', f'{shape.size}x{shape.size}',
                                 '--batch', 1, '--repeat', 1, '--json')
    n, c, h, k = shape.batch, shape.channels, shape.size, shape.taps
    m = fft_size(h + k // 2)
    products = 3 * 8 * m * m * c * c * (n / 2) * 0.75
    transforms = (4 * c * n / 2 + 2 * c * c / 2) * 5 * m * m * math.log2(m * m)
    compulsory = 4 * (5 * n * c * h * h + 3 * c * c * k * k)
    between = 8 * (10 * m * h * c * n / 2 + 5 * m * (m // 2 + 1) * c * c)
    return 1e3 * ((products + transforms) / rates['flops_per_second'] + compulsory / rates['bytes_per_second'] +
                  between / rates['cached_bytes_per_second'])


def torch_modes(shape, slow):
    """{mode: a function that returns output and both gradients}, and the arrays that they work on."""
    import torch
    import torch_conv
    torch.manual_seed(0)
    x, k = (torch.randn(s) for s in shape.dense())
    k *= k[0].numel() ** -0.5
    upstream = torch.randn(shape.dense()[0])

    def mode(conv, form=torch.contiguous_format):
        a, b, g = (t.clone(memory_format=form) for t in (x, k, upstream))
        a.requires_grad_(), b.requires_grad_()

        def run():
            a.grad = b.grad = None
            y = conv(a, b)
            y.backward(g)
            return y.detach(), a.grad, b.grad
        return run
    modes = {'torch fft einsum': mode(torch_conv.fft), 'torch fft bmm': mode(torch_conv.fft_bmm)}
    if slow or shape.taps <= (17 if shape.rank == 2 else 64):
        modes['torch direct'] = mode(torch_conv.direct)
        if shape.rank == 2:
            modes['torch direct channels_last'] = mode(torch_conv.direct, torch.channels_last)
    return modes, [t.numpy() for t in (x, k, upstream)]


def jax_modes(shape, arrays, slow):
    import jax
    import jax_conv
    arrays = [jax.numpy.asarray(a) for a in arrays]

    def mode(conv):
        def gradients(x, k, upstream):
            y, back = jax.vjp(conv, x, k)
            return (y, *back(upstream))
        compiled = jax.jit(gradients)
        return lambda: jax.block_until_ready(compiled(*arrays))
    modes = {'jax fft': mode(jax_conv.fft)}
    if slow or shape.taps <= (11 if shape.rank == 2 else 64):
        modes['jax direct'] = mode(jax_conv.direct)
    return modes


def check_agreement(modes):
    """All modes compute the same: to 1e-4 of the largest value. Also compiles them."""
    import numpy
    results = {name: [numpy.asarray(a) for a in run()] for name, run in modes.items()}
    reference = next(iter(results.values()))
    for name, values in results.items():
        for what, value, expected in zip(('output', 'input gradient', 'taps gradient'), values, reference):
            error = abs(value - expected).max() / abs(expected).max()
            assert error <= 1e-4, f'{name}: {what} is off by {error:.2g}'


def peer_modes(given, shape, everything, without=()):
    """The modes of the peers that are wanted. `everything`: with those that are slow for this shape."""
    if not given.peers:
        return {}
    modes, arrays = torch_modes(shape, everything)
    if 'jax' in given.peers:
        modes |= jax_modes(shape, arrays, everything)
    modes = {name: run for name, run in measure.wanted(given, modes).items() if name not in without}
    if modes:
        check_agreement(modes)
    return modes


def shapes(given):
    if given.quick:
        return [Shape(2, 24, 8, 4, 5), Shape(1, 24, 64, 4, 64)]
    images = [Shape(2, c, 32, 64, k) for c in (36, 24) for k in (ALL if given.all else KERNELS)]
    return images + [Shape(1, c, 1024, 64, 1024) for c in (36, 24)]


def main():
    given = measure.options(__doc__.splitlines()[0], measure.ONLY, measure.SLOW, measure.WITHOUT,
                            ('--all', {'action': 'store_true', 'help': 'also 3x3 and 25x25'}))
    table = measure.Table(given)
    with measure.folder() as folder:
        program = measure.compile_program(given, 'bench/programs/layer.flex', folder)
        for shape in shapes(given):
            if table.wants(shape.work):
                row = table.measure(shape.work, lambda: convolution_ms(given, program, shape), peer_modes(given, shape, given.slow))
                if shape.rank == 2:
                    row['roofline_ms'] = roofline_ms(given, program, shape)
                    row['over_roofline'] = row['medians_ms']['flex'] / row['roofline_ms']
                    print(f'  over the roofline of {row["roofline_ms"]:.3g} ms: {row["over_roofline"]:.2f}', flush=True)
    table.finish()


if __name__ == '__main__':
    main()
