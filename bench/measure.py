"""What every benchmark shares: running both sides alternately, medians, the machine's line, JSON and a table."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'bench' / 'peers'))


def options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('--flexc', type=pathlib.Path, default=ROOT / 'build' / 'bin' / 'flexc')
    parser.add_argument('--rounds', type=int, default=5, help='times that both sides are run, alternately')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--json', type=pathlib.Path, help='also write the results there')
    return parser.parse_args()


def machine():
    cpu = next(l.split(':')[1].strip() for l in open('/proc/cpuinfo') if l.startswith('model name'))
    family, model = (next(l.split(':')[1].strip() for l in open('/proc/cpuinfo') if l.startswith(k + '\t'))
                     for k in ('cpu family', 'model'))
    import torch
    return f'{cpu} (family {family}, model {model}), torch {torch.__version__}'


def compile_program(flexc, source, folder, *flags):
    program = pathlib.Path(folder) / pathlib.Path(source).stem
    subprocess.run([flexc, 'compile', source, '-o', program, *flags], check=True)
    return program


def ours(program, threads, *arguments):
    """The JSON of the program's `bench`."""
    done = subprocess.run([program, 'bench', *map(str, arguments), f'threads={threads}'], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)


def timed(function, times=1):
    """Median milliseconds of a call, after one to warm up."""
    function()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        taken.append((time.perf_counter() - start) * 1e3)
    return statistics.median(taken)


class Table:
    """Rows of (work, our milliseconds, the peers' milliseconds), each from rounds that ran alternately."""

    def __init__(self, given):
        self.given, self.rows = given, []
        print(machine() + f', {given.threads} threads, medians of {given.rounds} alternating rounds', flush=True)

    def measure(self, work, ours, peers):
        """`ours`: a function that returns milliseconds; `peers`: {mode: such a function}."""
        results = {'flex': []} | {mode: [] for mode in peers}
        for _ in range(self.given.rounds):
            results['flex'].append(ours())
            for mode, run in peers.items():
                results[mode].append(run())
        medians = {mode: statistics.median(values) for mode, values in results.items()}
        best = min(peers, key=medians.get)
        ratio = medians[best] / medians['flex']
        times = ', '.join(f'{mode} {value:.3g} ms' for mode, value in medians.items())
        print(f'{work}: {ratio:.2f} times as fast as {best}   ({times})', flush=True)
        self.rows.append({'work': work, 'ratio': ratio, 'against': best, 'medians_ms': medians, 'runs_ms': results})

    def finish(self):
        if self.given.json:
            self.given.json.write_text(json.dumps({'machine': machine(), 'rows': self.rows}, indent=1))


def folder():
    return tempfile.TemporaryDirectory(prefix='flex-bench-')
