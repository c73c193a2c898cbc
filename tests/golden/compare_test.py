#!/usr/bin/env python3
"""The comparer sees differences and allows only what it should. # migration 10"""

import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import compare  # noqa: E402

EXPECTED = HERE / "migration-basic" / "expected"


def lines(comparer, expected, actual):
    return list(comparer(expected, actual))


class Compare(unittest.TestCase):
    def test_files_are_equal_to_themselves(self):
        for name, found in compare.differences(EXPECTED, EXPECTED):
            self.assertEqual(found, [], name)

    def test_other_times_are_allowed(self):
        for name in ("noninst", "excuses.html", "output.txt"):
            text = (EXPECTED / name).read_text()
            self.assertIn("2026.11.20 20:15:06", text)
            other = text.replace("2026.11.20 20:15:06", "2027.01.02 03:04:05")
            comparer = compare.COMPARERS.get(name, compare.compare_text)
            self.assertEqual(lines(comparer, text, other), [], name)

    def test_attempts_may_stand_in_another_order(self):
        text = (EXPECTED / "output.txt").read_text()
        mirror = text.replace("arm64", "x").replace("amd64", "arm64").replace("x", "amd64")
        self.assertNotEqual(text, mirror)
        head = "trying: a\nskipped: a (0, 0, 1)\n    got: 1\ntrying: b\naccepted: b\n   all: b\n"
        tail = "trying: b\naccepted: b\n   all: b\ntrying: a\nskipped: a (1, 0, 0)\n    got: 1\n"
        self.assertEqual(lines(compare.compare_output, head, tail), [])

    def test_another_outcome_is_seen(self):
        text = (EXPECTED / "output.txt").read_text()
        other = text.replace("accepted: shade", "skipped: shade (0, 0, 0)", 1)
        self.assertTrue(lines(compare.compare_output, text, other))

    def test_a_missing_attempt_and_a_missing_line_are_seen(self):
        text = (EXPECTED / "output.txt").read_text()
        cut = text.replace("trying: colour/amd64\naccepted: colour/amd64\n", "", 1)
        self.assertTrue(lines(compare.compare_output, text, cut))
        self.assertTrue(lines(compare.compare_output, text, text.replace("info: main run\n", "")))

    def test_excuses_differ_by_value_not_by_style(self):
        text = (EXPECTED / "excuses.yaml").read_text()
        self.assertEqual(lines(compare.compare_yaml, text, text.replace("reason: []", "reason: [ ]")), [])
        other = text.replace("current-age: 10.0", "current-age: 11.0", 1)
        found = lines(compare.compare_yaml, text, other)
        self.assertTrue(any("current-age" in line for line in found))

    def test_the_delta_is_a_set(self):
        text = "#HeidiDelta\na 1\nb 2\n"
        self.assertEqual(lines(compare.compare_delta, text, "#HeidiDelta\nb 2\na 1\n"), [])
        self.assertTrue(lines(compare.compare_delta, text, "#HeidiDelta\nb 2\n"))


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=0).result
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
