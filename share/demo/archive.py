"""Builds the demonstration's packages and writes the indexes of its two suites."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import suites

MAINTAINER = "Sluice demonstration <demo@sluice.example>"
DATE = "Thu, 01 Jan 2026 00:00:00 +0000"


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


class Archive:
    """`root`/pool has the packages; testing/ and unstable/ have Sources and Packages_ARCH, dists/ what apt reads.

    `prologue` begins each test; `depends` is what the tests depend on.
    """

    def __init__(self, root, arch, prologue="", depends=""):
        self.root, self.arch = pathlib.Path(root), arch
        self.prologue, self.depends = prologue, depends
        self.suites = {"testing": {}, "unstable": {}}

    def source_directory(self, package):
        return self.root / "source" / f"{package.name}-{package.version}"

    def build(self, package):
        """A source package (dpkg-source) and its binary (dpkg-deb)."""
        source = self.source_directory(package)
        debian = source / "debian"
        write(debian / "control", f"Source: {package.name}\nSection: misc\nPriority: optional\n"
              f"Maintainer: {MAINTAINER}\nStandards-Version: 4.6.2\n\nPackage: {package.name}\n"
              "Architecture: all\nDescription: part of a demonstration\n made on the spot\n")
        write(debian / "changelog", f"{package.name} ({package.version}) unstable; urgency=medium\n\n"
              f"  * Made for the demonstration.\n\n -- {MAINTAINER}  {DATE}\n")
        write(debian / "source/format", "1.0\n")
        control = ""
        for name, (restrictions, script) in package.tests.items():
            control += f"Tests: {name}\nDepends: {self.depends}\n"
            control += f"Restrictions: {restrictions}\n" if restrictions else ""
            control += "\n"
            write(debian / "tests" / name, "#!/bin/sh\n" + self.prologue + script, 0o755)
        write(debian / "tests/control", control)
        pool = self.root / "pool"
        pool.mkdir(parents=True, exist_ok=True)
        run(["dpkg-source", "-b", str(source.resolve())], pool)
        self.build_binary(package, pool)

    def build_binary(self, package, pool):
        with tempfile.TemporaryDirectory() as directory:
            tree = pathlib.Path(directory) / "tree"
            for path, text in package.files.items():
                write(tree / path, text, 0o755 if path.startswith("usr/bin/") else 0o644)
            depends = f"Depends: {package.depends}\n" if package.depends else ""
            write(tree / "DEBIAN/control", f"Package: {package.name}\nVersion: {package.version}\n"
                  f"Architecture: all\nMaintainer: {MAINTAINER}\nSection: misc\nPriority: optional\n"
                  f"{depends}Description: part of a demonstration\n made on the spot\n")
            tree.chmod(0o755)
            run(["dpkg-deb", "--root-owner-group", "-b", str(tree),
                 f"{package.name}_{package.version}_all.deb"], pool)

    def put(self, suite, package):
        self.suites[suite][package.name] = package.version

    def publish(self, suite):
        """Sources and Packages of what the suite has now; each replaced at once."""
        chosen = self.suites[suite]
        pick(self.root, "dpkg-scansources", "Package", chosen, self.root / suite / "Sources")
        pick(self.root, "dpkg-scanpackages", "Package", chosen, self.root / suite / f"Packages_{self.arch}")
        suites.publish(self.root, suite, self.arch)


def run(command, directory):
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def pick(root, scanner, key, chosen, path):
    """The stanzas of the pool that the suite has."""
    options = ["--multiversion"] if scanner == "dpkg-scanpackages" else []
    text = run([scanner, *options, "pool"], root)
    kept = []
    for stanza in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line and line[0] != " ")
        if chosen.get(fields.get(key)) == fields.get("Version"):
            kept.append(stanza)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text("\n\n".join(kept) + "\n\n")
    os.replace(new, path)


def remove(root):
    shutil.rmtree(root, ignore_errors=True)
