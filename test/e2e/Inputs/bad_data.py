"""Makes a folder of data files that are cut, or are not what their names say."""
import gzip
import pathlib
import struct
import sys

root = pathlib.Path(sys.argv[1])
images = struct.pack('>4I', 0x803, 3, 28, 28) + bytes(3 * 28 * 28)
labels = struct.pack('>2I', 0x801, 3) + bytes(3)


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


for name in [f'data_batch_{i}.bin' for i in range(1, 6)] + ['test_batch.bin']:
    write(root / 'cifar10' / name, bytes(3073 * 2 - 5))
write(root / 'mnist' / 'train-images-idx3-ubyte', images[:2000])
write(root / 'zipped' / 'mnist' / 'train-images-idx3-ubyte.gz', gzip.compress(images)[:-12])
write(root / 'magic' / 'mnist' / 'train-images-idx3-ubyte', labels + images)
for folder in (root, root / 'zipped', root / 'magic'):
    write(folder / 'mnist' / 'train-labels-idx1-ubyte', labels)
    write(folder / 'mnist' / 't10k-images-idx3-ubyte', images)
    write(folder / 'mnist' / 't10k-labels-idx1-ubyte', labels)
