"""Starts a plan and kills it as soon as a stage has its first checkpoint: interrupt_stages.py PROGRAM STAGE [key=value ...]"""
import pathlib
import subprocess
import sys
import time

program, stage, *settings = sys.argv[1:]
process = subprocess.Popen([program, 'train', *settings, 'checkpoint.every=2 steps'], stdout=subprocess.DEVNULL)
checkpoint = pathlib.Path('runs/net-0002') / stage / 'checkpoints' / 'last.safetensors'
while process.poll() is None and not checkpoint.exists():
    time.sleep(0.001)
process.kill()
assert process.wait() < 0, 'the plan was over before it could be killed'
assert not (checkpoint.parent.parent / 'record.json').exists()
