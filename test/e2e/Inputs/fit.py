"""Writes small PNG files; checks what `fit` made of them, and that a fit that is killed goes on to the same curve."""
import json
import pathlib
import signal
import struct
import subprocess
import sys
import time
import zlib

import numpy as np


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))


def write_png(path, pixels):
    height, width, _ = pixels.shape
    rows = b''.join(b'\0' + row.tobytes() for row in pixels)
    header = struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0)
    pathlib.Path(path).write_bytes(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b''))


def read_png(path):
    """Of the kind that is written here, or by `fit`: RGB, 8 bits, any filter."""
    data, at, packed = pathlib.Path(path).read_bytes(), 8, b''
    while at < len(data):
        size, kind = struct.unpack('>I4s', data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b'IHDR':
            width, height, _, colour = struct.unpack('>IIBB', body[:10])
        packed += body if kind == b'IDAT' else b''
        at += 12 + size
    step = 3 if colour == 2 else 1
    raw, rows, above = zlib.decompress(packed), [], bytearray(width * step)
    for y in range(height):
        line = raw[y * (width * step + 1):(y + 1) * (width * step + 1)]
        row = bytearray(line[1:])
        for i in range(len(row)):
            left, up, corner = (row[i - step] if i >= step else 0), above[i], (above[i - step] if i >= step else 0)
            p = left + up - corner
            paeth = min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))[2]
            row[i] = (row[i] + [0, left, up, (left + up) // 2, paeth][line[0]]) % 256
        rows.append(row)
        above = row
    return np.array(rows, dtype=np.uint8).reshape(height, width, step)


def pictures():
    y, x = np.mgrid[0:12, 0:20] / 20
    for name, phase in (('one', 0), ('two', 1)):
        channels = [np.sin(5 * x + phase), np.cos(4 * y), x * y]
        write_png(f'{name}.png', np.stack([np.uint8(127 + 120 * c) for c in channels], axis=2))


def check():
    for name in ('one', 'two'):
        folder = pathlib.Path('photos/photo') / name
        record = json.loads((folder / 'record.json').read_text())
        curve = [json.loads(line) for line in (folder / 'curve.jsonl').read_text().splitlines()]
        target, fit = read_png(folder / 'target.png'), read_png(folder / 'fit.png')
        assert (target == read_png(f'{name}.png')).all(), 'the target is another picture'
        error = np.mean((target / 255.0 - fit / 255.0) ** 2)
        # Rounding to bytes adds an error of 1 / (12 * 255^2) or so.
        assert abs(-10 * np.log10(error) - record['psnr']) < 0.1, (error, record['psnr'])
        assert [line['step'] for line in curve] == [100, 200]
        assert record['mse'] <= min(line['mse'] for line in curve) * (1 + 1e-6), 'not the best parameters'
        assert record['psnr'] > 14, record['psnr']
    wave = json.loads(pathlib.Path('waves/wave/record.json').read_text())
    assert wave['mse'] < 1e-3, wave['mse']
    check_interruption()


def check_interruption():
    command = ['./fit', 'fit', 'parts', '--pictures', 'one.png', '--every', '5', 'checkpoint.every=1 steps']
    subprocess.run(command + ['-o', 'whole'], check=True, stdout=subprocess.DEVNULL)
    curves = {}
    for name, stop in (('killed', signal.SIGKILL), ('stopped', signal.SIGTERM)):
        curve = pathlib.Path(name) / 'parts' / 'one' / 'curve.jsonl'
        process = subprocess.Popen(command + ['-o', name], stdout=subprocess.DEVNULL)
        while process.poll() is None and not (curve.exists() and curve.read_text().count('\n') > 3):
            time.sleep(0.001)
        process.send_signal(stop)
        assert process.wait() == (-stop if stop == signal.SIGKILL else 130), 'the fit was over before it could be stopped'
        subprocess.run(command + ['-o', name], check=True, stdout=subprocess.DEVNULL)
        for folder in ('whole', name):
            lines = (pathlib.Path(folder) / 'parts' / 'one' / 'curve.jsonl').read_text().splitlines()
            curves[folder] = [(line['step'], line['mse']) for line in map(json.loads, lines)]
        assert curves[name] == curves['whole'], name
        assert (read_png(f'{name}/parts/one/fit.png') == read_png('whole/parts/one/fit.png')).all()


{'pictures': pictures, 'check': check}[sys.argv[1]]()
