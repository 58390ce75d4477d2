"""The convolutions that PyTorch offers, as functions of input [N, I, size...] and taps [O, I, size...]: centred on images,
causal on signals; the same size comes out."""
import torch
from torch.nn import functional as F

from sizes import fft_size


def direct(x, k):
    if x.dim() == 4:
        return F.conv2d(x, k, padding=(k.shape[2] // 2, k.shape[3] // 2))
    return F.conv1d(F.pad(x, (k.shape[-1] - 1, 0)), k)


def direct_channels_last(x, k):
    """For an input that lies channels_last."""
    return direct(x, k.contiguous(memory_format=torch.channels_last))


def by_einsum(x, k):
    return torch.einsum('ni...,oi...->no...', x, k)


def by_bmm(x, k):
    shape = x.shape[2:]
    y = torch.bmm(x.flatten(2).permute(2, 0, 1), k.flatten(2).permute(2, 1, 0))
    return y.permute(1, 2, 0).unflatten(2, shape)


def fft(x, k, product=by_einsum):
    """Through real transforms as short as can be: what wraps around falls into points that are cut away."""
    axes = tuple(range(2, x.dim()))
    before = [t - 1 if x.dim() == 3 else t // 2 for t in k.shape[2:]]
    shape = [fft_size(n + b) for n, b in zip(x.shape[2:], before)]
    pad = [p for m, t in zip(reversed(shape), reversed(k.shape[2:])) for p in (0, m - t)]
    taps = torch.roll(F.pad(k, pad), [-b for b in before], axes)
    spectrum = product(torch.fft.rfftn(x, shape, axes), torch.fft.rfftn(taps, shape, axes).conj())
    y = torch.fft.irfftn(spectrum, shape, axes)
    for axis in axes:
        y = y.narrow(axis, 0, x.shape[axis])
    return y


def fft_bmm(x, k):
    return fft(x, k, by_bmm)
