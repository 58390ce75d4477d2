"""The authors' design in plain PyTorch, written from the paper's equations: the peer that the benchmarks measure against.

Kernel network evaluated op by op on a cropped grid, Gaussian mask, then one convolution per layer: any function of
torch_conv. Shapes as in PyTorch: images [N, C, H, W], signals [N, C, T].
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

from sizes import first_tap


class MAGNet(nn.Module):
    """Positions [1, d, ...] to kernel values [1, out, ...]."""

    def __init__(self, dim, out, hidden=32, layers=3, input_scale=25.6, spread=0.125025):
        super().__init__()
        conv = {1: nn.Conv1d, 2: nn.Conv2d}[dim]
        self.dim = dim
        self.mu, self.gamma, self.sines = nn.ParameterList(), nn.ParameterList(), nn.ModuleList()
        for level in range(layers + 1):
            gamma = torch.distributions.Gamma(6.0 / (level + 1), 1.0).sample((hidden, dim))
            sine = conv(dim, hidden, 1)
            sine.weight.data *= (gamma * input_scale / math.sqrt(layers + 1)).view_as(sine.weight)
            nn.init.uniform_(sine.bias, -math.pi, math.pi)
            self.gamma.append(nn.Parameter(gamma))
            self.mu.append(nn.Parameter(torch.empty(hidden, dim).uniform_(-spread, spread)))
            self.sines.append(sine)
        self.linears = nn.ModuleList(conv(hidden, hidden, 1) for _ in range(layers))
        self.output = conv(hidden, out, 1)

    def filter(self, level, p):
        shape = (1, -1, self.dim) + (1,) * self.dim
        distance = self.gamma[level].view(shape) * (p.unsqueeze(1) - self.mu[level].view(shape))
        return torch.exp(-0.5 * (distance ** 2).sum(2)) * torch.sin(self.sines[level](p))

    def forward(self, p):
        h = self.filter(0, p)
        for level, linear in enumerate(self.linears, 1):
            h = self.filter(level, p) * linear(h)
        return self.output(h)


class FlexConv(nn.Module):
    def __init__(self, dim, cin, cout, points, conv, sigma):
        super().__init__()
        self.dim, self.cin, self.cout, self.points, self.conv = dim, cin, cout, points, conv
        self.kernel = MAGNet(dim, cin * cout)
        self.bias = nn.Parameter(torch.zeros(cout))
        self.mask = nn.Parameter(torch.tensor([[1.0 if dim == 1 else 0.0, sigma]] * dim))
        axes = [torch.linspace(-1, 1, points)] * dim
        self.register_buffer('grid', torch.stack(torch.meshgrid(*axes, indexing='ij'))[None], persistent=False)
        self.crop()

    def crop(self):
        """Decides the kernel's size, outside of what is differentiated or compiled."""
        starts = [first_tap(sigma, self.points, self.dim == 1, mean) for mean, sigma in self.mask.tolist()]
        self.kept = [(a, self.points if self.dim == 1 else self.points - a) for a in starts]

    def taps(self):
        p = self.grid
        for axis, (begin, end) in enumerate(self.kept):
            p = p.narrow(2 + axis, begin, end - begin)
        shape = (1, self.dim) + (1,) * self.dim
        window = torch.exp(-0.5 * (((p - self.mask[:, 0].view(shape)) / self.mask[:, 1].view(shape)) ** 2).sum(1))
        return (self.kernel(p) * window.unsqueeze(1)).view(self.cout, self.cin, *p.shape[2:])

    def forward(self, x):
        return self.conv(x, self.taps()) + self.bias.view(-1, *(1,) * self.dim)


class Block(nn.Module):
    def __init__(self, dim, cin, cout, dropout, conv):
        super().__init__()
        norm = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d}[dim]
        point = {1: nn.Conv1d, 2: nn.Conv2d}[dim]
        self.conv1, self.conv2 = conv(cin, cout), conv(cout, cout)
        self.norm1, self.norm2 = norm(cout), norm(cout)
        self.dropout = nn.Dropout(dropout)
        self.causal = dim == 1
        self.shortcut = nn.Identity() if cin == cout else point(cin, cout, 1)

    def forward(self, x):
        y = self.dropout(F.relu(self.norm1(self.conv1(x))))
        y = self.norm2(self.conv2(y))
        if self.causal:
            y = self.dropout(F.relu(y))
        return F.relu(y + self.shortcut(x))


class FlexNet16(nn.Module):
    WIDTHS = [24, 24, 24, 36, 36, 36, 48, 48]

    def __init__(self, conv, points=33, sigma=0.075):
        super().__init__()
        flex = lambda cin, cout: FlexConv(2, cin, cout, points, conv, sigma)
        self.stem, self.norm = flex(3, 24), nn.BatchNorm2d(24)
        self.blocks = nn.Sequential(*[Block(2, a, b, 0.2, flex) for a, b in zip(self.WIDTHS, self.WIDTHS[1:])])
        self.head = nn.Linear(48, 10)

    def forward(self, x):
        x = self.blocks(F.relu(self.norm(self.stem(x))))
        return self.head(x.mean((2, 3)))


class FlexTCN(nn.Module):
    def __init__(self, conv, blocks, channels, points, sigma=0.075):
        super().__init__()
        flex = lambda cin, cout: FlexConv(1, cin, cout, points, conv, sigma)
        self.blocks = nn.Sequential(*[Block(1, a, 30, 0.1, flex) for a in [channels] + [30] * (blocks - 1)])
        self.head = nn.Linear(30, 10)

    def forward(self, x):
        return self.head(self.blocks(x)[..., -1])


def training_step(net, lr=0.001, forward=None):
    """A function of one batch that makes one step of Adam and returns the loss; `forward`: the network, compiled."""
    masks = [p for name, p in net.named_parameters() if name.endswith('mask')]
    rest = [p for name, p in net.named_parameters() if not name.endswith('mask')]
    optimizer = torch.optim.Adam([{'params': rest}, {'params': masks, 'lr': 0.1 * lr}], lr=lr)

    def step(x, labels):
        for layer in net.modules():
            if isinstance(layer, FlexConv):
                layer.crop()
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy((net if forward is None else forward)(x), labels)
        loss.backward()
        optimizer.step()
        return float(loss.detach())
    return step
