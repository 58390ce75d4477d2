"""The same convolutions in JAX; see torch_conv."""
import jax.numpy as jnp
from jax import lax

from sizes import fft_size


def direct(x, k):
    if x.ndim == 4:
        return lax.conv_general_dilated(x, k, (1, 1), [(t // 2, t // 2) for t in k.shape[2:]])
    return lax.conv_general_dilated(x, k, (1,), [(k.shape[-1] - 1, 0)])


def fft(x, k):
    axes = tuple(range(2, x.ndim))
    before = [t - 1 if x.ndim == 3 else t // 2 for t in k.shape[2:]]
    shape = [fft_size(n + b) for n, b in zip(x.shape[2:], before)]
    pad = [(0, 0), (0, 0)] + [(0, m - t) for m, t in zip(shape, k.shape[2:])]
    taps = jnp.roll(jnp.pad(k, pad), [-b for b in before], axes)
    spectrum = jnp.einsum('ni...,oi...->no...', jnp.fft.rfftn(x, shape, axes),
                          jnp.conj(jnp.fft.rfftn(taps, shape, axes)))
    return jnp.fft.irfftn(spectrum, shape, axes)[(..., *(slice(n) for n in x.shape[2:]))]
