#!/usr/bin/python3
"""The demonstration of ./run: packages with real tests, the real gate, queue, worker and autopkgtest."""
# covers: cli/cmd_serve.cc flow/gate_loop.cc

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SLUICE = os.environ["SLUICE_BIN"]
DEMO = pathlib.Path(os.environ["SLUICE_SOURCE"]) / "share/demo/demo.py"


def main():
    missing = [tool for tool in ("autopkgtest", "dpkg-source", "dpkg-scanpackages") if shutil.which(tool) is None]
    if missing or os.geteuid() != 0:
        print(f"skipped: needs root and {missing}")
        print("0 passed, 0 failed")
        return 0
    with tempfile.TemporaryDirectory() as root:
        done = subprocess.run([sys.executable, DEMO, SLUICE, f"{root}/demo"], capture_output=True, text=True, check=False)
        said = done.stdout
        claims = {
            "the right uploads have migrated": done.returncode == 0,
            "the good one moves": re.search(r"libgreet 1\.1-1 +yes", said),
            "what breaks another stays": re.search(r"libcount 2\.0-1 +no +the test of counter fails", said),
            "a flaky test does not hold": re.search(r"weather 1\.1-1 +yes .*flaky", said),
            "a broken testbed is held and never a failure": re.search(r"sickbed 1\.1-1 +no +no verdict", said)
            and "sickbed/1.1-1: FAIL" not in said,
        }
        failed = [text for text, holds in claims.items() if not holds]
        for text in failed:
            print(f"not so: {text}")
        if failed:
            print(said, done.stderr)
        print(f"{len(claims) - len(failed)} passed, {len(failed)} failed")
        return 1 if failed else 0


sys.exit(main())
