"""Checks the files of a finished run's folder: their fields, and that they agree."""
import json
import math
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tensors  # noqa: E402

folder = pathlib.Path(sys.argv[1])
log = [json.loads(line) for line in (folder / 'log.jsonl').read_text().splitlines()]
record = json.loads((folder / 'record.json').read_text())

assert [line['epoch'] for line in log] == [1, 2] and [line['step'] for line in log] == [6, 12], log
for line in log:
    for split in ('train', 'validation'):
        assert math.isfinite(line[split]['loss']) and 0 <= line[split]['metric'] <= 1, line
    assert line['gradient_norm'] > 0 and line['seconds'] > 0, line
    assert line['step_rms']['default'] > line['step_rms']['mask'] > 0, line
    assert set(line['kernels']) == {'stem', 'blocks.0.conv1', 'blocks.0.conv2'}, line
    assert all(len(size) == 2 and size[0] % 2 for size in line['kernels'].values()), line

best = max(log, key=lambda line: line['validation']['metric'])
assert record['best_epoch'] == best['epoch'] and best['best'], (record, best)
assert record['best_value'] == best['validation']['metric'] and record['chosen_by'] == 'validation metric', record
assert record['steps'] == 12 and record['seed'] == 3 and set(record['test']) == {'loss', 'metric'}, record

last = tensors.read(folder / 'checkpoints' / 'last.safetensors')
tensors.read(folder / 'checkpoints' / 'best.safetensors')
for name in ('stem.bias', 'head.weight'):
    for moment in ('m', 'v'):
        assert last[f'optimizer/{moment}/{name}'][0] == last[name][0], name
assert not list(folder.rglob('*.tmp*'))
