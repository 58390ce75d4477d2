"""The .flex source of an oracle file, from its metadata alone."""
import json


class Unsupported(Exception):
    """The file's system is one that this version of Flex does not have."""


RECIPE = '''
recipe Sum(data: data) (net: network) {
  let y = net(data.x)
  loss = sum(y * data.y, over = [samples, space, channels])
  optimizer = Adam(0.01)
}
'''
CLASSIFY = '''
recipe Oracle(data: data, lr: real = 0.01) (net: network) {
  let y = net(data.x)
  loss = cross_entropy(y, data.label)PENALTY
  optimizer = Adam(lr)
  optimizer @mask = Adam(0.1 * lr)
}
'''


def write_program(tensors, metadata):
    if 'net' in metadata:
        return network(tensors, metadata)
    return kernel(tensors, metadata) if 'positions' in tensors else layer(tensors, metadata)


def suffixed(tensors, suffix):
    """Whether some tensor of the file has a name that ends so."""
    return any(name.endswith(suffix) for name in tensors)


def sirens(tensors, metadata, name):
    """SIREN and nSIREN. A learned omega has a gradient; normed weights are stored as directions and lengths."""
    learned = any(n.startswith('grad.') and n.endswith('omega_0') for n in tensors)
    switches = f'learned = {flag(learned)}, normed = {flag(suffixed(tensors, "weight_g"))}'
    return f'{name}(_, {sizes_of(metadata)}, omega0 = {float(metadata.get("omega", "30.0")) or 30.0!r}, {switches})'


def perceptron(tensors, metadata, name):
    """The second layer of each group of three normalises, if it has parameters."""
    norms = {True: 'BatchNorm', False: 'LayerNorm'}
    has_norm = suffixed(tensors, 'kernel_net.1.weight')
    norm = norms[suffixed(tensors, 'kernel_net.1.running_var')] if has_norm else 'Identity'
    return f'{name}(_, {sizes_of(metadata)}, norm = {norm})'


def filters(tensors, metadata, name):
    scale = f', input_scale = {float(metadata["input_scale"])!r}' if 'input_scale' in metadata else ''
    return f'{name}(_, {sizes_of(metadata)}{scale})'


def sizes_of(metadata):
    return f'hidden = {metadata.get("hidden", 32)}, layers = {metadata.get("layers", 3)}'


def flag(value):
    return 'true' if value else 'false'


KERNELS = {'MAGNet': (filters, 'MAGNet'), 'Gabor': (filters, 'GaborNet'), 'Fourier': (filters, 'FourierNet'),
           'SIREN': (sirens, 'SIREN'), 'nSIREN': (sirens, 'nSIREN'), 'MLP': (perceptron, 'MLP')}


def kernel_network(tensors, metadata, key):
    """Source of a function from the number of outputs to the kernel network."""
    kind = metadata.get(key, 'MAGNet')
    if kind not in KERNELS:
        raise Unsupported(f'the kernel network {kind}')
    write, name = KERNELS[kind]
    return write(tensors, metadata, name)


def points(metadata):
    """Source of a function from the input's size to the grid's, and its name."""
    horizon = metadata.get('horizon', '33')
    return ('', horizon) if horizon in ('same', 'full') else (f'fn horizon(n: size) = {horizon} + 0 * n\n', 'horizon')


def arrays(tensors, x):
    """The data of a layer or kernel: any arrays of these shapes."""
    channels, *sizes = tensors[x].shape[1:]
    return f'npy("x.npy", "y.npy", channels = {channels}, rank = {len(sizes)}, targets = {tensors["upstream"].shape[1]}, each_point = true)'


def kernel(tensors, metadata):
    net = kernel_network(tensors, metadata, 'kind').replace('_', metadata['out_channels'], 1)
    dim = metadata['dim']
    return (f'use std\n{RECIPE}network Oracle() (p: [{dim}] on grid[{dim}]) -> [{metadata["out_channels"]}] =\n'
            f'  p |> kernel as "": {net}\nexperiment main = Oracle() |> Sum({arrays(tensors, "positions")})\n')


