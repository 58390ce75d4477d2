"""Learning rates of `schedule.flex`, step by step, against the formula: `late` warms up one step longer and goes beyond the
base rate in it.

  schedule.py PROGRAM FOLDER
"""
import math
import pathlib
import subprocess
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'oracle'))
from tensors import read_safetensors, write_safetensors  # noqa: E402

WARMUP, LENGTH, FLOOR = 4, 12, 0.125


def rate(step, late):
    if step < WARMUP or (late and step <= WARMUP + 1):
        return step / WARMUP
    return FLOOR + (1 - FLOOR) * (1 + math.cos(math.pi * (step - WARMUP) / (LENGTH - WARMUP))) / 2


def missing_after(program, folder, experiment, steps):
    batch, output = folder / 'batch.safetensors', folder / 'probe.safetensors'
    write_safetensors(batch, {'input': np.ones((1, 1, 2, 2), np.float32), 'target': np.zeros((1, 1), np.float32)})
    subprocess.run([program, 'probe', experiment, '--batch', batch, '--steps', str(steps), '-o', output], check=True,
                   stdout=subprocess.DEVNULL)
    return -float(read_safetensors(output)[0]['after.s.w'][0])


folder = pathlib.Path(sys.argv[2])
for experiment, late in (('main', False), ('late', True)):
    for steps in range(1, LENGTH + 1):
        expected = sum(rate(step, late) for step in range(steps))
        found = missing_after(sys.argv[1], folder, experiment, steps)
        if abs(found - expected) > 1e-5:
            sys.exit(f'{experiment}, {steps} steps: the rates sum to {found}, expected {expected}')
print('rates as expected, highest', max(rate(step, True) for step in range(LENGTH)))
