"""The demonstration's suites as apt reads them: ARCHIVE/dists, made from the indexes that the gate reads.

`unstable` is what waits for `testing`, so for apt it is the pocket `testing-proposed`. Indexes are named by
their hash and stay, and Release is replaced at once: a testbed that reads while a suite changes sees it as it
was or as it is.
"""

import email.utils
import gzip
import hashlib
import os
import pathlib

POCKETS = {"testing": "testing", "unstable": "testing-proposed"}


def replace(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_bytes(content)
    os.replace(new, path)


def index_files(text, name):
    """The index as it is and compressed: apt by default wants the latter."""
    return {name: text, name + ".gz": gzip.compress(text, mtime=0)}


def publish(archive, suite, arch, release=None):
    """ARCHIVE/SUITE/{Sources,Packages_ARCH} as dists/RELEASE; one component, main, without a signature."""
    archive = pathlib.Path(archive)
    release = release or POCKETS[suite]
    place = archive / "dists" / release
    sums = []
    for name, path in ((f"main/binary-{arch}/Packages", f"Packages_{arch}"), ("main/source/Sources", "Sources")):
        text = (archive / suite / path).read_bytes().strip(b"\n")
        for file, content in index_files(text + b"\n\n" if text else b"", name).items():
            digest = hashlib.sha256(content).hexdigest()
            replace(place / os.path.dirname(file) / "by-hash/SHA256" / digest, content)
            sums.append(f" {digest} {len(content)} {file}\n")
    replace(place / "Release", (f"Origin: Sluice demonstration\nSuite: {release}\nCodename: {release}\n"
                                f"Date: {email.utils.formatdate(usegmt=True)}\nArchitectures: {arch} all\nComponents: main\n"
                                f"Acquire-By-Hash: yes\nSHA256:\n{''.join(sums)}").encode())
