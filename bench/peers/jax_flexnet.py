"""The same networks in JAX, on the parameters of torch_flexnet by their names there. Kernel sizes are constants of what is
traced: a step is compiled for each.

Kernel network and convolution are one function of (parameters, input), the convolution any function of jax_conv.
"""
import jax
import jax.numpy as jnp

from sizes import first_tap


def from_torch(net):
    """(trained values, running statistics) of a network of torch_flexnet."""
    trained = {name for name, _ in net.named_parameters()}
    arrays = {name: jnp.asarray(value.numpy()) for name, value in net.state_dict().items() if value.dim()}
    return ({name: a for name, a in arrays.items() if name in trained},
            {name: a for name, a in arrays.items() if name not in trained})


def magnet(p, name, positions):
    """[d, points] to [out, points]."""
    dim = positions.shape[0]

    def matrix(path):
        weight = p[path + '.weight']
        return weight.reshape(weight.shape[:2])

    def linear(path, x):
        return matrix(path) @ x + p[path + '.bias'][:, None]

    def filter(level):
        gamma, mu = p[f'{name}.gamma.{level}'], p[f'{name}.mu.{level}']
        distance = gamma[..., None] * (positions - mu[..., None])
        return jnp.exp(-0.5 * (distance ** 2).sum(1)) * jnp.sin(linear(f'{name}.sines.{level}', positions))

    h = filter(0)
    level = 1
    while f'{name}.mu.{level}' in p:
        h = filter(level) * linear(f'{name}.linears.{level - 1}', h)
        level += 1
    return linear(f'{name}.output', h)


class Network:
    """`dim` 2: FlexNet, 1: FlexTCN; depth and widths are those of the parameters. `sigma`: of all masks."""

    def __init__(self, dim, points, conv, sigma, dropout):
        self.dim, self.points, self.conv, self.dropout = dim, points, conv, dropout
        first = first_tap(sigma, points, causal=dim == 1)
        self.kept = slice(first, points if dim == 1 else points - first)

    def flexconv(self, p, name, x):
        axis = jnp.linspace(-1, 1, self.points)[self.kept]
        positions = jnp.stack(jnp.meshgrid(*[axis] * self.dim, indexing='ij')).reshape(self.dim, -1)
        mean, sigma = p[name + '.mask'].T[..., None]
        window = jnp.exp(-0.5 * (((positions - mean) / sigma) ** 2).sum(0))
        bias = p[name + '.bias']
        taps = (magnet(p, name + '.kernel', positions) * window).reshape(-1, x.shape[1], *[len(axis)] * self.dim)
        return self.conv(x, taps) + bias.reshape(-1, *[1] * self.dim)

    def norm(self, p, states, name, x, training, new_states):
        axes, shape = (0, *range(2, x.ndim)), (-1, *[1] * self.dim)
        mean, variance = states[name + '.running_mean'], states[name + '.running_var']
        if training:
            count = x.size // x.shape[1]
            batch_mean, batch_variance = x.mean(axes), x.var(axes)
            new_states[name + '.running_mean'] = 0.9 * mean + 0.1 * batch_mean
            new_states[name + '.running_var'] = 0.9 * variance + 0.1 * batch_variance * count / (count - 1)
            mean, variance = batch_mean, batch_variance
        scale = p[name + '.weight'] * jax.lax.rsqrt(variance + 1e-5)
        return (x - mean.reshape(shape)) * scale.reshape(shape) + p[name + '.bias'].reshape(shape)

    def forward(self, p, states, x, key=None):
        """Output and new running statistics; `key`: of dropout, which makes it a training pass."""
        new_states, training = {}, key is not None

        def norm(name, x):
            return self.norm(p, states, name, x, training, new_states)

        def drop(x):
            nonlocal key
            if not training:
                return x
            key, own = jax.random.split(key)
            return x * jax.random.bernoulli(own, 1 - self.dropout, x.shape) / (1 - self.dropout)

        if 'stem.bias' in p:
            x = jax.nn.relu(norm('norm', self.flexconv(p, 'stem', x)))
        block = 0
        while f'blocks.{block}.conv1.bias' in p:
            name = f'blocks.{block}.'
            y = drop(jax.nn.relu(norm(name + 'norm1', self.flexconv(p, name + 'conv1', x))))
            y = norm(name + 'norm2', self.flexconv(p, name + 'conv2', y))
            if self.dim == 1:
                y = drop(jax.nn.relu(y))
            if name + 'shortcut.weight' in p:
                weight = p[name + 'shortcut.weight']
                x = (jnp.einsum('ni...,oi->no...', x, weight.reshape(weight.shape[:2])) +
                     p[name + 'shortcut.bias'].reshape(-1, *[1] * self.dim))
            x, block = jax.nn.relu(y + x), block + 1
        x = x[..., -1] if self.dim == 1 else x.mean((2, 3))
        return x @ p['head.weight'].T + p['head.bias'], new_states


def training_step(network, p, states, x, labels, lr=0.001):
    """A function without arguments that makes one step of Adam and returns the loss."""
    def loss(p, states, key):
        y, new_states = network.forward(p, states, x, key)
        return -jax.nn.log_softmax(y)[jnp.arange(len(labels)), labels].mean(), new_states

    def step(p, states, m, v, now, key):
        key, own = jax.random.split(key)
        (value, states), gradient = jax.value_and_grad(loss, has_aux=True)(p, states, own)
        now = now + 1
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, gradient)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, gradient)

        def update(name):
            rate = lr * (0.1 if name.endswith('mask') else 1)
            return p[name] - rate * m[name] / (1 - 0.9 ** now) / (jnp.sqrt(v[name] / (1 - 0.999 ** now)) + 1e-8)
        return {name: update(name) for name in p}, states, m, v, now, key, value

    compiled = jax.jit(step)
    zero = jax.tree.map(jnp.zeros_like, p)
    held = [(p, states, zero, zero, jnp.float32(0), jax.random.key(0, impl='rbg'))]

    def run():
        *held[0], value = compiled(*held[0])
        return float(value)
    return run
