"""What the lints share: walking the tree, reading C++ without comments, waivers, and the verdict.

A lint is a module with check(root) -> list of messages; `run` prints them and sets the exit code.
"""

import os
import pathlib
import re
import sys

SKIPPED = {"build", ".git", ".cache", "__pycache__", ".debhelper"}


def is_ours(folder, name):
    """Not what git, a build or dpkg-buildpackage (debian/sluice) leaves behind."""
    return name not in SKIPPED and not (name == "sluice" and folder.endswith("/debian"))


def files(root, *suffixes):
    """Every file below root with one of the suffixes (all files without one), sorted, as Path."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if is_ours(folder, f))
        for name in names:
            if not suffixes or name.endswith(suffixes):
                found.append(pathlib.Path(folder, name))
    return sorted(found)


def text(path):
    return pathlib.Path(path).read_text(encoding="utf-8", errors="replace")


TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<raw>[^(\s]*)\(.*?\)(?P=raw)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.S,
)


def bare(code, keep_includes=False):
    """C++ without comments and literals; line breaks stay, so line numbers do too."""

    def blank(match):
        piece = match.group(0)
        start = code.rfind("\n", 0, match.start()) + 1
        if keep_includes and code[start : match.start()].lstrip().startswith("#include"):
            return piece
        return re.sub(r"[^\n]", " ", piece)

    return TOKEN.sub(blank, code)


class Waivers:
    """tests/lint/waivers.txt: lines `<lint> <path>[:<function>] <date> <reason>`."""

    LINE = re.compile(r"(\w+)\s+(\S+)\s+(\d{4}-\d\d-\d\d)\s+(\S+\s+\S+.*)")

    def __init__(self, root, lint):
        self.left = {}
        self.broken = []
        path = pathlib.Path(root, "tests/lint/waivers.txt")
        for number, line in enumerate(text(path).splitlines() if path.exists() else [], 1):
            if not line.strip() or line.startswith("#"):
                continue
            match = self.LINE.fullmatch(line.strip())
            if not match:
                self.broken.append(f"waivers.txt:{number}: not `lint path[:function] date reason`")
            elif match.group(1) == lint:
                self.left[match.group(2)] = number
        self.known = set(self.left)

    def grants(self, what):
        self.left.pop(what, None)
        return what in self.known

    def complaints(self):
        """Broken lines, and waivers that excuse nothing any more."""
        unused = [f"waivers.txt:{n}: nothing to excuse at {w}" for w, n in self.left.items()]
        return self.broken + unused


def rooms(root):
    """{room: (kind, set of rooms it may include)} from src/rooms.txt, in file order."""
    table = {}
    for line in text(pathlib.Path(root, "src/rooms.txt")).splitlines():
        words = line.split()
        if words and not line.startswith("#"):
            table[words[0]] = (words[1], {w for w in words[2:] if w != "-"})
    return table


def run(check, *arguments):
    root = pathlib.Path(__file__).resolve().parents[2]
    messages = check(root, *arguments)
    for message in messages:
        print(message)
    sys.exit(1 if messages else 0)
