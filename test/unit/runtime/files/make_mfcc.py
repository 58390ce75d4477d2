"""Writes mfcc.inc: cepstral coefficients of a sweep by torchaudio (needs torch and torchaudio). Made with torchaudio 2.11."""
import math
import pathlib

import torch
from torchaudio.transforms import MFCC

signal = torch.tensor([0.5 * math.sin(0.0004 * i * i) + 0.1 * math.cos(0.05 * i) for i in range(1000)], dtype=torch.float32)
mfcc = MFCC(sample_rate=16000, n_mfcc=20, log_mels=True, melkwargs={'n_fft': 200, 'n_mels': 64})
lines = [', '.join(f'{value:.6g}' for value in row) + ',\n' for row in mfcc(signal).tolist()]
(pathlib.Path(__file__).parent / 'mfcc.inc').write_text(''.join(lines))
