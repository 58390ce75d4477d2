"""Files for predict and for another head; and what the runs left, checked."""
import json
import pathlib
import struct
import subprocess
import sys
import zlib

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'oracle'))
from tensors import read_safetensors  # noqa: E402

RUNS = pathlib.Path('runs')


def png(path, pixels):
    height, width, channels = pixels.shape
    rows = b''.join(b'\0' + pixels[y].tobytes() for y in range(height))
    chunk = lambda kind, data: struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
    head = struct.pack('>IIBBBBB', width, height, 8, {1: 0, 3: 2}[channels], 0, 0, 0)
    path.write_bytes(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def make():
    draw = np.random.default_rng(0)
    image = draw.integers(0, 256, [16, 16, 3], dtype=np.uint8)
    png(pathlib.Path('image.png'), image)
    np.save('image.npy', np.ascontiguousarray(image.transpose(2, 0, 1)))
    np.save('images.npy', np.stack([image.transpose(2, 0, 1)] * 2).astype(np.float32) / 255)
    png(pathlib.Path('large.png'), draw.integers(0, 256, [40, 24, 3], dtype=np.uint8))
    np.save('x.npy', draw.normal(size=[40, 3, 16, 16]).astype(np.float32))
    np.save('y.npy', draw.normal(size=[40, 2]).astype(np.float32))
    sound = (draw.normal(size=30) * 8000).astype('<i2')
    data = sound.tobytes()
    pathlib.Path('sound.wav').write_bytes(b'RIFF' + struct.pack('<I', 36 + len(data)) + b'WAVEfmt ' + struct.pack(
        '<IHHIIHH', 16, 1, 1, 8000, 16000, 2, 16) + b'data' + struct.pack('<I', len(data)) + data)


def predict(*words):
    done = subprocess.run(['./net', 'predict', *words, '--json'], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def check():
    first, meta = read_safetensors(RUNS / 'net-0001/checkpoints/last.safetensors')
    assert meta['trained_size'] == '16x16', meta
    steps = json.loads(meta['preparation'])['steps']
    assert len(steps[0]['mean']) == 3 and steps[1] == {'step': 'fit', 'size': [16, 16]}, steps
    # The kernels stay those of 16 pixels: a network that is trained on at 24 still scales by (16 / 24)^2.
    _, meta = read_safetensors(RUNS / 'net-0002/checkpoints/last.safetensors')
    assert meta['trained_size'] == '16x16', meta
    assert 'size: [24, 24]' in (RUNS / 'net-0002/config.yaml').read_text()
    # Another head: the trunk began where the other run ended, the head did not.
    again, _ = read_safetensors(RUNS / 'net-other-0001/checkpoints/last.safetensors')
    assert again['head.weight'].shape == (2, 4)
    assert np.array_equal(first['conv.kernel.output.weight'], again['conv.kernel.output.weight'])  # its rate was 0
    # The same picture as PNG, as bytes and as reals gives the same answer.
    one, two, three = (np.array(predict(f, '--checkpoint', 'runs/net-0001')[0]['output'])
                       for f in ('image.png', 'image.npy', 'images.npy'))
    for other in (two, three):
        assert np.allclose(one, other, rtol=1e-4, atol=1e-5), (one, two, three)
    assert len(predict('images.npy', '--checkpoint', 'runs/net-0001')) == 2
    sizes = [predict('large.png', '--checkpoint', 'runs/net-0001', *w)[0]['size'] for w in
             ([], ['--resolution', '20'], ['--resolution', 'own'])]
    assert sizes == ['16x16', '20x20', '40x24'], sizes
    # Trained on at 24 pixels: that is what its data has, whatever its kernels were made for.
    assert predict('large.png', '--checkpoint', 'runs/net-0002')[0]['size'] == '24x24'


def cross(folder):
    folder = pathlib.Path(folder)
    rows = json.loads((folder / 'results.json').read_text())
    assert [row['of']['seed'] for row in rows] == ['0', '4'], rows
    for row in rows:
        assert np.isclose(row['results']['difference'], row['results']['moved'] - row['results']['source'])
    configs = {name: (folder / name / 'config.yaml').read_text() for name in ('001-source', '003-tuned', '004-source')}
    assert 'size: [12, 12]' in configs['001-source'] and 'epochs' in configs['001-source']
    assert 'size: [16, 16]' in configs['003-tuned'] and 'length: 2 epochs' in configs['003-tuned']
    assert 'seed: 4' in configs['004-source']
    _, meta = read_safetensors(folder / '003-tuned/checkpoints/last.safetensors')
    assert meta['trained_size'] == '12x12', meta
    moved = json.loads((folder / '002-moved/record.json').read_text())
    assert moved['test']['metric'] == rows[0]['results']['moved']


{'make': make, 'check': check, 'cross': cross}[sys.argv[1]](*sys.argv[2:])
