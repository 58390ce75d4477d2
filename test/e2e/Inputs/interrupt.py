"""Kills and stops runs of the given program at several moments, resumes each, and compares with a run left alone."""
import pathlib
import signal
import subprocess
import sys
import time

program = sys.argv[1]
here = pathlib.Path(__file__).resolve().parent
settings = ['seed=5', 'epochs=8', 'checkpoint.every=3 steps']
SAVED = 130  # exit code of a run that was asked to stop


def start(folder):
    return subprocess.Popen([program, 'train', *settings, f'run.folder={folder}'], stdout=subprocess.DEVNULL)


def wait_for_epoch(process, folder, epoch):
    """Returns when the log has `epoch` lines (0: when the first checkpoint is there)."""
    log = folder / 'log.jsonl'
    while process.poll() is None:
        if (folder / 'checkpoints' / 'last.safetensors').exists() and len(log.read_text().splitlines()) >= epoch:
            return
        time.sleep(0.001)


def same(folder):
    subprocess.run([sys.executable, here / 'same_run.py', whole, folder], check=True)


whole = pathlib.Path('whole/small-0001')
assert start('whole').wait() == 0

for epoch, delay in ((0, 0), (2, 0.005), (3, 0.013), (5, 0.021)):
    folder = pathlib.Path(f'killed-{epoch}/small-0001')
    process = start(folder.parent)
    wait_for_epoch(process, folder, epoch)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, 'the run was over before it could be killed'
    assert not (folder / 'record.json').exists()
    # Killed again while it goes on: the second resumption starts from whatever the first one left.
    process = subprocess.Popen([program, 'resume', folder], stdout=subprocess.DEVNULL)
    time.sleep(0.15)
    process.send_signal(signal.SIGKILL)
    process.wait()
    subprocess.run([program, 'resume', folder], check=True, stdout=subprocess.DEVNULL)
    same(folder)

for name in ('SIGTERM', 'SIGINT'):
    folder = pathlib.Path(f'{name}/small-0001')
    process = start(folder.parent)
    wait_for_epoch(process, folder, 2)
    process.send_signal(getattr(signal, name))
    assert process.wait() == SAVED, process.returncode
    assert not (folder / 'record.json').exists()
    subprocess.run([program, 'resume', folder], check=True, stdout=subprocess.DEVNULL)
    same(folder)
