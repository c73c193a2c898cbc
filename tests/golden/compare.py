#!/usr/bin/env python3
"""Compares the outputs of a migration run with expected ones: compare.py EXPECTED_DIR ACTUAL_DIR.

Excuses are compared as loaded YAML and as HTML text, the rest byte by byte, all with timestamps
masked. The order of equal-ranked attempts is free (migration 7.5, 10): attempts of one run are
compared as a set of (item, outcome, details), counters of lists within `skipped:` lines are not, and
HeidiResultDelta is compared as a set of lines. Prints one line per difference and exits with 1.
"""

import collections
import difflib
import pathlib
import re
import sys

import yaml

STAMP = re.compile(r"\d{4}[.-]\d\d[.-]\d\d[ T]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?\+0000)?")
SKIPPED = re.compile(r"^(skipped: .*) \(\d+, \d+, \d+\)$")
ATTEMPT = re.compile(r"^(trying|accepted|skipped): ")
# Lines that go on about the attempt above them; everything else is text of the run itself.
DETAIL = re.compile(r"^(   (ori|pre|now): | {4}got: | {4}\* | {4}- | {4}got exception: )")


def masked(text):
    return STAMP.sub("<time>", text)


def unordered(words):
    return " ".join(sorted(words))


class Attempts:
    """The text of an update_output file with the attempts of each run taken out as a multiset."""

    def __init__(self, text):
        self.frame = []
        self.runs = [collections.Counter()]
        self.attempt = []
        for line in masked(text).splitlines():
            self.take(line)
        self.close()

    def close(self):
        if self.attempt:
            self.runs[-1]["\n".join(self.attempt)] += 1
        self.attempt = []

    def take(self, line):
        if line.startswith("trying: "):
            self.close()
        if self.attempt or ATTEMPT.match(line):
            if ATTEMPT.match(line) or DETAIL.match(line):
                found = SKIPPED.match(line)
                self.attempt.append(found.group(1) if found else line)
                return
            if line.startswith("   added new cruft items to list: "):
                head, items = line.split(": ", 1)
                self.attempt.append(head + ": " + unordered(items.split()))
                return
            # What is accepted so far depends on the order; the last such line counts as text.
            if line.startswith(("   all: ", "  most: ")):
                return
        self.close()
        if line.startswith(" finish: ["):
            line = " finish: [" + ",".join(sorted(line[len(" finish: [") : -1].split(","))) + "]"
        if line.startswith("recur: ["):
            self.runs.append(collections.Counter())
        self.frame.append(line)


def compare_output(expected, actual):
    wanted, found = Attempts(expected), Attempts(actual)
    yield from diff(wanted.frame, found.frame)
    for number, (want, have) in enumerate(zip(wanted.runs, found.runs)):
        for attempt in want - have:
            yield f"run {number}: missing attempt {attempt!r}"
        for attempt in have - want:
            yield f"run {number}: unexpected attempt {attempt!r}"


def diff(expected, actual):
    for line in difflib.unified_diff(expected, actual, "expected", "actual", lineterm="", n=1):
        yield line


def compare_text(expected, actual):
    yield from diff(masked(expected).splitlines(True), masked(actual).splitlines(True))


def compare_delta(expected, actual):
    if actual.splitlines()[:1] != expected.splitlines()[:1]:
        yield "the first line differs"
    yield from diff(sorted(expected.splitlines()), sorted(actual.splitlines()))


def flat(value, path=""):
    """One `path = value` line per leaf, so that a difference names its place."""
    if isinstance(value, dict) and value:
        for key in sorted(value):
            yield from flat(value[key], f"{path}/{key}")
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            name = item.get("item-name", number) if isinstance(item, dict) else number
            yield from flat(item, f"{path}/{name}")
    else:
        yield f"{path} = {value!r}"


def compare_yaml(expected, actual):
    wanted, found = yaml.safe_load(expected), yaml.safe_load(actual)
    if type(wanted.pop("generated-date")) is not type(found.pop("generated-date", None)):
        yield "generated-date is no timestamp"
    order = [excuse["item-name"] for excuse in wanted["sources"]]
    if [excuse["item-name"] for excuse in found["sources"]] != order:
        yield "the excuses stand in another order"
    yield from diff(list(flat(wanted)), list(flat(found)))


COMPARERS = {
    "excuses.yaml": compare_yaml,
    "output.txt": compare_output,
    "HeidiResultDelta": compare_delta,
}


def differences(expected, actual):
    """[(file name, [line, ...])] for the files of the directory `expected`."""
    result = []
    for path in sorted(pathlib.Path(expected).iterdir()):
        other = pathlib.Path(actual, path.name)
        if not other.exists():
            result.append((path.name, ["no such file"]))
            continue
        comparer = COMPARERS.get(path.name, compare_text)
        lines = list(comparer(path.read_text("utf-8"), other.read_text("utf-8")))
        result.append((path.name, lines))
    return result


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    failed = 0
    for name, lines in differences(sys.argv[1], sys.argv[2]):
        failed += bool(lines)
        for line in lines:
            print(f"{name}: {line}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
