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


def magnet(metadata, name):
    kind = metadata.get(name, 'MAGNet')
    if kind != 'MAGNet':
        raise Unsupported(f'the kernel network {kind}')
    return f'MAGNet(_, hidden = {metadata.get("hidden", 32)}, layers = {metadata.get("layers", 3)})'


def points(metadata):
    """Source of a function from the input's size to the grid's, and its name."""
    horizon = metadata.get('horizon', '33')
    return ('', 'same') if horizon == 'same' else (f'fn horizon(n: size) = {horizon} + 0 * n\n', 'horizon')


def arrays(tensors, x):
    """The data of a layer or kernel: any arrays of these shapes."""
    channels, *sizes = tensors[x].shape[1:]
    return f'npy("x.npy", "y.npy", channels = {channels}, rank = {len(sizes)}, targets = {tensors["upstream"].shape[1]}, each_point = true)'


def kernel(tensors, metadata):
    net = magnet(metadata, 'kind').replace('_', metadata['out_channels'], 1)
    dim = metadata['dim']
    return (f'use std\n{RECIPE}network Oracle() (p: [{dim}] on grid[{dim}]) -> [{metadata["out_channels"]}] =\n'
            f'  p |> kernel as "": {net}\nexperiment main = Oracle() |> Sum({arrays(tensors, "positions")})\n')


def convolution(metadata):
    """Declarations, and the name of a block with one argument: FlexConv as the file has it."""
    if metadata.get('conv', 'FlexConv') != 'FlexConv':
        raise Unsupported(f'the convolution {metadata["conv"]}')
    causal = metadata.get('dim', '2') == '1' or metadata.get('net') == 'seqtcn'
    declare, grid = points(metadata)
    scale = float(metadata.get('sampling_rate_norm', '1.0'))
    arguments = (f'kernel = {magnet(metadata, "kernel")}, mask = Gaussian(centre = {1 if causal else 0}), '
                 f'points = {grid}, causal = {"true" if causal else "false"}')
    if scale == 1.0:
        return declare, f'FlexConv(_, {arguments})'
    # A kernel that is resampled: the same layer with the factor written out.
    declare += f'''
block Scaled(out: int, kernel: int -> kernel, mask as "": mask, points: size -> size, causal: bool) (x: [c] on grid[d]) -> [out] {{
  param bias[out] = 0
  let g    = positions(x, points, within = mask, causal = causal)
  let psi  = g |> kernel as "Kernel": kernel(out * c)
  let taps = reshape(mask(g) * psi, [out, c]) * {scale!r}
  return correlate(x, taps, causal = causal) + bias
}}
'''
    return declare, f'Scaled(_, {arguments})'


def layer(tensors, metadata):
    declare, conv = convolution(metadata)
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
    declare, conv = convolution(metadata)
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
