"""Random small networks: the source of each, and the same network in PyTorch, written side by side from one seed.

A network has a convolution whose kernel is a random expression of the position under a Gaussian mask, then blocks of
linear maps or convolutions with residuals and norms, then a head and a loss. Images and signals, sizes and numbers of samples that fill no vector.
"""
import math
import random

import torch
from torch.nn import functional as F

ACTIVATIONS = {'relu': torch.relu, 'tanh': torch.tanh, 'sin': torch.sin, 'sigmoid': torch.sigmoid,
               'swish': lambda x: x * torch.sigmoid(x), 'leaky_relu': lambda x: torch.maximum(x, 0.01 * x)}
SMOOTH = ['tanh', 'sin', 'cos', 'exp(-{}^2)', 'sqrt', 'quotient', 'logarithm']
HORIZON = {1: ('same', lambda n: n), 2: ('odd', lambda n: n + 1 - n % 2)}

CLASSIFY = '''recipe Train(data: data) (net: network) {
  let y = net(data.x)
  loss = cross_entropy(y, data.label)
  metric = accuracy(y, data.label)
  optimizer = Adam(0.01)
}
'''
REGRESS = '''recipe Train(data: data) (net: network) {
  let y = net(data.x)
  loss = mse(y, data.y)
  metric = mean(abs(y - data.y), over = [samples, space, channels])
  optimizer = Adam(0.01)
}
'''


class Expression:
    """A random tree of smooth operations over the variables `h` and `q`, as text and as a function."""

    def __init__(self, random_, depth):
        self.kind = random_.choice(SMOOTH + ['+', '*', '-'] * 2) if depth else random_.choice(['h', 'q'])
        count = 0 if not depth else 2 if self.kind in '+*-' or self.kind == 'quotient' else 1
        self.parts = [Expression(random_, depth - 1) for _ in range(count)]

    def text(self):
        p = [f'({part.text()})' for part in self.parts]
        if self.kind in ('h', 'q'):
            return self.kind
        if self.kind in '+*-':
            return f'{p[0]} {self.kind} {p[1]}'
        forms = {'exp(-{}^2)': 'exp(-{0} ^ 2)', 'sqrt': 'sqrt({0} ^ 2 + 0.3)', 'logarithm': 'log({0} * {0} + 0.5)',
                 'quotient': '{0} / ({1} ^ 2 + 0.7)'}
        return forms.get(self.kind, self.kind + '{0}').format(*p)

    def __call__(self, h, q):
        if self.kind in ('h', 'q'):
            return h if self.kind == 'h' else q
        p = [part(h, q) for part in self.parts]
        return {'+': lambda: p[0] + p[1], '*': lambda: p[0] * p[1], '-': lambda: p[0] - p[1], 'tanh': lambda: p[0].tanh(),
                'sin': lambda: p[0].sin(), 'cos': lambda: p[0].cos(), 'exp(-{}^2)': lambda: (-p[0] ** 2).exp(),
                'sqrt': lambda: (p[0] ** 2 + 0.3).sqrt(), 'logarithm': lambda: (p[0] ** 2 + 0.5).log(),
                'quotient': lambda: p[0] / (p[1] ** 2 + 0.7)}[self.kind]()


def wide(parameter, x):
    return parameter.view((1, -1) + (1,) * (x.dim() - 2))


def linear(values, path, x, out, biased=True):
    n = x.shape[1]
    weight = values.parameter(f'{path}.weight', (out, n), 0, 1 / math.sqrt(n))
    y = torch.einsum('oi,ni...->no...', weight, x)
    return y + wide(values.parameter(f'{path}.bias', (out,), 0, 0.3), x) if biased else y


def batch_norm(values, path, x, training):
    c, over = x.shape[1], (0,) + tuple(range(2, x.dim()))
    weight, bias = values.parameter(f'{path}.weight', (c,), 1, 0.2), values.parameter(f'{path}.bias', (c,), 0, 0.2)
    mean, var = values.state(f'{path}.running_mean', (c,), -0.2, 0.2), values.state(f'{path}.running_var', (c,), 0.5, 1.5)
    if training:
        values.next[f'{path}.running_mean'] = 0.9 * mean + 0.1 * x.mean(over)
        values.next[f'{path}.running_var'] = 0.9 * var + 0.1 * x.var(over, unbiased=True)
        mean, var = x.mean(over), x.var(over, unbiased=False)
    return (x - wide(mean, x)) / wide(var + 1e-5, x).sqrt() * wide(weight, x) + wide(bias, x)


