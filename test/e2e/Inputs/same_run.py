"""Two runs are the same to the last bit, but for how long they took: checkpoints (tensors and metadata) and log."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tensors  # noqa: E402


def checkpoint(path):
    metadata = tensors.metadata(path)
    for key in ('seconds', 'log_bytes'):  # the log has times, which differ in length
        del metadata[key]
    return metadata, {name: (shape, numbers.tobytes()) for name, (shape, numbers) in tensors.read(path).items()}


def log(path):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        del line['seconds']
    return lines


first, second = map(pathlib.Path, sys.argv[1:])
for name in ('last', 'best'):
    (ours, a), (theirs, b) = (checkpoint(run / 'checkpoints' / f'{name}.safetensors') for run in (first, second))
    if ours != theirs:
        sys.exit(f'{name}: metadata {ours}, and {theirs}')
    different = [key for key in sorted(a.keys() | b.keys()) if a.get(key) != b.get(key)]
    if different:
        sys.exit(f'{name}: {len(different)} of {len(a)} tensors differ, first {different[0]}')
if not log(first / 'log.jsonl') or log(first / 'log.jsonl') != log(second / 'log.jsonl'):
    sys.exit('the logs differ')
