#!/usr/bin/env python3
"""Files have at most 500 lines, functions 60; a waiver excuses a function up to 100 lines.

With --report prints the figures: files, lines, largest file, share of long functions.
"""

import ast
import pathlib
import re
import sys

import lint

FILE_MAX = 500
FUNCTION_MAX = 60
FUNCTION_HARD_MAX = 100
FOLDERS = ("src", "tests", "tools", "bench")


def is_function(head):
    """Does the text before a `{` announce a function, seen from namespace or class scope?"""
    if "(" not in head:
        return False
    outside = head
    while re.search(r"\([^()]*\)", outside):
        outside = re.sub(r"\([^()]*\)", " ", outside)
    if re.search(r"\b(namespace|extern)\b", outside):
        return False
    return "=" not in outside.replace("operator==", "").replace("operator=", "") or "[" in outside


def cpp_functions(code):
    """(name, first line, lines of the body with its braces) of every function, lambdas included in theirs.

    Braces are matched on the bare text; clang-format keeps them where this expects them.
    """
    code = re.sub(r"^\s*#.*$", "", lint.bare(code), flags=re.M)
    found, open_at, head = [], None, 0
    containers, depth = 0, 0
    for match in re.finditer(r"[{};]", code):
        mark, at = match.group(0), match.start()
        if mark == "{":
            if open_at is None:
                announced = code[head:at]
                if is_function(announced):
                    name = re.search(r"([~\w:]+)\s*\(", announced)
                    open_at = (name.group(1) if name else "lambda", at, depth)
                else:
                    containers += 1
            depth += 1
        elif mark == "}":
            depth -= 1
            if open_at and depth == open_at[2]:
                first = code.count("\n", 0, open_at[1]) + 1
                last = code.count("\n", 0, at) + 1
                found.append((open_at[0], first, last - first + 1))
                open_at = None
        if open_at is None:
            head = match.end()
    return found


def python_functions(code):
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node.lineno, node.end_lineno - node.lineno + 1


def functions(path):
    code = lint.text(path)
    return list(python_functions(code)) if path.suffix == ".py" else cpp_functions(code)


def sources(root):
    for folder in FOLDERS:
        yield from lint.files(pathlib.Path(root, folder), ".h", ".cc", ".py", ".sh")


def check(root):
    waivers = lint.Waivers(root, "sizes")
    messages = []
    for path in sources(root):
        where = path.relative_to(root)
        lines = len(lint.text(path).splitlines())
        if lines > FILE_MAX and not waivers.grants(str(where)):
            messages.append(f"{where}: {lines} lines, at most {FILE_MAX}")
        if path.suffix == ".sh":
            continue
        for name, line, length in functions(path):
            if length > FUNCTION_HARD_MAX:
                messages.append(f"{where}:{line}: {name} has {length} lines: cut it, no waiver helps")
            elif length > FUNCTION_MAX and not waivers.grants(f"{where}:{name}"):
                messages.append(f"{where}:{line}: {name} has {length} lines, at most {FUNCTION_MAX}")
    return messages + waivers.complaints()


def report(root):
    paths = [p for p in lint.files(pathlib.Path(root, "src"), ".h", ".cc")]
    lengths = {p: len(lint.text(p).splitlines()) for p in paths}
    bodies = [f[2] for p in paths for f in functions(p)]
    largest = max(paths, key=lengths.get)
    long = sum(1 for b in bodies if b > FUNCTION_MAX)
    print(f"files     {len(paths)}, {sum(lengths.values())} lines in src/")
    print(f"largest   {largest.relative_to(root)}, {lengths[largest]} lines")
    print(f"functions {len(bodies)}, {long} longer than {FUNCTION_MAX} lines")
    for room in lint.rooms(root):
        mine = [p for p in paths if p.parent.name == room]
        print(f"{room:10} {len(mine):4} files {sum(lengths[p] for p in mine):6} lines")


if __name__ == "__main__":
    if "--report" in sys.argv:
        report(pathlib.Path(__file__).resolve().parents[2])
    else:
        lint.run(check)
