"""What every benchmark shares: flags, running all sides alternately, medians, the machine's line, JSON and a table."""
import argparse
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / 'bench' / 'peers'))

LONG = 10_000  # ms: what takes longer is run once and cold


# Flags that some of the scripts have, for `options`.
ONLY = ('--only', {'default': '', 'metavar': 'TEXT', 'help': 'rows whose name contains this'})
SLOW = ('--slow', {'action': 'store_true', 'help': 'also the peers that need minutes'})
WITHOUT = ('--without', {'default': '', 'metavar': 'TEXT',
                         'help': "leaves out the peers' modes whose name contains this: compile"})


def wanted(given, modes):
    """Those of {mode: anything} that belong to a peer that is wanted, and that --without does not leave out."""
    return {name: mode for name, mode in modes.items()
            if name.split()[0].split('.')[0] in given.peers and not (given.without and given.without in name)}


def options(description, *more):
    """The flags that all scripts have, and `more`: (name, keywords of add_argument)."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('--flexc', type=pathlib.Path, default=ROOT / 'build' / 'bin' / 'flexc')
    parser.add_argument('--rounds', type=int, default=5, help='times that all sides are run, alternately')
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--peers', default='torch,jax', help='torch, jax, none, or torch,jax (default)')
    parser.add_argument('--quick', action='store_true', help='tiny sizes, one round: does it run?')
    parser.add_argument('--json', type=pathlib.Path, help='also write the results there')
    for name, keywords in more:
        parser.add_argument(name, **keywords)
    given = parser.parse_args()
    given.peers = [p for p in given.peers.split(',') if p != 'none']
    for peer in given.peers:
        if peer not in ('torch', 'jax'):
            parser.error(f"--peers: '{peer}' is none of torch, jax, none")
    if given.quick:
        given.rounds = 1
    share_threads(given)
    return given


def share_threads(given):
    """The same cores for all sides: ours inherits them, JAX takes as many threads as it may run on."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:given.threads])
    os.environ['OMP_NUM_THREADS'] = str(given.threads)
    os.environ['JAX_PLATFORMS'] = 'cpu'
    if not all(map(importlib.util.find_spec, [*given.peers, *(['matplotlib'] if getattr(given, 'plot', None) else [])])):
        subprocess.run([ROOT / 'bench' / 'setup'], check=True)
    if 'torch' in given.peers:
        import torch
        torch.set_num_threads(given.threads)


def machine(peers):
    """One line that says what was measured on."""
    def field(name):
        return next(l.split(':')[1].strip() for l in open('/proc/cpuinfo') if l.startswith(name + '\t'))
    versions = ''.join(f', {peer} {importlib.metadata.version(peer)}' for peer in peers)
    load = ' '.join(f'{value:.1f}' for value in os.getloadavg())
    return f"{field('model name')} (family {field('cpu family')}, model {field('model')}){versions}, load average {load}"


def compile_program(given, source, folder, *flags):
    program = pathlib.Path(folder) / pathlib.Path(source).stem
    subprocess.run([given.flexc, 'compile', ROOT / source, '-o', program, *flags], check=True)
    return program


def program_json(given, program, command, *arguments):
    """The JSON that a command of a compiled program prints."""
    done = subprocess.run([program, command, *map(str, arguments), f'threads={given.threads}'], check=True,
                          stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def ours(given, program, *arguments):
    return program_json(given, program, 'bench', *arguments)


def clock(function):
    start = time.perf_counter()
    function()
    return (time.perf_counter() - start) * 1e3


def hot(function):
    """Milliseconds of a call right after another; of the first if that takes long."""
    first = clock(function)
    return first if first > LONG else clock(function)


class Table:
    """Rows of work, each measured on all sides in rounds that alternate."""

    def __init__(self, given):
        self.given, self.rows, self.offered = given, [], []
        self.started = machine(given.peers)
        print(f'{self.started}, {given.threads} threads, medians of at most {given.rounds} alternating rounds', flush=True)

    def wants(self, work):
        self.offered.append(work)
        return self.given.only in work

    def measure(self, work, ours, peers, **facts):
        """`ours`: a function that returns milliseconds; `peers`: {mode: a function to be timed}. A mode that takes long is
        run once. `facts` go into the JSON."""
        runs = {'flex': []} | {mode: [] for mode in peers}
        for _ in range(self.given.rounds):
            if not runs['flex'] or runs['flex'][0] < LONG:
                runs['flex'].append(ours())
            for mode, function in peers.items():
                if not runs[mode] or runs[mode][0] < LONG:
                    runs[mode].append(hot(function))
        medians = {mode: statistics.median(values) for mode, values in runs.items()}
        row = {'work': work, **facts, 'medians_ms': medians, 'runs_ms': runs}
        text = f'{work}: flex {medians["flex"]:.3g} ms'
        if peers:
            row['against'] = min(peers, key=medians.get)
            row['ratio'] = medians[row['against']] / medians['flex']
            text += f', {row["ratio"]:.2f} times as fast as {row["against"]} ('
            text += ', '.join(f'{mode} {medians[mode]:.3g}' for mode in peers) + ')'
        print(text, flush=True)
        self.rows.append(row)
        self.write()  # what was measured stays if a later row fails
        return row

    def write(self):
        if self.given.json:
            result = {'machine': self.started, 'ended': machine(self.given.peers), 'threads': self.given.threads,
                      'rounds': self.given.rounds, 'rows': self.rows}
            self.given.json.write_text(json.dumps(result, indent=1))

    def finish(self):
        """The table, as Markdown."""
        if not self.rows:
            raise SystemExit(f"--only: no row's name contains '{self.given.only}'; there are " +
                             ', '.join(f"'{work}'" for work in self.offered))
        self.write()
        modes = ['flex'] + sorted({mode for row in self.rows for mode in row['medians_ms']} - {'flex'})
        print('\n| ms | ' + ' | '.join(modes) + ' | best peer / flex |')
        print('| --- |' + ' --- |' * (len(modes) + 1))
        for row in self.rows:
            cells = [f'{row["medians_ms"][mode]:.3g}' if mode in row['medians_ms'] else '' for mode in modes]
            print(f'| {row["work"]} | ' + ' | '.join(cells) + f' | {row["ratio"]:.2f} |' if 'ratio' in row else
                  f'| {row["work"]} | ' + ' | '.join(cells) + ' | |')
        print('\nat the end: ' + machine(self.given.peers))


def folder():
    return tempfile.TemporaryDirectory(prefix='flex-bench-')
