"""What an oracle file holds against what a program computed, with the tolerances of the oracles' README."""
import re

import numpy as np

IGNORED = re.compile(r'train_length|temperature|mask_threshold|num_batches_tracked')


class Comparison:
    """Collects errors in units of their tolerance; `good` as long as none is above 1."""

    def __init__(self, expected, dtype):
        self.expected, self.dtype = expected, dtype
        self.worst, self.tensor, self.count = 0.0, 'nothing compared', 0

    @property
    def good(self):
        return self.count > 0 and self.worst <= 1

    def __str__(self):
        return f'{self.count} tensors, worst {self.worst:.3g} of its tolerance: {self.tensor}'

    def compare(self, name, actual, relative, floor=0.0):
        expected = self.expected[name].astype(np.float64)
        actual = np.asarray(actual, np.float64)
        self.count += 1
        if actual.size != expected.size:
            error = np.inf
            name += f' has shape {actual.shape}, expected {expected.shape}'
        else:
            difference = np.abs(actual.reshape(expected.shape) - expected)
            error = float(np.max(difference, initial=0)) / max(relative * float(np.max(np.abs(expected), initial=0)), floor, 1e-300)
            error = np.inf if np.isnan(error) else error
        if error > self.worst or self.count == 1:
            self.worst, self.tensor = error, name

    def authors(self, probe, prefix, name):
        """The program's tensor under the authors' name; `name[:,0]` and `name[:,1]` are columns of one."""
        if f'{prefix}{name}' in probe:
            return probe[f'{prefix}{name}']
        columns = [probe.get(f'{prefix}{name}[:,{i}]') for i in range(2)]
        return None if any(c is None for c in columns) else np.stack([c.reshape(-1) for c in columns], 1)

    def named(self, probe, kind, prefix, relative, floor=0.0):
        """Every tensor `kind.<authors' name>` of the file."""
        for name in self.expected:
            if not name.startswith(kind) or IGNORED.search(name):
                continue
            actual = self.authors(probe, prefix, name[len(kind):])
            if actual is None:
                self.count += 1
                self.worst, self.tensor = np.inf, f'{name} is not among what the program wrote'
            else:
                self.compare(name, actual, relative, floor)

    def first_step(self, probe):
        value, gradient = (2e-7, 2e-7) if self.dtype == 'f64' else (1e-5, 1e-4)
        kernel = next((n for n in probe if n.startswith('kernel.')), None)
        for name, source in (('output', 'output_training'), ('logits_train', 'output_training'), ('logits_eval', 'output'),
                             ('loss', 'scalar.loss'), ('masked_kernel', kernel), ('grad_input', 'input_gradient')):
            if name in self.expected:
                self.compare(name, probe[source], gradient if name == 'grad_input' else value)
        largest = max(float(np.max(np.abs(t), initial=0)) for n, t in self.expected.items() if n.startswith('grad.'))
        self.named(probe, 'grad.', 'gradient.authors.', gradient, 1e-6 * largest)
        self.named(probe, 'after1.', 'next.authors.', value)

    def after_steps(self, probe):
        self.compare('losses', probe['losses'], 2e-5)
        self.named(probe, 'after.', 'after.authors.', 2e-5)
        if 'logits_eval_after' in self.expected:
            self.compare('logits_eval_after', probe['output_after'], 2e-5)
