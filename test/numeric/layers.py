"""Layers and networks of the library, each a small program, beside the same in PyTorch.

Ordinary convolutions with strides and dilations, centred and causal; N-Jet; every mask; every kernel network with its
options; CIFARResNet and TCN whole. A model asks `values` for parameters by the program's paths.
"""
import math

import torch
import torch.nn.functional as F

from networks import batch_norm, layer_norm, linear, wide

RECIPE = '''
recipe Train(data: data) (net: network) {
  let y = net(data.x)
  loss = mean((y - data.y) ^ 2, over = [samples, channels])
  optimizer = Adam(0.01)
}
'''


def reach_of(threshold):
    """How many widths from its centre a Gaussian falls to the threshold."""
    return math.sqrt(-2 * math.log(threshold))


class Layers:
    """A network in Flex and in PyTorch, and the data that it is run on: (size, samples, size that kernels were made for)."""

    def __init__(self, name, source, forward, runs, channels=3, outputs=4):
        self.name, self.text, self.forward, self.runs, self.channels, self.outputs = name, source, forward, runs, channels, outputs
        self.size, self.samples, self.trained = runs[0]

    def at(self, run):
        self.size, self.samples, self.trained = run
        return self

    @property
    def rate(self):
        return math.prod(self.trained or self.size) / math.prod(self.size)

    def source(self):
        data = f'npy("x.npy", "y.npy", channels = {self.channels}, rank = {len(self.size)}, targets = {self.outputs})'
        declarations, net = self.text
        return f'use std\n{RECIPE}{declarations}experiment main = {net} |> Train({data})\n'

    def batch(self):
        g = torch.Generator().manual_seed(3)
        x = torch.randn((self.samples, self.channels) + self.size, generator=g, dtype=torch.float64)
        return x, torch.randn((self.samples, self.outputs), generator=g, dtype=torch.float64)

    def loss(self, y, target):
        return ((y - target) ** 2).mean()

    def __call__(self, values, x, training):
        values.taps = {}
        return self.forward(values, x, training, self)


def pooled(name, body, forward, runs):
    """`body`, what happens to x, then the mean over all places and a linear map."""
    rank = len(runs[0][0])
    text = f'network Net() (x: [n] on grid[{rank}]) -> [4] =\n  ({body}) |> global_mean |> head: Linear(4)\n'

    def whole(values, x, training, case):
        h = forward(values, x, training, case)
        return linear(values, 'head', h.mean(tuple(range(2, h.dim()))), 4)
    return Layers(name, (text, 'Net()'), whole, runs)


def branches(name, parts, runs):
    """Many layers side by side: their sum."""
    body = ' +\n  '.join(f'(x |> {path}: {layer} |> tanh)' for path, layer, _ in parts)

    def forward(values, x, training, case):
        return sum(torch.tanh(layer(values, path, x, training, case)) for path, _, layer in parts)
    return pooled(name, body, forward, runs)


# ---- Ordinary convolutions

