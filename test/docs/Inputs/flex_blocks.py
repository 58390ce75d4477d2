#!/usr/bin/env python3
"""Writes every ```flex block of the documents to a file of its own, and prints the files' names.

    flex_blocks.py FOLDER DOCUMENT...
"""
import pathlib
import re
import sys

folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for document in map(pathlib.Path, sys.argv[2:]):
    for i, block in enumerate(re.findall(r'^```flex\n(.*?)^```$', document.read_text(), re.DOTALL | re.MULTILINE)):
        path = folder / f'{document.stem}-{i}.flex'
        path.write_text(block)
        print(path.name)
