"""What an oracle file holds against what a program computed, with the tolerances of the oracles' README."""
import re

import numpy as np

# A whole network has millions of rectifiers. Rounding to single precision turns the few whose argument is almost 0 to the
# other side, and each then adds or withholds its whole gradient in all layers before it. flexnet16_cifar has 8.65 million;
# against its file, the authors' design in PyTorch, in single precision, is off by 1.9e-5 (oneDNN), 5.3e-4 (without
# oneDNN) and 3.4e-3 (channels last) in its worst tensor, ours by 5e-4 to 1e-3 as the order of sums changes: one rectifier,
# of argument 7.8e-7; with that one turned in double precision as well, 6.7e-6. So one tensor has room for such turns, and
# the gradient as a whole, of which one rectifier in millions is little, has much less: ours is off by 1.2e-4 of its norm.
# That the formulas are right is shown by the same comparison in double precision, with none of this.
NETWORK_GRADIENT_F32 = 5e-3
WHOLE_GRADIENT_F32 = 4e-4
IGNORED = re.compile(r'train_length|temperature|mask_threshold|num_batches_tracked')
MOMENTUM = 0.1  # of the authors' batch norms


class Comparison:
    """Collects errors in units of their tolerance; `good` as long as none is above 1."""

    def __init__(self, expected, dtype):
        self.expected, self.dtype = dict(expected), dtype
        if 'regularizer' in expected:  # the file has the two terms of the loss apart
            self.expected['loss'] = expected['loss'] + expected['regularizer']
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

    def running_mean_floor(self, relative):
        """What is averaged may cancel: its deviation, by the running variances, says how large it was."""
        floors = {}
        for name, after in self.expected.items():
            if name.startswith('after1.') and name.endswith('running_var'):
                before = self.expected[name.replace('after1.', 'param.')]
                variance = np.max((after - (1 - MOMENTUM) * before) / MOMENTUM)
                floors[name.replace('running_var', 'running_mean')] = relative * MOMENTUM * float(np.sqrt(max(variance, 0)))
        return floors

    def named(self, probe, kind, prefix, relative, floor=0.0, floors=None):
        """Every tensor `kind.<authors' name>` of the file; `floors` by name where there is one, else `floor`."""
        for name in self.expected:
            if not name.startswith(kind) or IGNORED.search(name):
                continue
            actual = self.authors(probe, prefix, name[len(kind):])
            if actual is None:
                self.count += 1
                self.worst, self.tensor = np.inf, f'{name} is not among what the program wrote'
            else:
                self.compare(name, actual, relative, (floors or {}).get(name, floor))

    def whole_gradient(self, probe, relative):
        """The norm of the difference over all parameters at once, against the norm of the gradient."""
        names = [n for n in self.expected if n.startswith('grad.') and not IGNORED.search(n)]
        gradient = [self.expected[n].astype(np.float64).reshape(-1) for n in names]
        actual = [self.authors(probe, 'gradient.authors.', n[len('grad.'):]) for n in names]
        if any(a is None or a.size != g.size for a, g in zip(actual, gradient)):
            return  # said by `named`
        difference = np.concatenate([np.asarray(a, np.float64).reshape(-1) - g for a, g in zip(actual, gradient)])
        error = float(np.linalg.norm(difference) / (relative * np.linalg.norm(np.concatenate(gradient))))
        self.count += 1
        if not error <= self.worst:
            self.worst, self.tensor = (np.inf if np.isnan(error) else error), 'the whole gradient'

    def first_step(self, probe):
        value, gradient = (2e-7, 2e-7) if self.dtype == 'f64' else (1e-5, 1e-4)
        if self.dtype == 'f32' and 'labels' in self.expected:
            gradient = NETWORK_GRADIENT_F32
            self.whole_gradient(probe, WHOLE_GRADIENT_F32)
        kernel = next((n for n in probe if n.startswith('kernel.')), None)
        for name, source in (('output', 'output_training'), ('logits_train', 'output_training'), ('logits_eval', 'output'),
                             ('loss', 'scalar.loss'), ('masked_kernel', kernel), ('grad_input', 'input_gradient')):
            if name in self.expected:
                self.compare(name, probe[source], gradient if name == 'grad_input' else value)
        largest = max(float(np.max(np.abs(t), initial=0)) for n, t in self.expected.items() if n.startswith('grad.'))
        self.named(probe, 'grad.', 'gradient.authors.', gradient, 1e-6 * largest)
        self.named(probe, 'after1.', 'next.authors.', value, floors=self.running_mean_floor(value))

    def after_steps(self, probe):
        self.compare('losses', probe['losses'], 2e-5)
        self.named(probe, 'after.', 'after.authors.', 2e-5)
        if 'logits_eval_after' in self.expected:
            self.compare('logits_eval_after', probe['output_after'], 2e-5)
