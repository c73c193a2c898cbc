#!/usr/bin/env python3
"""Counts tests in ctest's JUnit files: `count-tests.py FILE...`; the last line is `N passed, N failed`.

A script that cannot run here (exit code 77) counts as nothing, and its reason is shown. A doctest program counts with its test cases, a script that ends in `N passed, N failed` with these,
anything else as one. A program that failed without a failed case (a crash, a sanitizer) counts as one.
"""

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


def is_skipped(case):
    skipped = case.find("skipped")
    return skipped is not None and "SKIP_RETURN_CODE" in skipped.get("message", "")


def main():
    total_passed = total_failed = 0
    for path in sys.argv[1:]:
        for case in xml.parse(path).getroot().iter("testcase"):
            if is_skipped(case):
                print(f"{case.get('name'):28} {(case.findtext('system-out') or 'skipped').strip().splitlines()[-1]}")
                continue
            passed, failed = count(case)
            print(f"{case.get('name'):28} {passed:5} passed {failed:4} failed")
            total_passed += passed
            total_failed += failed
    print(f"{total_passed} passed, {total_failed} failed")
    sys.exit(1 if total_failed else 0)


if __name__ == "__main__":
    main()
