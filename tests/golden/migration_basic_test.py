#!/usr/bin/env python3
"""`sluice migrate` on a small archive writes what the peer wrote. # migration 10

Starts $SLUICE_BIN as wrappers start britney (an empty positional argument at the end) in a copy of
migration-basic/ and compares every output.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import compare  # noqa: E402

WRITTEN = ("HeidiResult", "HeidiResultDelta", "excuses.html", "excuses.yaml", "noninst", "output.txt")


def run(place):
    shutil.copytree(HERE / "migration-basic", place)
    (place / "output").mkdir()
    command = [os.environ["SLUICE_BIN"], "migrate", "-v", "-c", "britney.conf", ""]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=60)
    state = place / "data/testing/state/age-policy-dates"
    if state.exists():
        shutil.copy(state, place / "output")
    return done


def claims(place, done):
    """(claim, lines that speak against it)"""
    yield "exit code 0", [] if done.returncode == 0 else [f"{done.returncode}: {done.stdout}"]
    yield "nothing on stderr", done.stderr.splitlines()
    said = "Update Excuses generation completed" in done.stdout
    yield "stdout has the line that callers look for", [] if said else [done.stdout]
    words = [line for line in done.stdout.splitlines() if "Failure" in line or "FIXME" in line]
    yield "stdout has no word that callers take for trouble", words
    for name, lines in compare.differences(place / "expected", place / "output"):
        yield f"{name} is the peer's", lines
    for path in sorted((place / "ours").iterdir()):
        written = place / "output" / path.name
        text = compare.masked(written.read_text()) if written.exists() else ""
        lines = compare.diff(path.read_text().splitlines(True), text.splitlines(True))
        yield f"{path.name} is ours byte by byte", list(lines)
    extra = sorted({path.name for path in (place / "output").iterdir()} - set(WRITTEN))
    yield "no other file is written", [name for name in extra if name != "age-policy-dates"]
    old = place / "data/testing/Dates"
    yield "the old Dates file is gone", [str(old)] if old.exists() else []


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as directory:
        place = pathlib.Path(directory, "run")
        done = run(place)
        for claim, lines in claims(place, done):
            passed += not lines
            failed += bool(lines)
            if lines:
                print(f"failed: {claim}")
                for line in lines:
                    print(f"  {line.rstrip()}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
