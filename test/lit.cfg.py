# Language, IR and end-to-end tests.
import os

import lit.formats

config.name = 'Flex'
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = ['.mlir', '.flex', '.test']
config.excludes = ['unit', 'Inputs', 'lit.cfg.py', 'run.py', 'CMakeLists.txt']
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.flex_build, 'test')

tools = [os.path.join(config.flex_build, 'bin'), '/usr/lib/llvm-19/bin']
config.environment['PATH'] = os.pathsep.join(tools + [os.environ['PATH']])
config.environment['HOME'] = config.test_exec_root
for name in ('FLEX_DATA', 'FLEX_THREADS', 'ASAN_OPTIONS', 'UBSAN_OPTIONS'):
    if name in os.environ:
        config.environment[name] = os.environ[name]

shared = os.path.join(config.flex_source, '..', 'shared')
config.substitutions += [
    ('%flex_source', config.flex_source),
    ('%flex_build', config.flex_build),
    ('%shared', shared),
    ('%python', config.python),
]
if os.path.isdir(os.path.join(shared, 'oracle')):
    config.available_features.add('oracle')
if os.path.isdir(os.path.join(shared, 'data')):
    config.available_features.add('data')
if os.path.exists(os.path.join(config.flex_build, 'lib', 'libflexrt.so')):
    config.available_features.add('runtime')
