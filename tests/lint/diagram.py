#!/usr/bin/env python3
"""The diagram of the rooms in ARCHITECTURE.md is the one that src/rooms.txt makes.

With --write puts it there.
"""

import pathlib
import sys

import lint

BEGIN = "<!-- rooms: made by tests/lint/diagram.py --write -->"
END = "<!-- /rooms -->"
TIERS = ("face", "journey", "memory", "door", "pure")


def height(room, table):
    """0 for a room that includes nothing, else one above the highest that it includes."""
    return max((height(n, table) + 1 for n in table[room][1]), default=0)


def diagram(root):
    table = lint.rooms(root)
    width = max(len(r) for r in table)
    lines = [BEGIN, "", "```"]
    for tier in TIERS:
        mine = [r for r in table if table[r][0] == tier]
        for room in sorted(mine, key=lambda r: (-height(r, table), r)):
            needs = [n for n in table if n in table[room][1]]
            arrow = " ──▶ " + " ".join(needs) if needs else ""
            lines.append(f"{tier:8} {room:{width}}{arrow}".rstrip())
    return "\n".join([*lines, "```", "", END])


def parts(root):
    """The document before, at and after the diagram."""
    document = lint.text(pathlib.Path(root, "ARCHITECTURE.md"))
    before, _, rest = document.partition(BEGIN)
    found, _, after = rest.partition(END)
    return before, BEGIN + found + END, after


def check(root):
    if parts(root)[1] == diagram(root):
        return []
    return ["ARCHITECTURE.md: the rooms changed: run tests/lint/diagram.py --write"]


def write(root):
    before, _, after = parts(root)
    pathlib.Path(root, "ARCHITECTURE.md").write_text(before + diagram(root) + after, encoding="utf-8")


if __name__ == "__main__":
    if "--write" in sys.argv:
        write(pathlib.Path(__file__).resolve().parents[2])
    else:
        lint.run(check)
