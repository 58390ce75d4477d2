#!/usr/bin/env python3
"""Time against the size of kernels: one layer of 36 channels on 64 images of 32x32, forward and both gradients, ours and all
peers'; and our whole training step of flexnet16.

  .venv/bin/python bench/sweep.py --plot sweep.png [--all] [--rounds 3] [--threads 2] [--json FILE]

A peer that took longer than --limit at one size is not asked for the next.
"""
import pathlib

import layer
import measure
import networks

KERNELS = (3, 5, 9, 13, 17, 21, 25, 29, 33)


def sweep_layers(given, table, folder, kernels):
    program = measure.compile_program(given, 'bench/programs/layer.flex', folder)
    dropped = set()
    for taps in kernels:
        shape = layer.Shape(2, 24, 8, 4, taps) if given.quick else layer.Shape(2, 36, 32, 64, taps)
        modes = layer.peer_modes(given, shape, everything=True, without=dropped)
        row = table.measure('layer, ' + shape.work, lambda: layer.convolution_ms(given, program, shape), modes,
                            series='layer', kernel=taps)
        dropped |= {mode for mode, ms in row['medians_ms'].items() if ms > given.limit}


def sweep_steps(given, table, folder, kernels):
    programs = networks.Programs(given, folder)
    for taps in kernels:
        work = networks.flexnet16(taps)
        table.measure('step of ' + work.name, lambda: programs.bench(work, 'step'), {}, series='step', kernel=taps)


def plot(rows, file):
    import matplotlib
    matplotlib.use('Agg')
    from matplotlib import pyplot
    lines = {}
    for row in rows:
        for mode, ms in row['medians_ms'].items():
            name = f'{mode}, {row["series"]}' + (' of flexnet16' if row['series'] == 'step' else '')
            lines.setdefault(name, []).append((row['kernel'], ms))
    figure, axes = pyplot.subplots(figsize=(8, 5))
    for name, points in lines.items():
        axes.plot(*zip(*points), marker='o', linewidth=2.5 if name.startswith('flex') else 1, label=name)
    axes.set(xlabel='kernel size (k x k)', ylabel='milliseconds', yscale='log', title='time against kernel size')
    axes.grid(alpha=0.3)
    axes.legend(fontsize='small', loc='center left', bbox_to_anchor=(1, 0.5))
    figure.savefig(file, dpi=150, bbox_inches='tight')


def main():
    given = measure.options(__doc__.splitlines()[0], measure.WITHOUT,
                            ('--all', {'action': 'store_true', 'help': 'every odd size from 3 to 33'}),
                            ('--limit', {'type': float, 'default': 5000, 'help': 'milliseconds; default: 5000'}),
                            ('--plot', {'type': pathlib.Path, 'help': 'write a PNG'}))
    kernels = (3, 5) if given.quick else range(3, 34, 2) if given.all else KERNELS
    table = measure.Table(given)
    with measure.folder() as folder:
        sweep_layers(given, table, folder, kernels)
        if not given.quick:
            sweep_steps(given, table, folder, kernels)
    table.finish()
    if given.plot:
        plot(table.rows, given.plot)


main()
