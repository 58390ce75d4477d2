"""Compares the gradients that a program (compiled for f64) reports with central differences of its loss.

Parameters that are called alike (`gamma` of all filters) are moved together, each along a direction of its own that counts as much
as the others': a wrong gradient of one shows in the sum, and two runs serve many. The kernel's size is that of the unmoved
parameters, since the crop is a decision between steps and not a part of the function.
"""
import math
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tensors  # noqa: E402

program, channels, size, classes = sys.argv[1], *map(int, sys.argv[2:])
draw = random.Random(1)
samples, step = 3, 1e-5
tensors.write('batch.safetensors', {
    'input': ([samples, channels, size, size], [draw.gauss(0, 1) for _ in range(samples * channels * size * size)]),
    'target': ([samples], [draw.randrange(classes) for _ in range(samples)])})


def probe(parameters=None):
    command = [program, 'probe', '--batch', 'batch.safetensors', '-o', 'out.safetensors']
    if parameters:
        tensors.write('parameters.safetensors', parameters)
        command += ['--parameters', 'parameters.safetensors']
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return tensors.read('out.safetensors')


subprocess.run([program, 'train', 'epochs=1', 'run.folder=start', 'seed=2'], check=True, stdout=subprocess.DEVNULL)
trained = tensors.read(next(pathlib.Path('start').glob('*/checkpoints/last.safetensors')))
start = {name: t for name, t in trained.items() if not name.startswith('optimizer/')}
result = probe(start)
gradients = {name[len('gradient.'):]: t for name, t in result.items()
             if name.startswith('gradient.') and not name.startswith('gradient.authors.')}
assert gradients, 'no gradients'
taps = {name: list(numbers) for name, (_, numbers) in result.items() if name.startswith('taps.')}

def norm(numbers):
    return math.sqrt(sum(g * g for g in numbers)) + 1e-8


kinds = {}
for name in sorted(gradients):
    kinds.setdefault(name.rsplit('.', 1)[-1], []).append(name)
worst = 0
for kind, names in kinds.items():
    largest = max(norm(gradients[name][1]) for name in names)
    # A gradient that is small beside the others' gets a longer step, but not so long that the function bends.
    directions = {name: [draw.choice((-1, 1)) * min(largest / norm(gradients[name][1]), 30) for _ in gradients[name][1]]
                  for name in names}
    losses = []
    for sign in (1, -1):
        moved = dict(start)
        for name, direction in directions.items():
            moved[name] = start[name][0], [w + sign * step * e for w, e in zip(start[name][1], direction)]
        out = probe(moved)
        assert all(list(out[key][1]) == value for key, value in taps.items()), f'{kind}: the kernel changed its size'
        losses.append(out['scalar.loss'][1][0])
    numeric = (losses[0] - losses[1]) / (2 * step)
    compiled = sum(g * e for name in names for g, e in zip(gradients[name][1], directions[name]))
    scale = norm([norm(gradients[name][1]) * abs(directions[name][0]) for name in names])
    error = abs(numeric - compiled) / scale
    worst = max(worst, error)
    print(f'{", ".join(names)}: compiled {compiled:.9g}, differences {numeric:.9g}, error {error:.1e}')
assert worst < 1e-5, worst
print(f'{len(gradients)} parameters agree')
