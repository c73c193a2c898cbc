#!/usr/bin/env python3
"""A pure room (src/rooms.txt) decides with values: no disk, no clock, no threads, no chance."""

import pathlib
import re

import lint

INCLUDES = re.compile(
    r'#\s*include\s*[<"]('
    r"fstream|iostream|thread|mutex|shared_mutex|condition_variable|future|filesystem|random"
    r'|unistd\.h|sys/[^">]*|store/[^">]*)[">]'
)
WORDS = re.compile(r"\b(now\s*\(|getenv\b|s?rand\s*\(|random_device\b)")


def check(root):
    messages = []
    for room, (kind, _) in lint.rooms(root).items():
        if kind != "pure":
            continue
        for path in lint.files(pathlib.Path(root, "src", room), ".h", ".cc"):
            code = lint.bare(lint.text(path), keep_includes=True)
            for number, line in enumerate(code.splitlines(), 1):
                found = INCLUDES.search(line) or WORDS.search(line)
                if found:
                    where = path.relative_to(root)
                    messages.append(f"{where}:{number}: pure room {room} uses {found.group(1)}")
    return messages


if __name__ == "__main__":
    lint.run(check)
