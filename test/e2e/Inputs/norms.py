"""What `kernel_norms` adds to the loss: the plain norms of sampled kernels and biases, not their squares."""
import math
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tensors  # noqa: E402

program = sys.argv[1]
samples, size = 2, 12
tensors.write('batch.safetensors', {
    'input': ([samples, 3, size, size], [math.sin(i) for i in range(samples * 3 * size * size)]), 'target': ([samples], [1, 7])})
subprocess.run([program, 'train', 'validation=0', 'warmup=0 epochs'], check=True, stdout=subprocess.DEVNULL)
checkpoint = pathlib.Path('runs/norms-0001/checkpoints') / 'last.safetensors'


def norm(numbers):
    return math.sqrt(sum(x * x for x in numbers))


def probe(experiment):
    subprocess.run([program, 'probe', experiment, '--parameters', str(checkpoint), '--batch', 'batch.safetensors', '-o', 'out.safetensors'],
                   check=True, stdout=subprocess.DEVNULL)
    return tensors.read('out.safetensors')


result, parameters = probe('main'), tensors.read(checkpoint)
penalty = result['scalar.loss'][1][0] - probe('plain')['scalar.loss'][1][0]
norms = [norm(result[f'kernel.{layer}'][1]) + norm(parameters[f'{layer}.bias'][1]) for layer in 'ab']
assert all(norm(parameters[f'{layer}.bias'][1]) > 1e-3 for layer in 'ab'), 'biases have not moved'
assert abs(penalty - 0.5 * sum(norms)) < 1e-4 * penalty, (penalty, norms)
print(f'penalty {penalty:.6f} of norms {norms}')
