#!/usr/bin/env python3
"""Runs every test of a build tree and counts them.

GoogleTest executables are run whole, lit runs the rest (language, IR, end to end). Exit status 1 if anything failed.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent
LIT = '/usr/lib/llvm-19/build/utils/lit/lit.py'


def run_gtest(program, expression):
    """(passed, failed, skipped) of one GoogleTest executable."""
    with tempfile.NamedTemporaryFile(suffix='.json') as report:
        command = [str(program), f'--gtest_output=json:{report.name}', '--gtest_brief=1']
        if expression:
            command.append(f'--gtest_filter=*{expression}*')
        status = subprocess.run(command, cwd=ROOT.parent).returncode
        try:
            cases = [t for suite in json.load(open(report.name))['testsuites'] for t in suite['testsuite']]
        except (json.JSONDecodeError, OSError):
            print(f'{program.name}: ended with status {status} before its report was written')
            return 0, 1, 0
    failed = sum('failures' in t for t in cases)
    skipped = sum(t.get('result') == 'SKIPPED' for t in cases)
    passed = sum(t.get('result') == 'COMPLETED' for t in cases) - failed
    if status and not failed:
        print(f'{program.name}: ended with status {status}')
        failed = 1
    print(f'{program.name}: {passed} passed, {failed} failed, {skipped} skipped')
    return passed, failed, skipped


def run_lit(build, expression):
    """(passed, failed, skipped) of the lit suites."""
    with tempfile.NamedTemporaryFile(suffix='.json') as report:
        command = [sys.executable, LIT, '-s', '-v', '--time-tests', '-o', report.name, str(build / 'test')]
        if expression:
            command += ['--filter', expression]
        status = subprocess.run(command).returncode
        try:
            codes = [t['code'] for t in json.load(open(report.name))['tests']]
        except (json.JSONDecodeError, OSError):
            print(f'lit: ended with status {status} before its report was written')
            return 0, 1, 0
    passed = sum(c in ('PASS', 'XFAIL', 'FLAKYPASS') for c in codes)
    skipped = sum(c in ('UNSUPPORTED', 'SKIPPED', 'EXCLUDED') for c in codes)
    return passed, len(codes) - passed - skipped, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--build', type=pathlib.Path, default=ROOT.parent / 'build')
    parser.add_argument('--filter', default='')
    options = parser.parse_args()
    results = [run_gtest(p, options.filter) for p in sorted((options.build / 'bin').glob('*-tests'))]
    results.append(run_lit(options.build, options.filter))
    passed, failed, skipped = map(sum, zip(*results))
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    return 1 if failed or not passed else 0


sys.exit(main())
