"""Compares the gradients that a program (compiled for f64) reports with central differences of its loss.

Every parameter is moved along a direction of its own; the kernel's size is that of the unmoved parameters, since the
crop is a decision between steps and not a part of the function.
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


def probe(parameters, others=()):
    tensors.write('parameters.safetensors', parameters)
    command = [program, 'probe', '--batch', 'batch.safetensors', '--parameters', 'parameters.safetensors', '-o', 'out.safetensors']
    for i, other in enumerate(others):
        tensors.write(f'other{i}.safetensors', other)
    if others:
        command += ['--others', *(f'other{i}.safetensors' for i in range(len(others)))]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return tensors.read('out.safetensors')


subprocess.run([program, 'train', 'epochs=1', 'run.folder=start', 'seed=2'], check=True, stdout=subprocess.DEVNULL)
trained = tensors.read(next(pathlib.Path('start').glob('*/checkpoints/last.safetensors')))
start = {name: t for name, t in trained.items() if not name.startswith('optimizer/')}
result = probe(start)
gradients = {name[len('gradient.'):]: t for name, t in result.items()
             if name.startswith('gradient.') and not name.startswith('gradient.authors.')}
assert gradients, 'no gradients'

directions, moved = {}, []
for name, (shape, gradient) in sorted(gradients.items()):
    directions[name] = [draw.choice((-1, 1)) for _ in gradient]
    for sign in (1, -1):
        moved.append({**start, name: (shape, [w + sign * step * e for w, e in zip(start[name][1], directions[name])])})
losses = list(probe(start, moved)['others'][1])

worst = 0
for i, (name, direction) in enumerate(directions.items()):
    gradient = gradients[name][1]
    numeric = (losses[2 * i] - losses[2 * i + 1]) / (2 * step)
    compiled = sum(g * e for g, e in zip(gradient, direction))
    scale = math.sqrt(sum(g * g for g in gradient)) + 1e-8
    error = abs(numeric - compiled) / scale
    worst = max(worst, error)
    print(f'{name}: compiled {compiled:.9g}, differences {numeric:.9g}, error {error:.1e}')
assert worst < 1e-5, worst
print(f'{len(gradients)} parameters agree')
