"""What `info` says a step and an evaluation take, against what the process grows by: to a tenth."""
import json
import subprocess
import sys

program, size, batch = sys.argv[1:4]
keys = sys.argv[4:]


def run(*arguments):
    return json.loads(subprocess.run([program, *arguments, *keys], check=True, capture_output=True, text=True).stdout)


info = run('info', '--size', size, '--json', f'batch={batch}')
for work, key in (('step', 'bytes_training'), ('evaluate', 'bytes_evaluation')):
    grown = run('bench', '--size', size, '--batch', batch, '--work', work, '--repeat', '1')['grown_bytes']
    off = info[key] / grown - 1
    print(f'{work}: {info[key]} bytes expected, grown by {grown}: {100 * off:+.1f} %')
    if abs(off) > 0.1:
        sys.exit(1)
