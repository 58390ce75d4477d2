"""The authors' design in plain PyTorch, written from the paper's equations: the peer that the benchmarks measure against.

Kernel network evaluated op by op on a cropped grid, Gaussian mask, then one library convolution per layer. Shapes as in
PyTorch: images [N, C, H, W], signals [N, C, T].
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

THRESHOLD = 0.1
RADIUS = math.sqrt(-2 * math.log(THRESHOLD))


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
    def __init__(self, dim, cin, cout, points, fft=False, sigma=0.075):
        super().__init__()
        self.dim, self.cin, self.cout, self.points, self.fft = dim, cin, cout, points, fft
        self.kernel = MAGNet(dim, cin * cout)
        self.bias = nn.Parameter(torch.zeros(cout))
        centre = 1.0 if dim == 1 else 0.0
        self.mask = nn.Parameter(torch.tensor([[centre, sigma]] * dim))
        axes = [torch.linspace(-1, 1, points)] * dim
        self.register_buffer('grid', torch.stack(torch.meshgrid(*axes, indexing='ij'))[None])

    def crop(self):
        with torch.no_grad():
            axis = torch.linspace(-1, 1, self.points)
            mean, sigma = self.mask[:, 0], self.mask[:, 1]
            if self.dim == 1:
                root = float(mean[0] - sigma[0] * RADIUS)
                return self.grid if abs(root) >= 1 else self.grid[..., int((axis <= root).sum()):]
            roots = torch.maximum((mean - sigma * RADIUS).abs(), (mean + sigma * RADIUS).abs())
            starts = [0 if float(r) >= 1 else int((axis <= -r).sum()) for r in roots]
            return self.grid[:, :, starts[0]:self.points - starts[0], starts[1]:self.points - starts[1]]

    def taps(self):
        p = self.crop()
        shape = (1, self.dim) + (1,) * self.dim
        window = torch.exp(-0.5 * (((p - self.mask[:, 0].view(shape)) / self.mask[:, 1].view(shape)) ** 2).sum(1))
        return (self.kernel(p) * window.unsqueeze(1)).view(self.cout, self.cin, *p.shape[2:])

    def forward(self, x):
        k = self.taps()
        if self.dim == 2:
            return F.conv2d(x, k, self.bias, padding=(k.shape[2] // 2, k.shape[3] // 2))
        if self.fft and k.shape[-1] > 50:
            return causal_fft(x, k) + self.bias.view(1, -1, 1)
        return F.conv1d(F.pad(x, (k.shape[-1] - 1, 0)), k, self.bias)


def causal_fft(x, k):
    """Causal correlation through one real transform of the padded length."""
    length = x.shape[-1] + k.shape[-1] - 1
    length += length % 2
    y = torch.einsum('nif,oif->nof', torch.fft.rfft(x, length), torch.fft.rfft(k.flip(-1), length))
    return torch.fft.irfft(y, length)[..., :x.shape[-1]]


class Block(nn.Module):
    def __init__(self, dim, cin, cout, points, dropout, last_dropout, fft, sigma):
        super().__init__()
        norm = {1: nn.BatchNorm1d, 2: nn.BatchNorm2d}[dim]
        conv = {1: nn.Conv1d, 2: nn.Conv2d}[dim]
        self.conv1, self.conv2 = (FlexConv(dim, c, cout, points, fft, sigma) for c in (cin, cout))
        self.norm1, self.norm2 = norm(cout), norm(cout)
        self.dropout = nn.Dropout(dropout)
        self.last_dropout = last_dropout
        self.shortcut = nn.Identity() if cin == cout else conv(cin, cout, 1)

    def forward(self, x):
        y = self.dropout(F.relu(self.norm1(self.conv1(x))))
        y = self.norm2(self.conv2(y))
        if self.last_dropout:
            y = self.dropout(F.relu(y))
        return F.relu(y + self.shortcut(x))


class FlexNet16(nn.Module):
    def __init__(self, points=33, sigma=0.075):
        super().__init__()
        self.stem, self.norm = FlexConv(2, 3, 24, points, sigma=sigma), nn.BatchNorm2d(24)
        widths = [24, 24, 24, 36, 36, 36, 48, 48]
        self.blocks = nn.Sequential(*[Block(2, a, b, points, 0.2, False, False, sigma)
                                      for a, b in zip(widths, widths[1:])])
        self.head = nn.Linear(48, 10)

    def forward(self, x):
        x = self.blocks(F.relu(self.norm(self.stem(x))))
        return self.head(x.mean((2, 3)))


class FlexTCN2(nn.Module):
    def __init__(self, length=784, channels=1, sigma=0.075):
        super().__init__()
        self.blocks = nn.Sequential(*[Block(1, a, 30, length, 0.1, True, True, sigma) for a in (channels, 30)])
        self.head = nn.Linear(30, 10)

    def forward(self, x):
        return self.head(self.blocks(x)[..., -1])


def training_step(net, lr=0.001):
    """A function of one batch that makes one step of Adam and returns the loss."""
    masks = [p for name, p in net.named_parameters() if name.endswith('mask')]
    rest = [p for name, p in net.named_parameters() if not name.endswith('mask')]
    optimizer = torch.optim.Adam([{'params': rest}, {'params': masks, 'lr': 0.1 * lr}], lr=lr)

    def step(x, labels):
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(net(x), labels)
        loss.backward()
        optimizer.step()
        return float(loss.detach())
    return step


if __name__ == '__main__':
    count = sum(p.numel() for p in FlexNet16().parameters())
    assert count == 671650, count
    count = sum(p.numel() for p in FlexTCN2().parameters())
    assert count == 105548, count
    print('parameter counts agree with the paper')
