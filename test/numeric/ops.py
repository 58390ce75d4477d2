"""One block for each op and built-in, many blocks to a program.

A block computes u = a x + b and v = b x - a with its own parameters and returns one number at each point, so that a wrong
result or gradient carries the name of its op. Each entry is the expression in Flex and in PyTorch; PyTorch's fields are
[samples, channels, size...], `m` is a matrix [3, 4], and `a`, `b` are vectors without points.
"""
import re

import torch

CHANNELS = 4


def total(f):
    """Over the channels of a field."""
    return f.sum(1)


def space(f):
    return tuple(range(2, f.dim()))


def uses(expression, name):
    return re.search(rf'\b{name}\b', expression) is not None


def index_of_largest(f):
    return f.argmax(1).double()


POINTWISE = {
    'add': ('sum(u + v)', lambda u, v, a, b, m: total(u + v)),
    'sub': ('sum((u - v) * (3 - u))', lambda u, v, a, b, m: total((u - v) * (3 - u))),
    'mul': ('sum(u * v)', lambda u, v, a, b, m: total(u * v)),
    'div': ('sum(u / (v * v + 0.5) + 2 / (1 + u * u))',
            lambda u, v, a, b, m: total(u / (v * v + 0.5) + 2 / (1 + u * u))),
    'neg': ('sum(-u * v)', lambda u, v, a, b, m: total(-u * v)),
    'maximum': ('sum(max(u, v) + max(u, 0.25))', lambda u, v, a, b, m: total(torch.maximum(u, v) + u.clamp(min=0.25))),
    'minimum': ('sum(min(u, v) * v)', lambda u, v, a, b, m: total(torch.minimum(u, v) * v)),
    'square': ('sum(u ^ 2)', lambda u, v, a, b, m: total(u ** 2)),
    'cube': ('sum(u ^ 3 - v ^ 1 + u ^ 0)', lambda u, v, a, b, m: total(u ** 3 - v + 1)),
    'seventh': ('sum(u ^ 7)', lambda u, v, a, b, m: total(u ** 7)),
    'inverse': ('sum((u * u + 0.3) ^ -1 + (u * u + 0.3) ^ -2)',
                lambda u, v, a, b, m: total(1 / (u * u + 0.3) + (u * u + 0.3) ** -2)),
    'root': ('sum((u * u + 0.1) ^ 0.5 + (v * v + 0.1) ^ -0.5)',
             lambda u, v, a, b, m: total((u * u + 0.1) ** 0.5 + (v * v + 0.1) ** -0.5)),
    'power': ('sum((u * u + 0.1) ^ 2.7)', lambda u, v, a, b, m: total((u * u + 0.1) ** 2.7)),
    'powers': ('sum((u * u + 0.1) ^ v + 1.3 ^ u)', lambda u, v, a, b, m: total((u * u + 0.1) ** v + 1.3 ** u)),
    'exponential': ('sum(exp(u) + exp(-u * u))', lambda u, v, a, b, m: total(u.exp() + (-u * u).exp())),
    'logarithm': ('sum(log(u * u + 0.3))', lambda u, v, a, b, m: total((u * u + 0.3).log())),
    'sine': ('sum(sin(u) * sin(40 * v))', lambda u, v, a, b, m: total(u.sin() * (40 * v).sin())),
    'cosine': ('sum(cos(u) * v)', lambda u, v, a, b, m: total(u.cos() * v)),
    'tangent': ('sum(tanh(u) + tanh(9 * v))', lambda u, v, a, b, m: total(u.tanh() + (9 * v).tanh())),
    'square_root': ('sum(sqrt(u * u + 0.2))', lambda u, v, a, b, m: total((u * u + 0.2).sqrt())),
    'absolute': ('sum(abs(u) * v)', lambda u, v, a, b, m: total(u.abs() * v)),
    'rounded': ('sum(floor(3 * u) * v)', lambda u, v, a, b, m: total((3 * u).detach().floor() * v)),
    'choice': ('sum(where(u > v, u * v, v * v))', lambda u, v, a, b, m: total(torch.where(u > v, u * v, v * v))),
    'comparisons': ('sum((u >= 0.1) * v + (u < v) * u - (u <= 0.2) * v * v + (u == u) * v - (u != v) * u * v)',
                    lambda u, v, a, b, m: total((u >= 0.1) * v + (u < v) * u - (u <= 0.2) * v * v + v - (u != v) * u * v)),
    'logic': ('sum(where(u < v and not (u < 0) or v > 1, u, v * v))',
              lambda u, v, a, b, m: total(torch.where((u < v) & ~(u < 0) | (v > 1), u, v * v))),
    'activations': ('sum(relu(u) + leaky_relu(v) + sigmoid(u * v) + swish(u))',
                    lambda u, v, a, b, m: total(u.relu() + torch.maximum(v, 0.01 * v) + (u * v).sigmoid() + u * u.sigmoid())),
    'saturated': ('sum(sigmoid(1000 * u) * v + swish(1000 * v) / 1000)',
                  lambda u, v, a, b, m: total((1000 * u).sigmoid() * v + v * (1000 * v).sigmoid())),
    'detached': ('sum(detach(u * v) * v)', lambda u, v, a, b, m: total((u * v).detach() * v)),
}

