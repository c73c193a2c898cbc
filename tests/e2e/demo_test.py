#!/usr/bin/python3
"""The demonstration of ./run on this machine itself: packages with real tests, the real gate, queue, worker and
autopkgtest. demo_schroot_test.py is the same in sessions of schroot.
"""
# covers: cli/cmd_serve.cc flow/gate_loop.cc

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SLUICE = os.environ["SLUICE_BIN"]
SOURCE = pathlib.Path(os.environ["SLUICE_SOURCE"])
DEMO = SOURCE / "share/demo/demo.py"
TESTBED = SOURCE / "build/testbed"  # kept, and used by ./run and the other tests


def show(backend):
    """Exit code for a run of the demonstration with this backend."""
    missing = [tool for tool in ("autopkgtest", "dpkg-source", "dpkg-scanpackages") if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        print(f"skipped: needs root and {missing}")
        return 77
    with tempfile.TemporaryDirectory(prefix="sluice-demo-") as root:
        done = subprocess.run([sys.executable, DEMO, "--backend", backend, "--testbed", TESTBED, SLUICE, f"{root}/demo"],
                              capture_output=True, text=True, check=False)
    said = done.stdout
    if refused := re.search(r"^no schroot: .*", done.stderr, re.M):
        print(f"skipped: {refused.group(0)}")
        return 77
    claims = {
        "the right uploads have migrated": done.returncode == 0,
        "the good one moves": re.search(r"libgreet 1\.1-1 +yes", said),
        "what breaks another stays": re.search(r"libcount 2\.0-1 +no +the test of counter fails", said),
        "a flaky test does not hold": re.search(r"weather 1\.1-1 +yes .*flaky", said),
        "a broken testbed is held and never a failure": re.search(r"sickbed 1\.1-1 +no +no verdict", said)
        and "sickbed/1.1-1: FAIL" not in said,
        f"tests ran on {backend}": ("tests run in schroot" in said) == (backend == "schroot"),
    }
    failed = [text for text, holds in claims.items() if not holds]
    for text in failed:
        print(f"not so: {text}")
    if failed:
        print(said, done.stderr)
    print(f"{len(claims) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(show("null"))