def layer_norm(values, path, x, training):
    c, over = x.shape[1], tuple(range(1, x.dim()))
    weight, bias = values.parameter(f'{path}.weight', (c,), 1, 0.2), values.parameter(f'{path}.bias', (c,), 0, 0.2)
    scaled = (x - x.mean(over, keepdim=True)) / (x.var(over, unbiased=False, keepdim=True) + 1e-12).sqrt()
    return scaled * wide(weight, x) + wide(bias, x)


class Network:
    def __init__(self, seed, rank=None):
        r = self.random = random.Random(seed)
        self.name, self.seed, self.rate = f'network_{seed}', seed, 1
        self.rank = rank or r.choice([1, 2])
        self.channels, self.outputs = r.randint(1, 4), r.randint(2, 6)
        self.width, self.hidden, self.levels = r.choice([3, 5, 8]), r.choice([4, 7, 16]), r.randint(1, 2)
        self.size = tuple(r.choice([5, 6, 7, 9, 11, 12, 13]) for _ in range(self.rank)) if self.rank == 2 else (r.choice([9, 15, 20, 33]),)
        self.samples = r.choice([2, 3, 7, 8, 9, 17])
        self.start = Expression(r, 2)
        self.steps = [Expression(r, 2) for _ in range(self.levels)]
        self.blocks = [(r.choice(['Linear', 'conv']), r.choice(['BatchNorm', 'LayerNorm', 'none']), r.choice(list(ACTIVATIONS)),
                        r.random() < 0.6) for _ in range(r.randint(1, 3))]
        self.classify, self.end = r.random() < 0.5, r.choice(['global_mean', 'last', 'each'] if self.rank == 1 else ['global_mean', 'each'])

    def source(self):
        d, head = self.rank, 'last(h)' if self.end == 'last' else 'global_mean(h)' if self.end == 'global_mean' else 'h'
        kernel = ('kernel Random(out: int) (p: [d]) -> [out] {\n'
                  f'  param w[{self.hidden}, d] = normal(0, 1)\n  param b[{self.hidden}] = normal(0, 1)\n'
                  f'  let maps = [Linear({self.hidden}) for l in 1..{self.levels}]\n'
                  '  let q = sum(w * p) + b\n  var h = 0.5 * q\n'
                  f'  h = {self.start.text()}\n')
        for level, step in enumerate(self.steps):
            kernel += f'  h = h |> maps[{level}]\n  h = {step.text()} + h\n'
        kernel += '  return h |> last_map: Linear(out)\n}\n'
        centre, causal = (1, 'true') if d == 1 else (0, 'false')
        conv = (f'FlexConv(_, kernel = Random(_), mask = Gaussian(centre = {centre}), points = {HORIZON[d][0]}, '
                f'causal = {causal})')
        body = ''
        for i, (kind, norm, activation, residual) in enumerate(self.blocks):
            layer = f'f{i}: Linear({self.width})' if kind == 'Linear' else f'f{i}: conv({self.width})'
            norm = '' if norm == 'none' else f' |> n{i}: {norm}'
            body += f'  let y{i} = h |> {layer}{norm}\n  h = {activation}(y{i}{" + h" if residual else ""})\n'
        where = f' on grid[{d}]' if self.end == 'each' else ''
        targets = (f'classes = {self.outputs}' if self.classify else f'targets = {self.outputs}') + (', each_point = true' if where else '')
        return (f'use std\n{CLASSIFY if self.classify else REGRESS}{kernel}'
                f'network Net(conv: int -> block = {conv}) (x: [n] on grid[{d}]) -> [{self.outputs}] {{\n'
                f'  var h = x |> stem: conv({self.width})\n{body}  return {head} |> head: Linear({self.outputs})\n}}\n'
                f'experiment main = Net() |> Train(npy("x.npy", "y.npy", channels = {self.channels}, rank = {d}, {targets}))\n')

    def kernel(self, values, path, p, out):
        d = p.shape[1]
        w, b = values.parameter(f'{path}.w', (self.hidden, d)), values.parameter(f'{path}.b', (self.hidden,))
        q = torch.einsum('oi,ni...->no...', w, p) + wide(b, p)
        h = self.start(0.5 * q, q)
        for level, step in enumerate(self.steps):
            h = linear(values, f'{path}.maps.{level}', h, self.hidden)
            h = step(h, q) + h
        return linear(values, f'{path}.last_map', h, out)

    def positions(self, mean, sigma):
        """The grid inside the box where the mask reaches 0.1: symmetric about 0, or a suffix."""
        mean, reach, axes = mean.detach(), sigma.detach() * math.sqrt(-2 * math.log(0.1)), []
        for axis in range(self.rank):
            grid = torch.linspace(-1, 1, HORIZON[self.rank][1](self.size[axis]), dtype=torch.float64)
            low, high = float(mean[axis] - reach[axis]), float(mean[axis] + reach[axis])
            edge = low if self.rank == 1 else -max(abs(low), abs(high))
            inside = grid > edge if self.rank == 1 else grid.abs() < -edge
            axes.append(grid[inside])
        return torch.stack(torch.meshgrid(*axes, indexing='ij'))[None]

    def conv(self, values, path, x, out):
        mean = values.parameter(f'{path}.mask.mean', (self.rank,), 1.0 if self.rank == 1 else 0.0, 0.05)
        sigma = values.parameter(f'{path}.mask.sigma', (self.rank,), 0.3, 0.05)
        p = self.positions(mean, sigma)
        mask = torch.exp(-0.5 * (((p - wide(mean, p)) / wide(sigma, p)) ** 2).sum(1, keepdim=True))
        taps = (self.rate * mask * self.kernel(values, f'{path}.kernel', p, out * x.shape[1])).view((out, x.shape[1]) + p.shape[2:])
        bias = values.parameter(f'{path}.bias', (out,), 0, 0.3)
        values.taps[path] = taps.shape[2:]
        if self.rank == 1:
            return F.conv1d(F.pad(x, (taps.shape[-1] - 1, 0)), taps, bias)
        return F.conv2d(x, taps, bias, padding=[n // 2 for n in taps.shape[2:]])

    def __call__(self, values, x, training):
        values.taps = {}
        h = self.conv(values, 'stem', x, self.width)
        for i, (kind, norm, activation, residual) in enumerate(self.blocks):
            y = linear(values, f'f{i}', h, self.width) if kind == 'Linear' else self.conv(values, f'f{i}', h, self.width)
            if norm != 'none':
                y = (batch_norm if norm == 'BatchNorm' else layer_norm)(values, f'n{i}', y, training)
            h = ACTIVATIONS[activation](y + h if residual else y)
        if self.end == 'last':
            h = h[..., -1]
        elif self.end == 'global_mean':
            h = h.mean(tuple(range(2, h.dim())))
        return linear(values, 'head', h, self.outputs)

    def batch(self):
        g = torch.Generator().manual_seed(self.seed)
        x = torch.randn((self.samples, self.channels) + self.size, generator=g, dtype=torch.float64)
        points = self.size if self.end == 'each' else ()
        if self.classify:
            return x, torch.randint(self.outputs, (self.samples,) + points, generator=g)
        return x, torch.randn((self.samples, self.outputs) + points, generator=g, dtype=torch.float64)

    def loss(self, y, target):
        return F.cross_entropy(y, target) if self.classify else ((y - target) ** 2).mean()

    def metric(self, y, target):
        return (y.argmax(1) == target).double().mean() if self.classify else (y - target).abs().mean()


class Correlations(Network):
    """Two convolutions with little between them, for data of any size. `at` says the size and the number of samples, and
    the size that the kernels were made for; the program is the same for all. Swish, as sums over hundreds of taps are
    large, and little would come back through what saturates: rounding would be all that is compared."""

    def __init__(self, rank):
        super().__init__(seed=rank, rank=rank)
        self.name = {1: 'signals', 2: 'images'}[rank]
        self.blocks, self.classify, self.end = [('conv', 'none', 'swish', True)], False, 'each'

    def at(self, size, samples, trained):
        self.size, self.samples = size, samples
        self.rate = math.prod(trained) / math.prod(size)
        return self
