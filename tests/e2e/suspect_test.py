#!/usr/bin/python3
"""Failures in whose output infrastructure shows, with the real server, three workers on "hosts" of their own and
autopkgtest on the virtualisation server `null`: they run again elsewhere, and nobody sees them before they stand.

testgrid 1.1, 1.3
"""
# covers: cli/cmd_worker.cc

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import claims, real_grid, testbed_packages  # noqa: E402
from support.claims import claim  # noqa: E402

HOSTS = ["alpha", "beta", "gamma"]
CLOUD = "echo \"E: Temporary failure resolving 'deb.example.net'\"; exit 1"


def make_packages(root):
    cloudy_once = f"test -e {root}/rained && exit 0; touch {root}/rained; {CLOUD}"
    for name, command in (("cloudy", CLOUD), ("shower", cloudy_once)):
        testbed_packages.make(f"{root}/packages", name, testbed_packages.test(command))
    testbed_packages.write_runner(f"{root}/checkout", f"{root}/packages")


def stored(grid, package, kind=""):
    """The results of a package as a reader of the store finds them, who asks nobody."""
    container = grid.root / f"state/results/autopkgtest-testing{kind}"
    return list(container.glob(f"testing/*/*/{package}/*/result.tar"))


def runs(grid, package):
    return json.loads(grid.page(f"/api/v1/runs?package={package}"))["runs"]


def run_to_the_end(grid, package):
    """The job at its end; what could be seen of it before goes into the claims."""
    job = grid.request(package)[package]
    early = []

    def has_ended():
        # Seen before the state is asked for: what is there once the job has ended does not count.
        seen = [str(path) for path in stored(grid, package)] + runs(grid, package)
        told = grid.job(job)
        if told["state"] not in ("done", "collecting"):
            early.extend(seen)
        return told["state"] == "done"

    ended = grid.wait(has_ended, 120)
    told = grid.job(job)
    claim(f"{package}: ends", ended, told)
    claim(f"{package}: nothing is seen before", not early, early)
    return told


def test_stands(grid):
    told = run_to_the_end(grid, "cloudy")
    ends = [attempt["end"] for attempt in told["history"]]
    claim("cloudy: runs three times", [end["outcome"] for end in ends] == ["FAIL"] * 3, ends)
    claim("cloudy: on three hosts", len({attempt["worker"] for attempt in told["history"]}) == 3, told["history"])
    claim("cloudy: suspect each time", [end.get("suspicion") for end in ends] == ["suspect-dns"] * 3, ends)
    claim("cloudy: the third is not put aside", [end.get("run_again") for end in ends] == [True, True, None], ends)
    claim("cloudy: then it stands", (told.get("outcome"), told.get("suspect_reruns")) == ("FAIL", 2), told)
    claim("cloudy: with one result", (len(stored(grid, "cloudy")), len(stored(grid, "cloudy", "-infra"))) == (1, 2))
    claim("cloudy: and one run", [run["suspicion"] for run in runs(grid, "cloudy")] == ["suspect-dns"], runs(grid, "cloudy"))
    shown = grid.run("job", "show", told["job"])
    claim("cloudy: which people are told", "suspect: suspect-dns;" in shown and "it stands, no re-run is left" in shown, shown)
    claim("cloudy: also on the page", "FAIL, suspect-dns" in grid.page(f"/packages/cloudy/testing/{grid.arch}"))


def test_passes(grid):
    told = run_to_the_end(grid, "shower")
    outcomes = [attempt["end"]["outcome"] for attempt in told["history"]]
    claim("shower: passes at the second attempt", outcomes == ["FAIL", "PASS"], told)
    claim("shower: is a pass", told.get("outcome") == "PASS", told)
    claim("shower: no failure was ever a result", len(stored(grid, "shower")) == 1)
    claim("shower: nor a run", [run["outcome"] for run in runs(grid, "shower")] == ["PASS"], runs(grid, "shower"))


def main():
    if shutil.which("autopkgtest") is None or os.geteuid() != 0:
        print("skipped: needs autopkgtest, and root for tests on this machine")
        return 77
    arch = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="sluice-suspect-") as root:
        make_packages(root)
        grid = real_grid.Grid(root, "testing", arch, f"checkout_dir = {root}/checkout\n[virt]\nargs = null\n")
        try:
            for host in HOSTS:
                grid.start_worker(host, "--name", host)
            test_stands(grid)
            test_passes(grid)
        finally:
            grid.stop()
    return claims.end()


sys.exit(main())