CHANNEL = {
    'reshaped': ('sum(sum(reshape(u, [2, 2]) ^ 2) * reshape(v, [2, 2])[.., 1])',
                 lambda u, v, a, b, m: total((u.unflatten(1, (2, 2)) ** 2).sum(2) * v.unflatten(1, (2, 2))[:, :, 1])),
    'stacked': ('sum(sum(stack([u, v, u * v, 2])) * stack([u[3], v[0] * u[1], v[2], u[0]]))',
                lambda u, v, a, b, m: total((u + v + u * v + 2) * torch.stack([u[:, 3], v[:, 0] * u[:, 1], v[:, 2], u[:, 0]], 1))),
    'entry': ('u[0] * v[2] + u[3]', lambda u, v, a, b, m: u[:, 0] * v[:, 2] + u[:, 3]),
    'channel_mean': ('mean(u) * sum(v) + mean(v ^ 2)', lambda u, v, a, b, m: u.mean(1) * v.sum(1) + (v ** 2).mean(1)),
    'listed': ('sum(sum([u, v, u * v]) * mean([u * u, v]))',
               lambda u, v, a, b, m: total((u + v + u * v) * (u * u + v) / 2)),
    'largest_alone': ('channel_max(u * v) * v[0] + sum(u) * channel_max(a * tanh(b))',
                      lambda u, v, a, b, m: (u * v).amax(1) * v[:, 0] + u.sum(1) * (a * b.tanh()).amax()),
    'largest': ('detach(channel_max(u)) * v[0]', lambda u, v, a, b, m: u.detach().amax(1) * v[:, 0]),
    'which': ('detach(argmax(u * v)) * v[1] + sum(detach(one_hot(argmax(u), 4)) * v)',
              lambda u, v, a, b, m: index_of_largest(u * v) * v[:, 1] + torch.gather(v, 1, u.argmax(1, keepdim=True))[:, 0]),
    'matrix': ('sum(sum(m * u) ^ 2)', lambda u, v, a, b, m: total(torch.einsum('oi,ni...->no...', m, u) ** 2)),
    'matrices': ('sum(tanh(m * u) * v, over = channels)',
                 lambda u, v, a, b, m: torch.einsum('noi...,ni...->n...', torch.tanh(torch.einsum('oi,ni...->noi...', m, u)), v)),
    'vectors': ('sum(u) * sum(a * tanh(b)) + sum(u * (exp(a) / (b * b + 1)))',
                lambda u, v, a, b, m: u.sum(1) * (a * b.tanh()).sum() + torch.einsum('i,ni...->n...', a.exp() / (b * b + 1), u)),
    'uniform_matrix': ('sum(u) * sum(tanh(sum(m * a))) + v[0] * norm(m) * sum(norm(m, 1) ^ 3, over = channels)',
                       lambda u, v, a, b, m: u.sum(1) * (m @ a).tanh().sum() + v[:, 0] * m.norm() * (m.norm(dim=1) ** 3).sum()),
    'uniform_stack': ('sum(u * stack([a, b, a * b])[.., 2]) + sum(v * reshape(stack([sum(a), b[1]]), [1, 2])[.., 1])',
                      lambda u, v, a, b, m: torch.einsum('i,ni...->n...', a * b, u) + v.sum(1) * b[1]),
}

