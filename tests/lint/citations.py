#!/usr/bin/env python3
"""Which test files cite which section of a specification.

A test says in a comment whose rule it checks: `// migration 4.5.2`, `// migration 6.2, 6.3`.
Prints a table: section, number of test cases below such a citation, files. As a lint (--check) it
wants every citation to name a specification we know, and its section to be in docs/specification.md.
"""

import collections
import pathlib
import re
import sys

import lint

SPECS = ("migration", "performance", "autopkgtest", "buildfarm", "testgrid", "architecture")
NUMBER = r"\d+(?:\.\d+)*"
CITATION = re.compile(rf"(?://|#).*?\b({'|'.join(SPECS)})\s+({NUMBER}(?:(?:,| and)\s*{NUMBER})*)")
ALMOST = re.compile(rf"^\s*//\s*(\w+)\s+({NUMBER}\.{NUMBER})\s*$")
CASE = re.compile(r"^\s*(TEST_CASE|SUBCASE|def test_|\[case)")


def cited(path):
    """[(spec, section)] per test case: a citation counts for the next case, or for the case around it."""
    cases, waiting = [], []
    for line in lint.text(path).splitlines():
        found = CITATION.search(line)
        pairs = [(found.group(1), n) for n in re.findall(NUMBER, found.group(2))] if found else []
        if CASE.match(line):
            cases.append(set(waiting + pairs))
            waiting = []
        elif pairs:
            waiting += pairs
    if waiting:
        cases.append(set(waiting))
    return cases


def table(root):
    rows = collections.defaultdict(lambda: [0, set()])
    for path in lint.files(pathlib.Path(root, "tests"), ".cc", ".sh", ".py", ".case"):
        where = path.relative_to(root)
        if where.parts[1] == "lint":
            continue
        for case in cited(path):
            for key in case:
                rows[key][0] += 1
                rows[key][1].add(str(where.relative_to("tests")))
    return rows


def order(key):
    return key[0], [int(n) for n in key[1].split(".")]


def chapters(root):
    """The chapters of the specification of the migration, as strings: {"0", "1", …}."""
    listed = lint.text(pathlib.Path(root, "docs/specification.md"))
    return set(re.findall(r"^\| migration (\d+)", listed, re.M))


def check(root):
    known = chapters(root)
    messages = [
        f"{sorted(files)[0]}: migration {section} is not in docs/specification.md"
        for (spec, section), (_, files) in sorted(table(root).items())
        if spec == "migration" and section.split(".")[0] not in known
    ]
    for path in lint.files(pathlib.Path(root, "tests"), ".cc"):
        for number, line in enumerate(lint.text(path).splitlines(), 1):
            found = ALMOST.match(line)
            if found and found.group(1) not in SPECS:
                where = f"{path.relative_to(root)}:{number}"
                messages.append(f"{where}: cites {found.group(1)}, which is none of {', '.join(SPECS)}")
    return messages


def main():
    if "--check" in sys.argv:
        lint.run(check)
    rows = table(pathlib.Path(__file__).resolve().parents[2])
    print("| section | test cases | files |\n|---|---|---|")
    for key in sorted(rows, key=order):
        count, names = rows[key]
        print(f"| {key[0]} {key[1]} | {count} | {', '.join(sorted(names))} |")


if __name__ == "__main__":
    main()
