#!/usr/bin/env python3
"""Every source file has a test that names it.

src/ROOM/STEM.cc is named by tests/unit/ROOM/STEM_test.cc, by a line `// covers: STEM.cc OTHER.cc`
in another test of the room, or by `// covers: ROOM/STEM.cc` anywhere below tests/.
"""

import pathlib
import re

import lint

COVERS = re.compile(r"^(?://|#)\s*covers:\s*(.+)$", re.M)


def named(root):
    names = set()
    tests = pathlib.Path(root, "tests")
    for path in lint.files(tests, ".cc", ".sh", ".py", ".case"):
        where = path.relative_to(tests)
        unit = where.parts[0] == "unit" and len(where.parts) == 3
        if unit and path.name.endswith("_test.cc"):
            names.add(f"{where.parts[1]}/{path.name[: -len('_test.cc')]}.cc")
        for line in COVERS.findall(lint.text(path)):
            for word in line.split():
                names.add(word if "/" in word or not unit else f"{where.parts[1]}/{word}")
    return names


def check(root):
    waivers = lint.Waivers(root, "tested")
    names = named(root)
    messages = []
    for path in lint.files(pathlib.Path(root, "src"), ".cc"):
        where = path.relative_to(pathlib.Path(root, "src"))
        if str(where) not in names and not waivers.grants(f"src/{where}"):
            messages.append(f"src/{where}: no tests/unit/{where.with_suffix('')}_test.cc names it")
    return messages + waivers.complaints()


if __name__ == "__main__":
    lint.run(check)
