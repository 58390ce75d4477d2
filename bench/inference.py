#!/usr/bin/env python3
"""Evaluation of flexnet16 without gradients, against the same peers as bench/steps.py: batch 64 at three sizes of kernels,
and batches of 8 and 1 with kernels as they are at the start.

  .venv/bin/python bench/inference.py [--slow] [--only 'batch 64'] [--rounds 5] [--threads 2] [--json FILE]
"""
import networks

WORKS = [*(networks.flexnet16(taps) for taps in (5, 13, 33)), networks.flexnet16(5, batch=8), networks.flexnet16(5, batch=1)]

networks.compare(__doc__.splitlines()[0], WORKS, quick=networks.flextcn6('sound', 64, 1, 4), training=False)
