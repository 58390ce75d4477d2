"""The bound that a program reports against the formula on its own parameters, and against the spectrum of its kernel."""
import json
import pathlib
import subprocess
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'oracle'))
from tensors import read_safetensors, write_safetensors  # noqa: E402

program, experiment, resolution = sys.argv[1], sys.argv[2], int(sys.argv[3])
rank = 1 if experiment == 'line' else 2
size = [resolution] * rank


def run(*words):
    return subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout


run('train', experiment, 'epochs=1', 'validation=0', f'run.folder=runs-{experiment}', 'lr=0.01',
    f'data.resize={resolution if rank == 2 else 32 * 32}')
checkpoint = next(pathlib.Path(f'runs-{experiment}').glob('*-0001')) / 'checkpoints' / 'last.safetensors'
p, _ = read_safetensors(checkpoint)
info = json.loads(run('info', experiment, '--checkpoint', str(checkpoint), '--resolution', str(resolution), '--json'))
bound = np.array(info['bands'][0]['band'])

# The formula: each filter's largest sum of a wave and a window along each axis, summed up; and the mask's window.
expected = 2 / (2 * np.pi * np.abs(p['conv.mask.sigma']))
if experiment == 'jets': # a fourth derivative of a Gaussian of width sigma
    expected = expected + (np.sqrt(4) + 2) / (2 * np.pi * 2.0 ** p['conv.kernel.scale'])
for i in range(0 if experiment == 'jets' else 4):
    gamma = p[f'conv.kernel.filters.{i}.gamma'].astype(np.float64)
    if experiment == 'steered':
        angle = 2 * np.pi * p[f'conv.kernel.filters.{i}.theta'].astype(np.float64)
        c, s = np.cos(angle), np.sin(angle)
        a = gamma[:, :, None] * np.stack([np.stack([c, s], 1), np.stack([-s, c], 1)], 1)
        window = np.sqrt((a ** 2).sum(1))
    else:
        window = np.abs(gamma)
    wave = np.abs(p[f'conv.kernel.filters.{i}.w'].astype(np.float64))
    expected = expected + ((wave + 2 * window) / (2 * np.pi)).max(0)
assert np.allclose(bound, expected, rtol=1e-5), (bound, expected)
assert info['bands'][0]['nyquist'] == ((resolution + 1 - resolution % 2 if rank == 2 else resolution) - 1) / 4

# What the kernel holds above the bound is next to nothing: sampled finely enough that no frequency is folded back.
fine = 256 if rank == 2 else 4096
write_safetensors('batch.safetensors', {'input': np.zeros([1, 3] + [fine] * rank, np.float32), 'target': np.zeros([1], np.float32),
                                        'trained_size': np.array([32] * rank, np.int64)})
run('probe', experiment, '--batch', 'batch.safetensors', '--parameters', str(checkpoint), '-o', 'probe.safetensors')
probe, _ = read_safetensors('probe.safetensors')
kernel = probe['kernel.conv'].astype(np.float64)
k = kernel.shape[2:]
grid = fine + 1 - fine % 2 if rank == 2 else fine
# The crop, and the end of the grid, cut the kernel off; a taper takes the frequencies of these edges away.
taper = 1.0
for axis, n in enumerate(k):
    taper = taper * np.hanning(n).reshape([-1 if a == axis else 1 for a in range(len(k))])
spectrum = np.abs(np.fft.fftn(kernel * taper, axes=range(2, 2 + rank))) ** 2
outside = np.zeros(k, bool)
for axis, n in enumerate(k):
    frequency = np.abs(np.fft.fftfreq(n)) * (grid - 1) / 2  # cycles per unit of [-1, 1]
    margin = 2 * (grid - 1) / 2 / n  # of the taper's main lobe
    outside |= (frequency > bound[axis] + margin).reshape([-1 if a == axis else 1 for a in range(len(k))])
share = spectrum[..., outside].sum() / spectrum.sum()
assert 0 < outside.sum() and share < 1e-3, share
print(f'{experiment}: {np.round(bound, 3)}, share above it {share:.1e}')
