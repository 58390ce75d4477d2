"""Files of a data set and the same files for predict; networks trained on it; then that predict says of each what eval said of it."""
import json
import pathlib
import struct
import subprocess
import sys

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'oracle'))
from tensors import read_safetensors  # noqa: E402


def wav(path, signal):
    data = (signal * 20000).astype('<i2').tobytes()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b'RIFF' + struct.pack('<I', 36 + len(data)) + b'WAVEfmt ' +
                     struct.pack('<IHHIIHH', 16, 1, 1, 8000, 16000, 2, 16) + b'data' + struct.pack('<I', len(data)) + data)


def make():
    draw = np.random.default_rng(0)
    for word in ('yes', 'no'):
        for i in range(4):
            wav(pathlib.Path(f'words/{word}/{i}.wav'), draw.random(140 + 30 * i) - 0.5)
    np.save('x.npy', draw.normal(size=[8, 1, 9, 9]).astype(np.float32))
    np.save('y.npy', np.arange(8) % 2)


def run(*words):
    return subprocess.run(['./net', *words], check=True, capture_output=True, text=True).stdout


def check(*experiments):
    for experiment in experiments:
        sounds = experiment in ('words', 'compat', 'mfcc')
        checkpoint = f'runs/net-{experiment}-0001'
        run('train', experiment, 'data.root=data', 'validation=0', 'batch=4')
        known = []
        for split in ('train', 'test') if sounds else ('test',):
            run('eval', experiment, '--checkpoint', checkpoint, '--split', split, '--dump', 'out.safetensors', 'data.root=data')
            known.append(read_safetensors('out.safetensors')[0]['output'])
        known = np.concatenate(known)
        files = sorted(map(str, pathlib.Path('data/words').glob('*/*.wav'))) if sounds else ['data/x.npy']
        # What the network was trained on is not needed: the folder is not named, the files are in another order.
        said = np.array([row['output'] for row in json.loads(
            run('predict', *files, '--set', experiment, '--checkpoint', checkpoint, '--json'))])
        assert known.shape == said.shape == (8, 2), (known.shape, said.shape)
        assert len(np.unique(known.round(4), axis=0)) == 8, known  # so that an answer is that of one sample
        if sounds:
            known, said = known[np.lexsort(known.T)], said[np.lexsort(said.T)]
        assert np.allclose(known, said, rtol=1e-4, atol=1e-5), (experiment, known, said)


{'make': make, 'check': check}[sys.argv[1]](*sys.argv[2:])
