"""Source packages made on the spot, for runs of the real autopkgtest."""

import pathlib

CONTROL = """Source: {name}
Section: misc
Priority: optional
Maintainer: Nobody <nobody@test.example>
Standards-Version: 4.6.2

Package: {name}
Architecture: all
Description: package of a test
 Nothing is in it.
"""
CHANGELOG = """{name} (1.0) unstable; urgency=low

  * Made by a test.

 -- Nobody <nobody@test.example>  Fri, 20 Nov 2026 12:00:00 +0000
"""


def make(root, name, tests):
    """The unpacked native package root/name with `tests` as its debian/tests/control."""
    tree = pathlib.Path(root, name)
    (tree / "debian/tests").mkdir(parents=True)
    (tree / "debian/source").mkdir()
    (tree / "debian/control").write_text(CONTROL.format(name=name))
    (tree / "debian/changelog").write_text(CHANGELOG.format(name=name))
    (tree / "debian/source/format").write_text("3.0 (native)\n")
    (tree / "debian/rules").write_text("#!/bin/sh\nexit 0\n")
    (tree / "debian/rules").chmod(0o755)
    (tree / "debian/tests/control").write_text(tests)


def test(command, restrictions="", name="smoke"):
    """A paragraph of debian/tests/control."""
    text = f"Test-Command: {command}\nDepends:\nFeatures: test-name={name}\n"
    return text + (f"Restrictions: {restrictions}\n" if restrictions else "") + "\n"


# The installed tool, but the name of a package made here stands for its directory: that needs neither
# an archive nor the lock of dpkg.
RUNNER = """#!/usr/bin/python3
import os, sys
here = {packages!r}
words = [os.path.join(here, w) if w in os.listdir(here) else w for w in sys.argv[1:]]
os.execvp("autopkgtest", ["autopkgtest", "--no-built-binaries", *words])
"""


def write_runner(checkout, packages):
    """A checkout_dir whose autopkgtest knows the packages below `packages`."""
    runner = pathlib.Path(checkout, "runner/autopkgtest")
    runner.parent.mkdir(parents=True)
    runner.write_text(RUNNER.format(packages=str(packages)))
    runner.chmod(0o755)
