"""A profile and the trace of one step of small.flex with kernels of 17x17: check_profile.py PROFILE TRACE"""
import json
import sys

profile, trace = (json.load(open(name)) for name in sys.argv[1:])
layers = {layer['path']: layer for layer in profile['layers']}
for path in ('stem', 'blocks.0.conv1', 'blocks.0.conv2'):
    layer = layers[path]
    assert layer['kernel'] == '17x17', layer
    assert layer['algorithm'], layer
    assert layer['place'].count(':') >= 2, layer
    for key in ('forward_ms', 'backward_ms', 'flops', 'bytes', 'least_ms'):
        assert layer[key] > 0, (path, key)
assert layers['head']['forward_ms'] > 0
assert 'kernel' not in layers['head']

# One step was timed: no value's time lies outside of it.
spent = sum(layer['forward_ms'] + layer['backward_ms'] for layer in profile['layers'])
assert 0 < spent <= profile['loss_and_grad_ms'], (spent, profile['loss_and_grad_ms'])
assert profile['flops_per_second'] > 0 and profile['bytes_per_second'] > 0

events = [event for event in trace['traceEvents'] if event['ph'] == 'X']
assert {event['cat'] for event in events} == {'forward', 'backward'}
for before, after in zip(events, events[1:]):
    assert before['dur'] >= 0 and after['ts'] >= before['ts'] + before['dur'] - 1e-3, (before, after)
total = sum(event['dur'] for event in events) / 1e3
assert abs(total - spent) <= 1e-6 * spent, (total, spent)
assert any(event['name'].startswith('blocks.0.conv1 ') for event in events)
