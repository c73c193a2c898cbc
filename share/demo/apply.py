#!/usr/bin/python3
"""apply.py ARCHIVE ARCH HEIDI [DELTA]: makes testing what HeidiResult says, with the stanzas of both suites.

May be called again: the result is the same.
"""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import suites  # noqa: E402


def stanzas(path):
    found = {}
    for stanza in path.read_text().strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line and line[0] != " ")
        if fields:
            found[fields["Package"], fields["Version"]] = stanza
    return found


def replace(path, wanted, archive):
    known = {}
    for suite in ("unstable", "testing"):
        known.update(stanzas(archive / suite / path))
    text = "\n\n".join(known[key] for key in sorted(wanted) if key in known) + "\n\n"
    target = archive / "testing" / path
    if target.read_text() == text:
        return
    new = target.with_suffix(".new")
    new.write_text(text)
    os.replace(new, target)


def main():
    archive, arch, heidi = pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
    sources, binaries = set(), set()
    for line in heidi.read_text().splitlines():
        name, version, kind = line.split()[:3]
        (sources if kind == "source" else binaries).add((name, version))
    replace(f"Packages_{arch}", binaries, archive)
    replace("Sources", sources, archive)
    suites.publish(archive, "testing", arch)


main()