def convolution(tensors, metadata):
    """Declarations, and a block with one argument open: FlexConv or CKConv as the file has it."""
    conv = metadata.get('conv', 'FlexConv')
    if conv not in ('FlexConv', 'CKConv'):
        raise Unsupported(f'the convolution {conv}')
    causal = metadata.get('dim', '2') == '1' or metadata.get('net') == 'seqtcn'
    declare, grid = points(metadata)
    scale = float(metadata.get('sampling_rate_norm', '1.0'))
    mask = 'One()' if conv == 'CKConv' else f'Gaussian(centre = {1 if causal else 0})'
    arguments = (f'kernel = {kernel_network(tensors, metadata, "kernel")}, mask = {mask}, points = {grid}, '
                 f'causal = {flag(causal)}')
    if causal and conv == 'FlexConv':
        arguments += ', compat = true'  # a mask behind the last tap: the authors keep all taps
    if scale == 1.0:
        return declare, f'FlexConv(_, {arguments})'
    # A kernel that is resampled: the same layer with the factor written out.
    declare += f'''
block Scaled(out: int, kernel: int -> kernel, mask as "": mask, points: size -> size, causal: bool, compat: bool = false)
            (x: [c] on grid[d]) -> [out] {{
  param bias[out] = 0
  let g    = positions(x, points, within = mask, causal = causal, compat = compat)
  let psi  = g |> kernel as "Kernel": kernel(out * c)
  let taps = reshape(mask(g) * psi, [out, c]) * {scale!r}
  return correlate(x, taps, causal = causal) + bias
}}
'''
    return declare, f'Scaled(_, {arguments})'


def layer(tensors, metadata):
    declare, conv = convolution(tensors, metadata)
    cin, cout, dim = metadata['in_channels'], metadata['out_channels'], metadata['dim']
    conv = conv.replace('_', cout, 1)
    return (f'use std\n{declare}{RECIPE}network Oracle() (x: [{cin}] on grid[{dim}]) -> [{cout}] =\n'
            f'  x |> conv as "": {conv}\nexperiment main = Oracle() |> Sum({arrays(tensors, "input")})\n')


def widths(metadata):
    """Channels of each block: int(c * factor), as the authors round."""
    c, blocks = int(metadata.get('c', 24)), int(metadata.get('blocks', 7))
    pairs = json.loads(metadata['width'])
    factors = [f for f, n in zip(pairs[::2], pairs[1::2]) for _ in range(int(n))]
    return c, [int(c * f) for f in factors[:blocks]]


def penalty(metadata):
    """The alias-free regulariser, as a term of the loss; "" where there is none."""
    reg = json.loads(metadata.get('reg') or '{}')
    if not reg or not reg.get('factor'):
        return ''
    target = reg.get('target', 'gabor')
    fn = reg.get('fn', reg.get('function', 'l2_relu'))
    known = {'gabor': '', 'gabor+mask': ', masked = true', 'sines': '', 'gausses': ', sines = false'}
    if target not in known or reg['method'] not in ('summed', 'together') or fn not in ('l2_relu', 'offset_elu'):
        raise Unsupported(f'the regulariser {reg}')
    deviations = 0 if target == 'sines' else reg.get('stddevs', 1.0)
    return (f' + alias_free(net, {reg["factor"]}, stddevs = {deviations}{known[target]}, '
            f'summed = {"true" if reg["method"] == "summed" else "false"}, '
            f'penalty = {"squared_excess" if fn == "l2_relu" else "offset_elu"}, compat = true, '
            f'limit = {(reg["res"] - 1) / 4})')


def network(tensors, metadata):
    declare, conv = convolution(tensors, metadata)
    channels, *sizes = tensors['input'].shape[1:]
    classes = metadata['cout']
    data = f'npy("x.npy", "y.npy", channels = {channels}, rank = {len(sizes)}, classes = {classes})'
    if metadata['net'] == 'img':
        c, all_widths = widths(metadata)
        factors = ', '.join(f'{w} / {c}' for w in all_widths)
        net = f'FlexNet(c = {c}, factors = [{factors}], classes = {classes}, conv = {conv}, dropout = 0)'
    elif metadata['net'] == 'seqtcn':
        net = (f'SeqNet(blocks = {metadata["blocks"]}, width = {metadata["c"]}, out = {classes}, conv = {conv}, '
               f'dropout = 0)')
    else:
        raise Unsupported(f'the network {metadata["net"]}')
    recipe = CLASSIFY.replace('PENALTY', penalty(metadata))
    return f'use std\n{declare}{recipe}experiment main = {net} |> Oracle({data})\n'
