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
