#!/usr/bin/env python3
"""Includes follow the arrows of src/rooms.txt, and outside libraries stay where src/libraries.txt says."""

import pathlib
import re

import lint

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.M)
STANDARD = re.compile(r"[a-z_0-9]+")  # <vector>, <cstdint>: no dot, no slash
# Headers of libc and the kernel: the machine, hence only sys/.
POSIX = re.compile(r"(sys|linux|netinet|arpa|net)/.*|[a-z_0-9]+\.h")


def libraries(root):
    """[(prefix, rooms or {"*"}, allowed in headers)]"""
    rows = []
    for line in lint.text(pathlib.Path(root, "src/libraries.txt")).splitlines():
        words = line.split()
        if words and not line.startswith("#"):
            rows.append((words[0], set(words[1].split(",")), words[2] == "yes"))
    return rows


def cycle(table):
    """A room that can reach itself, or None."""
    for start in table:
        seen, todo = set(), [start]
        while todo:
            for need in table.get(todo.pop(), ("", set()))[1]:
                if need == start:
                    return start
                if need not in seen:
                    seen.add(need)
                    todo.append(need)
    return None


def quoted(room, name, table):
    target = name.split("/")[0]
    if "/" not in name or target not in table:
        return f'"{name}" is not room/file.h'
    if target != room and target not in table[room][1]:
        return f"{room} may not include {target} (src/rooms.txt)"
    return None


def angled(room, name, path, allowed):
    if STANDARD.fullmatch(name):
        return None
    for prefix, who, in_headers in allowed:
        if name.startswith(prefix):
            if "*" not in who and room not in who:
                return f"<{name}> belongs to {', '.join(sorted(who))} (src/libraries.txt)"
            if path.suffix == ".h" and not in_headers:
                return f"<{name}> does not go into a header (src/libraries.txt)"
            return None
    if POSIX.fullmatch(name):
        return None if room == "sys" else f"<{name}>: headers of the machine only in sys/"
    return f"<{name}> is of no library in src/libraries.txt"


def check(root):
    table = lint.rooms(root)
    allowed = libraries(root)
    messages = []
    for room, (_, needs) in table.items():
        messages += [f"src/rooms.txt: {room} names unknown room {n}" for n in needs - set(table)]
    if cycle(table):
        messages.append(f"src/rooms.txt: arrows form a cycle through {cycle(table)}")
    for path in lint.files(pathlib.Path(root, "src"), ".h", ".cc"):
        where = path.relative_to(root)
        room = where.parts[1]
        if room not in table:
            messages.append(f"{where}: no room {room} in src/rooms.txt")
            continue
        code = lint.bare(lint.text(path), keep_includes=True)
        for match in INCLUDE.finditer(code):
            name = match.group(2)
            wrong = (
                quoted(room, name, table)
                if match.group(1) == '"'
                else angled(room, name, path, allowed)
            )
            if wrong:
                line = code.count("\n", 0, match.start(1)) + 1
                messages.append(f"{where}:{line}: {wrong}")
    return messages


if __name__ == "__main__":
    lint.run(check)
