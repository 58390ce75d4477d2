"""Compiles a program, runs it on a batch and parameters, and compares what it writes with PyTorch in double precision.

A *model* of a program is a function `model(values, x, training)` of PyTorch. It asks `values` for parameters and states by
the paths that the program gives them; the first evaluation draws their values, the program then has to accept them all.
"""
import pathlib
import subprocess
import sys

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'oracle'))
from tensors import read_safetensors, write_safetensors  # noqa: E402

# Relative to the largest magnitude of the tensor; differences come from the order of summation alone.
TOLERANCE = 1e-10
# Gradients that vanish in exact arithmetic (biases before a batch norm) are compared with the largest of all.
FLOOR = 1e-13


class Values:
    """Parameters and states by path, drawn when they are asked for first."""

    def __init__(self, seed):
        self.generator = torch.Generator().manual_seed(seed)
        self.parameters, self.states, self.next = {}, {}, {}

    def parameter(self, path, shape, mean=0.0, deviation=1.0):
        if path not in self.parameters:
            drawn = torch.randn(shape, generator=self.generator, dtype=torch.float64)
            self.parameters[path] = (mean + deviation * drawn).requires_grad_()
        return self.parameters[path]

    def state(self, path, shape, low, high):
        if path not in self.states:
            self.states[path] = low + (high - low) * torch.rand(shape, generator=self.generator, dtype=torch.float64)
        return self.states[path]

    def arrays(self):
        return {path: tensor.detach().numpy() for path, tensor in {**self.parameters, **self.states}.items()}


class Program:
    """A compiled source; every run has its own files in `folder`."""

    def __init__(self, name, source, flexc, folder):
        self.name, self.folder, self.path = name, folder, folder / name
        text = folder / f'{name}.flex'
        text.write_text(source)
        self.run([flexc, 'compile', text, '-o', self.path, '--dtype', 'f64', '--input-gradient'])

    @staticmethod
    def run(command):
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f'{" ".join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}')

    def probe(self, arrays, x, target, trained=None):
        """`trained`: the size that kernels were made for, if it is not the batch's."""
        files = [self.folder / f'{self.name}.{kind}.safetensors' for kind in ('parameters', 'batch', 'probe')]
        write_safetensors(files[0], arrays)
        batch = {'input': x.numpy(), 'target': target.numpy().astype(np.float64)}
        if trained:
            batch['trained_size'] = np.array(trained, dtype=np.float64)
        write_safetensors(files[1], batch)
        self.run([self.path, 'probe', '--parameters', files[0], '--batch', files[1], '-o', files[2]])
        return read_safetensors(files[2])[0]


class Report:
    """Compares tensors and remembers those that are too far apart."""

    def __init__(self, name):
        self.name, self.count, self.worst, self.tensor, self.failures = name, 0, 0.0, '', []

    def compare(self, tensor, actual, expected, floor=0.0):
        self.count += 1
        expected = expected.detach().numpy()
        if actual is None or np.size(actual) != expected.size:
            self.failures.append(f'{tensor}: {"missing" if actual is None else f"shape {np.shape(actual)}"}, '
                                 f'expected shape {expected.shape}')
            return
        scale = max(TOLERANCE * np.max(np.abs(expected), initial=0), floor, 1e-300)
        error = float(np.max(np.abs(np.reshape(actual, expected.shape) - expected), initial=0)) / scale
        if not error <= self.worst:
            self.worst, self.tensor = error, tensor
        if not error <= 1:
            self.failures.append(f'{tensor}: {error:.3g} times the tolerance')

    def gradients(self, probe, values, x):
        """After `backward`: every parameter's gradient, the input's, and the states that follow."""
        largest = max([float(p.grad.abs().max()) for p in values.parameters.values() if p.grad is not None] + [1e-6])
        for path, parameter in values.parameters.items():
            expected = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
            self.compare(f'gradient.{path}', probe.get(f'gradient.{path}'), expected, FLOOR * largest)
        self.compare('input_gradient', probe.get('input_gradient'), x.grad, FLOOR * largest)
        for path, state in values.next.items():
            self.compare(f'next.{path}', probe.get(f'next.{path}'), state)
        unknown = [n for n in probe if n.startswith('gradient.') and not n.startswith('gradient.authors.')
                   and n[len('gradient.'):] not in values.parameters]
        self.failures += [f'{n}: the model has no such parameter' for n in unknown]

    def after(self, other, place):
        """This report, which is about `place`, together with what `other` (or None) has found before."""
        self.tensor = f'{self.tensor} at {place}'
        self.failures = [f'{failure}, at {place}' for failure in self.failures]
        if other:
            self.count, self.failures = other.count + self.count, other.failures + self.failures
            self.worst, self.tensor = max((other.worst, other.tensor), (self.worst, self.tensor))
        return self

    def print(self):
        verdict = 'FAILED' if self.failures else 'ok'
        print(f'{self.name}: {verdict}: {self.count} tensors, worst {self.worst:.2g} of its tolerance: {self.tensor}')
        for failure in self.failures[:20]:
            print(f'  {failure}')
        sys.stdout.flush()


def check(program, model, loss, x, target, seed, trained=None):
    """Loss, outputs of both modes, all gradients and states of `program` against autograd through `model`."""
    values, report = Values(seed), Report(program.name)
    x = x.requires_grad_()
    with torch.no_grad():
        model(values, x, False)
        evaluated = model(values, x, False)
    output = model(values, x, True)
    total = loss(output, target)
    total.backward()
    probe = program.probe(values.arrays(), x.detach(), target, trained)
    report.compare('output', probe['output'], evaluated)
    report.compare('output_training', probe['output_training'], output)
    report.compare('scalar.loss', probe['scalar.loss'], total, TOLERANCE)
    report.gradients(probe, values, x)
    return report, values, probe
