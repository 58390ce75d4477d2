#!/usr/bin/env python3
"""PSNR over steps of the fits in a folder that `fit -o FOLDER` wrote: a panel for each picture, a line for each experiment.

  .venv/bin/python models/fit/plot.py FOLDER -o psnr.png

Needs Matplotlib, which bench/setup installs.
"""
import argparse
import json
import pathlib

import matplotlib

matplotlib.use('Agg')
from matplotlib import pyplot


def curves(folder):
    """{picture: {experiment: (steps, PSNR)}}"""
    found = {}
    for file in sorted(folder.glob('*/*/curve.jsonl')):
        points = [json.loads(line) for line in file.read_text().splitlines()]
        found.setdefault(file.parent.name, {})[file.parent.parent.name] = ([p['step'] for p in points],
                                                                           [p['psnr'] for p in points])
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('-o', dest='output', type=pathlib.Path, default='psnr.png')
    given = parser.parse_args()
    pictures = curves(given.folder)
    if not pictures:
        parser.error(f"'{given.folder}' holds no fits: there is no <experiment>/<picture>/curve.jsonl in it")
    figure, panels = pyplot.subplots(1, len(pictures), figsize=(3.2 * len(pictures), 3), sharey=True, squeeze=False)
    for axes, (picture, fits) in zip(panels[0], pictures.items()):
        for experiment, (steps, psnr) in fits.items():
            axes.plot(steps, psnr, label=experiment, linewidth=1)
        axes.set(title=picture, xlabel='steps')
        axes.grid(alpha=0.3)
    panels[0][0].set_ylabel('PSNR, dB')
    panels[0][0].legend(fontsize='small')
    figure.savefig(given.output, dpi=110, bbox_inches='tight')


main()