REDUCTION = {
    'over_space': ('sum(u * sum(v * u, over = space))',
                   lambda u, v, a, b, m: total(u * (v * u).sum(space(u), keepdim=True))),
    'over_samples': ('sum(u * mean(sum(v * u, over = space), over = samples))',
                     lambda u, v, a, b, m: total(u * (v * u).sum(space(u), keepdim=True).mean(0, keepdim=True))),
    'over_samples_alone': ('sum((u - mean(u, over = samples)) * v) * tanh(mean(sum(m * v), over = samples)[1])',
                           lambda u, v, a, b, m: total((u - u.mean(0, keepdim=True)) * v) *
                           torch.einsum('i,ni...->n...', m[1], v).mean(0, keepdim=True).tanh()),
    'over_both': ('sum(u * tanh(mean(v * u, over = [samples, space])))',
                  lambda u, v, a, b, m: total(u * (v * u).mean((0,) + space(u), keepdim=True).tanh())),
    'over_channels_space': ('sum(u / (1 + mean(v * v, over = [channels, space])))',
                            lambda u, v, a, b, m: total(u / (1 + (v * v).mean((1,) + space(u), keepdim=True)))),
    'over_all': ('sum(u) * sum(u * v, over = [samples, space, channels])',
                 lambda u, v, a, b, m: u.sum(1) * (u * v).sum()),
    'normed': ('norm(u * v) * u[0] + norm(a) * v[1]',
               lambda u, v, a, b, m: (u * v).flatten(1).norm(dim=1).view((-1,) + (1,) * (u.dim() - 2)) * u[:, 0] + a.norm() * v[:, 1]),
    'counted': ('sum(u) * count(x) / 100', lambda u, v, a, b, m: u.sum(1) * (u.numel() / u.shape[1]) / 100),
    'deviation': ('sum((u - mean(u, over = [samples, space])) / sqrt(mean((u - mean(u, over = [samples, space])) ^ 2, '
                  'over = [samples, space]) + 0.01) * v)',
                  lambda u, v, a, b, m: total((u - u.mean((0,) + space(u), keepdim=True)) /
                                              (u.var((0,) + space(u), unbiased=False, keepdim=True) + 0.01).sqrt() * v)),
}

RECIPE = '''
recipe Sum(data: data) (net: network) {
  let y = net(data.x)
  loss = sum(y * data.y, over = [samples, space, channels])
  optimizer = Adam(0.01)
}
'''


def source(cases, rank, reduce=''):
    """A program that computes all `cases`; with `reduce`, one number for each sample."""
    text = f'use std\n{RECIPE}'
    for name, (expression, _) in cases.items():
        matrix = '  param m[3, c] = normal(0, 1)\n' if uses(expression, 'm') else ''
        second = '  let v = b * x - a\n' if uses(expression, 'v') else ''
        text += (f'block Case_{name}() (x: [c] on grid[{rank}]) -> real {{\n  param a[c] = 1\n  param b[c] = 0\n{matrix}'
                 f'  let u = a * x + b\n{second}  return {expression}\n}}\n')
    applied = ',\n    '.join(f'{reduce}(x |> {name}: Case_{name})' if reduce else f'x |> {name}: Case_{name}' for name in cases)
    each = '' if reduce else ', each_point = true'
    where = '' if reduce else f' on grid[{rank}]'
    return (f'{text}network Ops() (x: [n] on grid[{rank}]) -> [{len(cases)}] = stack([\n    {applied}])\n'
            f'experiment main = Ops() |> Sum(npy("x.npy", "y.npy", channels = {CHANNELS}, rank = {rank}, '
            f'targets = {len(cases)}{each}))\n')


def model(cases, reduce=lambda y: y):
    def apply(values, x, training):
        outputs = []
        for name, (expression, case) in cases.items():
            a, b = (values.parameter(f'{name}.{p}', (CHANNELS,), mean, 0.4) for p, mean in (('a', 0.8), ('b', 0.1)))
            m = values.parameter(f'{name}.m', (3, CHANNELS)) if uses(expression, 'm') else None
            wide = (1, -1) + (1,) * (x.dim() - 2)
            u, v = a.view(wide) * x + b.view(wide), b.view(wide) * x - a.view(wide)
            outputs.append(reduce(case(u, v, a, b, m)))
        return torch.stack(outputs, 1)
    return apply
