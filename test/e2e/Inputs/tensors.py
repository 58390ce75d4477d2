"""safetensors files as {name: (shape, numbers)}, with nothing but Python's own library."""
import array
import json
import struct

CODES = {'F32': 'f', 'F64': 'd', 'I64': 'q', 'I32': 'i', 'U8': 'B'}


def read(path):
    data = open(path, 'rb').read()
    size, = struct.unpack('<Q', data[:8])
    header = json.loads(data[8:8 + size])
    header.pop('__metadata__', None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry['data_offsets']
        tensors[name] = entry['shape'], array.array(CODES[entry['dtype']], data[8 + size + begin:8 + size + end])
    return tensors


def write(path, tensors):
    header, chunks, offset = {}, [], 0
    for name, (shape, numbers) in tensors.items():
        chunk = array.array('d', numbers).tobytes()
        header[name] = {'dtype': 'F64', 'shape': shape, 'data_offsets': [offset, offset + len(chunk)]}
        chunks.append(chunk)
        offset += len(chunk)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(chunks))


def metadata(path):
    data = open(path, 'rb').read()
    size, = struct.unpack('<Q', data[:8])
    return json.loads(data[8:8 + size]).get('__metadata__', {})
