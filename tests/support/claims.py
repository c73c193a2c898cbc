"""What an end-to-end test claims, counted as ./check reads it."""

passed = failed = 0


def claim(text, holds, shown=""):
    """Counts a claim; one that does not hold is printed with what was SHOWN instead."""
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print(f"not so: {text}: {shown!r}")


def end():
    """Prints the counts. The exit code of the test."""
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
