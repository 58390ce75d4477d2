"""The results of a plan are those of its stages' records, put together as stages.flex says."""
import json
import pathlib
import sys

plan = pathlib.Path(sys.argv[1])
records = [json.loads(path.read_text())['test'] for path in sorted(plan.glob('*-*/record.json'))]
rows = json.loads((plan / 'results.json').read_text())
assert len(records) == 6 and [row['of'] for row in rows] == [{'s': '1'}, {'s': '2'}], rows
for row, (first, moved, tuned) in zip(rows, (records[:3], records[3:])):
    expected = {'accuracy': first['metric'], 'moved': moved['loss'] - first['loss'], 'tuned': tuned['loss']}
    assert row['results'] == expected, (row, expected)
assert rows[0] != rows[1] and first['loss'] != tuned['loss'], 'seeds and stages make no difference'
