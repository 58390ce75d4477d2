"""Arrays for arrays.flex, or (`check FILE`) a check of what `eval --dump` wrote."""
import json
import struct
import sys

import numpy as np

MAP, SHIFT = np.array([[1.5, -2], [0.25, 1], [-1, 0.5]]), np.array([0.5, 0, -1])


def answers(x):
    return np.einsum('oi,nihw->nohw', MAP, x) + SHIFT[:, None, None]


def tensors(path):
    data = open(path, 'rb').read()
    length, = struct.unpack('<Q', data[:8])
    header = json.loads(data[8:8 + length])
    header.pop('__metadata__', None)
    return {name: np.frombuffer(data[8 + length:][slice(*t['data_offsets'])], '<f4').reshape(t['shape'])
            for name, t in header.items()}


if sys.argv[1:2] == ['check']:
    found = tensors(sys.argv[2])
    target = answers(np.load('tx.npy'))
    assert found['target'].shape == found['output'].shape == target.shape == (20, 3, 4, 5), found['target'].shape
    assert np.allclose(found['target'], target, atol=1e-5)
    assert np.abs(found['output'] - target).max() < 0.01, np.abs(found['output'] - target).max()
else:
    random = np.random.default_rng(1)
    for prefix, samples in (('', 80), ('t', 20)):
        x = random.standard_normal((samples, 2, 4, 5)).astype('f4')
        np.save(prefix + 'x.npy', x)
        np.save(prefix + 'y.npy', answers(x).astype('f4'))
    np.save('two.npy', answers(np.load('x.npy'))[:, :2].astype('f4'))
    np.save('small.npy', answers(np.load('x.npy'))[:, :, :3].astype('f4'))
