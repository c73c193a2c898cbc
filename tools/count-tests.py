#!/usr/bin/env python3
"""Counts tests in ctest's JUnit files: `count-tests.py FILE [AGAIN]`; the last line is `N passed, N failed`.

AGAIN, if it exists, has what failed in FILE and was run once more: its results count, and that there was a
second try is told. What failed stands just before that line, with what it said, as the end of a log is what people are shown.
A script that cannot run here (exit code 77) counts as nothing, and its reason is shown. A doctest program
counts with its test cases, a script that ends in `N passed, N failed` with these, anything else as one. A program that failed without a failed case (a crash, a sanitizer) counts as one.
"""

import os
import re
import sys
import xml.etree.ElementTree as xml

DOCTEST = re.compile(r"\[doctest\] test cases:\s*\d+ \|\s*(\d+) passed \|\s*(\d+) failed")
SCRIPT = re.compile(r"(?:^|\n)(\d+) passed, (\d+) failed\s*\Z")


def count(case):
    """(passed, failed) of one ctest test."""
    output = re.sub(r"\x1b\[[0-9;]*m", "", case.findtext("system-out") or "")
    found = DOCTEST.search(output) or SCRIPT.search(output)
    ran = case.get("status") == "run"
    passed, failed = (int(found.group(1)), int(found.group(2))) if found else (int(ran), 0)
    return (passed, failed) if ran or failed else (passed, 1)


# Where a failure begins in the output of doctest, a sanitizer, Python's unittest or an uncaught exception.
COMPLAINT = re.compile(r"ERROR|FATAL|^FAIL|runtime error|Traceback|terminate called|^not ok", re.IGNORECASE)


def complaint(case, most=14):
    """What a failed test said: from its first complaint, `most` lines at most; else its last lines."""
    output = re.sub(r"\x1b\[[0-9;]*m", "", case.findtext("system-out") or "").splitlines()
    first = next((number for number, line in enumerate(output) if COMPLAINT.search(line)), None)
    return output[-most:] if first is None else output[max(0, first - 1) : first - 1 + most]


def is_skipped(case):
    skipped = case.find("skipped")
    return skipped is not None and "SKIP_RETURN_CODE" in skipped.get("message", "")


def cases_of(path):
    """{name: case} of a JUnit file; empty without one."""
    if not os.path.exists(path):
        return {}
    return {case.get("name"): case for case in xml.parse(path).getroot().iter("testcase")}


def tell(word, case):
    print(f"{word} {case.get('name')}", *complaint(case), sep="\n    ")


def main():
    first = cases_of(sys.argv[1])
    again = cases_of(sys.argv[2]) if len(sys.argv) > 2 else {}
    total_passed = total_failed = 0
    failures = []
    for name, case in {**first, **again}.items():
        if is_skipped(case):
            print(f"{name:28} {(case.findtext('system-out') or 'skipped').strip().splitlines()[-1]}")
            continue
        passed, failed = count(case)
        print(f"{name:28} {passed:5} passed {failed:4} failed")
        total_passed += passed
        total_failed += failed
        if failed:
            failures.append(case)
    for name in again:
        tell("SECOND TRY", first[name])
    for case in failures:
        tell("FAILED", case)
    print(f"{total_passed} passed, {total_failed} failed")
    # No result at all is no success.
    sys.exit(1 if total_failed or not first else 0)


if __name__ == "__main__":
    main()