def conv(values, path, x, out, size=3, stride=1, dilation=1, causal=False, biased=True):
    rank, c = x.dim() - 2, x.shape[1]
    weight = values.parameter(f'{path}.weight', (out, c, size ** rank), 0, 1 / math.sqrt(c * size ** rank))
    weight = weight.view((out, c) + (size,) * rank)
    bias = values.parameter(f'{path}.bias', (out,), 0, 0.3) if biased else None
    values.taps[path] = (dilation * (size - 1) + 1,) * rank
    if rank == 1:
        reach = dilation * (size - 1)
        x = F.pad(x, (reach, 0) if causal else (reach // 2, reach // 2))
        return F.conv1d(x, weight, bias, stride, dilation=dilation)
    return F.conv2d(x, weight, bias, stride, dilation * (size // 2), dilation)


def images(values, x, training, case):
    h = torch.tanh(conv(values, 'a', x, 5, size=5, stride=2))
    h = torch.tanh(batch_norm(values, 'n', conv(values, 'b', h, 4, size=1, biased=False), training))
    return torch.tanh(conv(values, 'e', conv(values, 'd', h, 6, size=3, dilation=2), 6, stride=3))


IMAGES = ('x |> a: Conv(5, size = 5, stride = 2) |> tanh |> b: Conv(4, size = 1, biased = false) |> n: BatchNorm |> tanh\n'
          '    |> d: Conv(6, size = 3, dilation = 2) |> e: Conv(6, stride = 3) |> tanh')


def signals(values, x, training, case):
    h = torch.tanh(conv(values, 'a', x, 5, size=4, stride=2, causal=True))
    h = torch.tanh(conv(values, 'b', h, 4, size=5, dilation=3))
    return torch.tanh(conv(values, 'e', conv(values, 'd', h, 6, size=2, dilation=4, causal=True), 6))


SIGNALS = ('x |> a: Conv(5, size = 4, stride = 2, causal = true) |> tanh |> b: Conv(4, size = 5, dilation = 3) |> tanh\n'
           '    |> d: Conv(6, size = 2, dilation = 4, causal = true) |> e: Conv(6) |> tanh')


def resnet(values, x, training, case):
    h = F.relu(batch_norm(values, 'bn1', conv(values, 'conv1', x, 16, biased=False), training))
    for stage, width in enumerate((16, 32, 64), start=1):
        path, stride = f'layer{stage}.blocks.0', 1 if stage == 1 else 2
        y = F.relu(batch_norm(values, f'{path}.bn1', conv(values, f'{path}.conv1', h, width, stride=stride, biased=False), training))
        y = batch_norm(values, f'{path}.bn2', conv(values, f'{path}.conv2', y, width, biased=False), training)
        if h.shape[1] != width:
            h = F.pad(h[:, :, ::2, ::2], (0, 0, 0, 0, width // 4, width // 4))
        h = F.relu(y + h)
    return linear(values, 'linear', h.mean((2, 3)), case.outputs)


def tcn(values, x, training, case):
    for level in range(3):
        path, y = f'blocks.{level}', x
        for name in ('conv1', 'conv2'):
            y = F.relu(conv(values, f'{path}.{name}', y, 5, size=3, dilation=2 ** level, causal=True))
        x = F.relu(y + (x if x.shape[1] == 5 else linear(values, f'{path}.downsample', x, 5)))
    return linear(values, 'linear', x[..., -1], case.outputs)


# ---- N-Jet

def gaussian_derivatives(x, sigma, order):
    """sigma^n times the n-th derivative of g = exp(-x^2 / 2 sigma^2), n = 0 .. order, by the product rule alone: the derivative of
    P g is (P' - x P / sigma^2) g, with no Hermite polynomial in sight."""
    g, polynomial, result = torch.exp(-x ** 2 / (2 * sigma ** 2)), [torch.ones_like(sigma)], []
    for n in range(order + 1):
        result.append(sigma ** n * g * sum(c * x ** k for k, c in enumerate(polynomial)))
        slope = [k * c for k, c in enumerate(polynomial)][1:] + [0, 0]
        polynomial = [s - c / sigma ** 2 for s, c in zip(slope, [torch.zeros_like(sigma)] + polynomial)]
    return result


def njet(order):
    def forward(values, path, x, training, case):
        out, c, count = 4, x.shape[1], (order + 1) * (order + 2) // 2
        scale = values.parameter(f'{path}.scale', (), 0.3, 0.1)
        alpha = values.parameter(f'{path}.alpha', (out * c, count))
        sigma = 2 ** scale / math.sqrt(case.rate)
        reach = math.ceil(2 * float(sigma.detach()) + 0.5)
        line = gaussian_derivatives(torch.arange(-reach, reach + 1, dtype=torch.float64), sigma, order)
        line = [part / line[0].sum() for part in line]
        basis = torch.stack([line[i][:, None] * line[j][None] for i in range(order + 1) for j in range(order + 1 - i)])
        taps = torch.einsum('ob,byx->oyx', alpha, basis).view((out, c) + basis.shape[1:])
        values.taps[path] = taps.shape[2:]
        return F.conv2d(x, taps, padding=reach)
    return forward


# ---- Masks and kernel networks

class Grid:
    """Positions of a kernel's taps: all, or those inside a box, symmetric about the middle or, causal, a suffix."""

    def __init__(self, size, causal, keep_late=False):
        self.size, self.causal, self.rank, self.keep_late = size, causal, len(size), keep_late

    def __call__(self, low, high):
        axes = []
        for axis, n in enumerate(self.size):
            grid = torch.linspace(-1, 1, n if self.causal else n + 1 - n % 2, dtype=torch.float64)
            if low is not None and self.causal:
                some = grid[grid > low[axis]] if low[axis] > -1 else grid
                grid = some if len(some) else grid if self.keep_late else grid[-1:]
            elif low is not None:
                grid = grid[grid.abs() < max(abs(float(low[axis])), abs(float(high[axis])))]
            axes.append(grid)
        return torch.stack(torch.meshgrid(*axes, indexing='ij'))[None]


def rotated(values, path, p):
    mean, phi = values.parameter(f'{path}.mean', (2,), 0, 0.1), values.parameter(f'{path}.phi', (), 0.7, 0.3)
    sigma = values.parameter(f'{path}.sigma', (2,), 0.25, 0.1).abs()
    c, s = torch.cos(phi), torch.sin(phi)
    half = reach_of(0.1) * torch.sqrt(torch.stack([(sigma[0] * c) ** 2 + (sigma[1] * s) ** 2,
                                               (sigma[0] * s) ** 2 + (sigma[1] * c) ** 2]))
    p = p((mean - half).detach(), (mean + half).detach())
    q = p - wide(mean, p)
    u, v = c * q[:, 0] + s * q[:, 1], c * q[:, 1] - s * q[:, 0]
    return p, torch.exp(-0.5 * ((u / sigma[0]) ** 2 + (v / sigma[1]) ** 2))


def gaussian(centre, positive, threshold=0.1):
    def mask(values, path, p):
        d = p.rank
        mean = values.parameter(f'{path}.mean', (d,), centre, 0.05)
        sigma = torch.exp(values.parameter(f'{path}.log_sigma', (d,), -1.2, 0.2)) if positive else values.parameter(f'{path}.sigma', (d,), 0.3, 0.05)
        reach = sigma * reach_of(threshold)
        p = p((mean - reach).detach(), (mean + reach).detach())
        return p, torch.exp(-0.5 * (((p - wide(mean, p)) / wide(sigma, p)) ** 2).sum(1))
    return mask


def exponential(values, path, p):
    tau = values.parameter(f'{path}.tau', (), 0.2, 0.05)
    p = p((1 + tau * math.log(0.1)).detach().view(1), torch.ones(1))
    return p, torch.exp((p[:, 0] - 1) / tau)


def everywhere(values, path, p):
    p = p(None, None)
    return p, torch.ones_like(p[:, 0])


def affine(values, path, x, out, normed=False):
    """A linear map of a kernel network, whose weights may be normed."""
    if not normed:
        return linear(values, path, x, out)
    n = x.shape[1]
    v = values.parameter(f'{path}.v', (out, n), 0, 1 / math.sqrt(n))
    weight = v * values.parameter(f'{path}.g', (out, 1), 1, 0.2) / v.norm(dim=1, keepdim=True)
    return torch.einsum('oi,ni...->no...', weight, x) + wide(values.parameter(f'{path}.bias', (out,), 0, 0.3), x)


def magnet(isotropic=False, steered=False, windows=True, biased=True):
    def kernel(values, path, p, out, training):
        d = p.shape[1]

        def filtered(l):
            at = f'{path}.filters.{l}'
            wave = torch.sin(torch.einsum('oi,ni...->no...', values.parameter(f'{at}.w', (6, d), 0, 3), p)
                             + wide(values.parameter(f'{at}.b', (6,)), p))
            if not windows:
                return wave
            gamma = values.parameter(f'{at}.gamma', (6, 1 if isotropic else d), 2, 0.5)
            q = p[:, None] - values.parameter(f'{at}.mu', (6, d), 0, 0.3).view((1, 6, d) + (1,) * d)
            if steered:
                angle = 2 * math.pi * wide(values.parameter(f'{at}.theta', (6,), 0.3, 0.3), p)
                q = torch.stack([torch.cos(angle) * q[:, :, 0] + torch.sin(angle) * q[:, :, 1],
                                 torch.cos(angle) * q[:, :, 1] - torch.sin(angle) * q[:, :, 0]], 2)
            return wave * torch.exp(-0.5 * ((gamma.view(gamma.shape + (1,) * d) * q) ** 2).sum(2))

        h = filtered(0)
        for l in (1, 2):
            h = filtered(l) * linear(values, f'{path}.linears.{l - 1}', h, 6, biased)
        return linear(values, f'{path}.output', h, out, biased)
    return kernel


def siren(inside, learned, normed):
    def kernel(values, path, p, out, training):
        for l in (0, 1):
            at, n = f'{path}.sines.{l}', p.shape[1]
            omega = values.parameter(f'{at}.omega', (1,), 2, 0.3) if learned else values.state(f'{at}.omega', (1,), 1.5, 2.5)
            if not learned:
                values.next[f'{at}.omega'] = omega
            z = affine(values, at, p, 6, normed) - wide(values.parameters[f'{at}.bias'], p)
            bias = wide(values.parameters[f'{at}.bias'], p)
            p = torch.sin(omega * (z + bias) if inside else omega * z + bias)
        return affine(values, f'{path}.output', p, out, normed)
    return kernel


def perceptron(norm, act):
    def kernel(values, path, p, out, training):
        for l in (0, 1):
            p = linear(values, f'{path}.linears.{l}', p, 6)
            p = norm(values, f'{path}.norms.{l}', p, training) if norm else p
            p = act(p)
        return linear(values, f'{path}.output', p, out)
    return kernel


def jets(values, path, p, out, training):
    sigma = 2 ** values.parameter(f'{path}.scale', (), -1.5, 0.2)
    alpha = values.parameter(f'{path}.alpha', (out, 15))
    lines = [gaussian_derivatives(p[:, axis], sigma, 4) for axis in range(2)]
    whole = (lines[0][0] * lines[1][0]).sum()
    basis = [lines[0][i] * lines[1][j] / whole for i in range(5) for j in range(5 - i)]
    return torch.einsum('ob,bnyx->noyx', alpha, torch.stack(basis))


def flex(mask, kernel, causal=False, keep_late=False):
    def forward(values, path, x, training, case):
        p, window = mask(values, f'{path}.mask', Grid(case.size, causal, keep_late))
        taps = kernel(values, f'{path}.kernel', p, 4 * x.shape[1], training) * window[:, None] * case.rate
        taps = taps.view((4, x.shape[1]) + p.shape[2:])
        bias = values.parameter(f'{path}.bias', (4,), 0, 0.3)
        values.taps[path] = taps.shape[2:]
        if causal:
            return F.conv1d(F.pad(x, (taps.shape[-1] - 1, 0)), taps, bias)
        convolve = F.conv1d if x.dim() == 3 else F.conv2d
        return convolve(x, taps, bias, padding=[n // 2 for n in taps.shape[2:]])
    return forward


def flexible(path, arguments, mask, kernel, causal=False, keep_late=False):
    """A branch."""
    ends = ', points = same, causal = true' if causal else ''
    ends += ', compat = true' if keep_late else ''
    return path, f'FlexConv(4, {arguments}{ends})', flex(mask, kernel, causal, keep_late)


SMALL = 'hidden = 6, layers = 2, input_scale = 3'
FILTERS = f'kernel = MAGNet(_, {SMALL})'
ONE, WIDE = 'mask = One()', 'mask = Gaussian(0.3)'
CENTRED = gaussian(0, False)

IMAGE_LAYERS = [
    flexible('rotated', f'{FILTERS}, mask = Rotated(0.3)', rotated, magnet()),
    flexible('positive', f'{FILTERS}, mask = Gaussian(positive = true)', gaussian(0, True), magnet()),
    flexible('steered', f'kernel = MAGNet(_, {SMALL}, steered = true), {ONE}', everywhere, magnet(steered=True)),
    flexible('isotropic', f'kernel = GaborNet(_, {SMALL}), {ONE}', everywhere, magnet(isotropic=True)),
    flexible('fourier', f'kernel = FourierNet(_, {SMALL}, bias = zero), {ONE}', everywhere, magnet(windows=False)),
    flexible('unbiased', f'kernel = MAGNet(_, {SMALL}, biased = false), {ONE}', everywhere, magnet(biased=False)),
    flexible('siren', f'kernel = SIREN(_, hidden = 6, omega0 = 2, bias = zero), {WIDE}', CENTRED, siren(True, False, False)),
    flexible('learned', f'kernel = SIREN(_, hidden = 6, learned = true, normed = true), {ONE}', everywhere, siren(True, True, True)),
    flexible('mlp', f'kernel = MLP(_, hidden = 6, act = swish), {ONE}', everywhere, perceptron(batch_norm, F.silu)),
    flexible('sines', f'kernel = MLP(_, hidden = 6, norm = LayerNorm, act = sine), {WIDE}', CENTRED, perceptron(layer_norm, torch.sin)),
    flexible('jets', f'kernel = NJet(_, order = 4), {ONE}', everywhere, jets),
]
JETS = [(f'njet{order}', f'NJetConv(4, order = {order})', njet(order)) for order in range(1, 10)]
SIGNAL_LAYERS = [
    flexible('first', f'{FILTERS}, mask = Gaussian(0.3, centre = -1)', gaussian(-1, False), magnet(), True),
    flexible('middle', f'{FILTERS}, {WIDE}', CENTRED, magnet(), True),
    flexible('narrow', f'{FILTERS}, mask = Gaussian(0.3, threshold = 0.4)', gaussian(0, False, 0.4), magnet()),
    flexible('beyond', f'{FILTERS}, {WIDE}', gaussian(2, False), magnet(), True),
    flexible('beyond_compat', f'{FILTERS}, {WIDE}', gaussian(2, False), magnet(), True, True),
    flexible('exponential', f'{FILTERS}, mask = Exponential()', exponential, magnet(), True),
    flexible('centred', f'{FILTERS}, {WIDE}', CENTRED, magnet()),
    flexible('nsiren', f'kernel = nSIREN(_, hidden = 6), {ONE}', everywhere, siren(False, True, True), True),
    flexible('plain', f'kernel = MLP(_, hidden = 6, norm = Identity, act = leaky_relu), {ONE}', everywhere,
             perceptron(None, F.leaky_relu), True),
]

CASES = [
    pooled('conv_images', IMAGES, images, [((13, 10), 9, None)]),
    pooled('conv_signals', SIGNALS, signals, [((37,), 9, None)]),
    Layers('resnet8', ('', 'CIFARResNet(depth = 8, classes = 4)'), resnet, [((9, 12), 9, None)]),
    Layers('tcn3', ('', 'TCN(levels = 3, width = 5, size = 3, out = 4, dropout = 0)'), tcn, [((40,), 9, None)]),
    branches('layers_images', IMAGE_LAYERS, [((9, 12), 9, None), ((20, 24), 1, (10, 12))]),
    branches('njets', JETS, [((9, 12), 9, None), ((20, 24), 1, (10, 12))]),
    branches('layers_signals', SIGNAL_LAYERS, [((37,), 9, None), ((60,), 2, (20,))]),
]
