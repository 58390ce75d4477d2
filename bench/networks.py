"""The networks that whole steps and evaluations are measured on, and every way in which the peers compute them."""
import measure
from sizes import sigma_for


class Work:
    """A network with its data's size and its kernels' size; the same on all sides."""

    def __init__(self, name, source, experiment, size, channels, batch, taps, causal, blocks=0):
        self.source, self.experiment, self.taps, self.causal, self.blocks = source, experiment, taps, causal, blocks
        self.size, self.channels, self.batch = size, channels, batch
        kernels = f'{taps} taps of {size}' if causal else f'{taps}x{taps}'
        self.name = f'{name}, batch {batch}, {kernels}'
        self.points = size if causal else size + (size + 1) % 2
        self.sigma = sigma_for(taps, self.points, causal)

    def input_shape(self):
        return (self.batch, self.channels, *[self.size] * (1 if self.causal else 2))

    def flags(self):
        size = str(self.size) if self.causal else f'{self.size}x{self.size}'
        return (self.experiment, '--size', size, '--batch', self.batch, '--set', f'mask.sigma={self.sigma}')

    def torch_network(self, conv):
        import torch
        import torch_flexnet
        torch.manual_seed(0)
        if self.causal:
            return torch_flexnet.FlexTCN(conv, self.blocks, self.channels, self.points, self.sigma)
        return torch_flexnet.FlexNet16(conv, self.points, self.sigma)

    def jax_network(self, conv):
        import jax_flexnet
        return jax_flexnet.Network(1 if self.causal else 2, self.points, conv, self.sigma, 0.1 if self.causal else 0.2)


def flexnet16(taps, batch=64, size=32):
    return Work('flexnet16', 'models/flexnet16/flexnet16.flex', 'main', size, 3, batch, taps, causal=False)


def flextcn2(taps, batch=100):
    return Work('flextcn2', 'models/flextcn2/flextcn2.flex', 'main', 784, 1, batch, taps, causal=True, blocks=2)


def flextcn6(experiment, size, channels, batch):
    return Work('flextcn6', 'bench/programs/flextcn6.flex', experiment, size, channels, batch, size, causal=True, blocks=6)


class Programs:
    """Compiled networks, each compiled once."""

    def __init__(self, given, folder):
        self.given, self.folder, self.done = given, folder, {}

    def bench(self, work, what):
        """Milliseconds of a step ("step") or an evaluation ("evaluate") of ours."""
        if work.source not in self.done:
            self.done[work.source] = measure.compile_program(self.given, work.source, self.folder)
        result = measure.ours(self.given, self.done[work.source], *work.flags(), '--repeat', 1, '--work', what)
        for path, taps in result['taps'].items():
            assert taps == [work.taps] * len(taps), f'{path} has {taps} taps'
        return result[what + '_ms'][0]


def torch_modes(given, work, input):
    """{mode: (network, its forward pass, input)}; the ones that need minutes only if asked for."""
    import torch
    import torch_conv
    torch._dynamo.reset()
    modes = {}

    def add(name, conv, compiled=False, form=None):
        net = work.torch_network(conv)
        x = input
        if form:
            net, x = net.to(memory_format=form), x.contiguous(memory_format=form)
        modes[name] = (net, torch.compile(net, dynamic=False) if compiled else net, x)

    add('torch fft', torch_conv.fft)
    add('torch.compile fft', torch_conv.fft, compiled=True)
    if work.taps <= (64 if work.causal else 13) or given.slow:
        add('torch direct', torch_conv.direct)
        if not work.causal:
            add('torch direct channels_last', torch_conv.direct_channels_last, form=torch.channels_last)
            add('torch.compile direct', torch_conv.direct, compiled=True)
    return modes


def jax_modes(given, work):
    """{mode: network}."""
    import jax_conv
    modes = {'jax fft': work.jax_network(jax_conv.fft)}
    if work.taps <= (64 if work.causal else 5) or given.slow:
        modes['jax direct'] = work.jax_network(jax_conv.direct)
    return modes


def check_agreement(work, torch_nets, jax_nets, input):
    """Every mode's output on two samples, to 1e-3 of the largest: what rounding changes grows from layer to layer. All get
    the running statistics of one pass, without which the values of long networks overflow."""
    import torch
    with torch.no_grad():
        first, _, x = next(iter(torch_nets.values()))
        first.train()(x[:2])
        for net, _, _ in torch_nets.values():
            net.load_state_dict(first.state_dict())
        outputs = {name: net.eval()(x[:2]).numpy() for name, (net, _, x) in torch_nets.items()}
    for name, network in list(jax_nets.items())[:1]:  # they differ in the convolution only, which layer.py compares
        import jax_flexnet
        outputs[name] = jax_evaluation(network, *jax_flexnet.from_torch(torch_nets['torch fft'][0]), input[:2].numpy())()
    reference = next(iter(outputs.values()))
    for name, y in outputs.items():
        error = abs(y - reference).max() / abs(reference).max()
        assert error <= 1e-3, f'{work.name}: {name} is off by {error:.2g}'


def peers(given, work, training):
    """{mode: a function without arguments that does one step, or one evaluation}."""
    if not given.peers:
        return {}
    import torch
    input, labels = torch.randn(work.input_shape()), torch.arange(work.batch) % 10
    torch_nets = torch_modes(given, work, input)
    jax_nets = jax_modes(given, work) if 'jax' in given.peers else {}
    check_agreement(work, torch_nets, jax_nets, input)
    functions = {}
    for name, (net, forward, x) in torch_nets.items():
        functions[name] = (torch_step if training else torch_evaluation)(net, forward, x, labels)
    if jax_nets:
        import jax
        import jax_flexnet
        p, states = jax_flexnet.from_torch(torch_nets['torch fft'][0])
        x, y = jax.numpy.asarray(input.numpy()), jax.numpy.asarray(labels.numpy())
    for name, network in jax_nets.items():
        if training:
            functions[name] = jax_flexnet.training_step(network, p, states, x, y, lr=0.0)
        else:
            functions[name] = jax_evaluation(network, p, states, x)
    functions = measure.wanted(given, functions)
    for name, run in functions.items():
        if 'compile' in name or 'jax' in name:
            run()
    return functions


def torch_step(net, forward, x, labels):
    """Without a rate: kernels keep their size."""
    import torch_flexnet
    net.train()
    step = torch_flexnet.training_step(net, 0.0, forward)
    return lambda: step(x, labels)


def torch_evaluation(net, forward, x, labels):
    import torch
    net.eval()

    def run():
        with torch.no_grad():
            forward(x)
    return run


def jax_evaluation(network, p, states, x):
    import jax
    forward = jax.jit(lambda p, states, x: network.forward(p, states, x)[0])
    return lambda: forward(p, states, x).block_until_ready()


def compare(description, works, quick, training):
    """The main program of a benchmark of whole networks: a row for each of `works`, ours against all peers. `quick` is what
    is done instead for --quick."""
    given = measure.options(description, measure.ONLY, measure.SLOW, measure.WITHOUT)
    table = measure.Table(given)
    with measure.folder() as folder:
        programs = Programs(given, folder)
        for work in [quick] if given.quick else works:
            if table.wants(work.name):
                kind = 'step' if training else 'evaluate'
                table.measure(f"{'step' if training else 'evaluation'} of {work.name}", lambda: programs.bench(work, kind),
                              peers(given, work, training))
    table.finish()
