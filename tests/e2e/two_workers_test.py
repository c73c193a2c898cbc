#!/usr/bin/python3
"""Several processes of `sluice worker` on one host, with the real server and autopkgtest on the virtualisation
server `null`: each has a name of its own and a work directory of its own, so none takes another's lease.

testgrid 1.4; autopkgtest 2.8
"""
# covers: cli/cmd_worker.cc

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import claims, real_grid, testbed_packages  # noqa: E402
from support.claims import claim  # noqa: E402

# Each test of a pair ends only once the other runs: only two workers at a time bring them to their ends.
MEET = "set -e; touch {root}/is-{mine}; for i in $(seq 600); do test -e {root}/is-{other} && exit 0; sleep 0.1; done; exit 1"
LONG = "for i in $(seq 600); do test -e {root}/enough && exit 0; sleep 0.1; done; exit 1"
PAIRS = [("ping", "pong"), ("tick", "tock"), ("salt", "pepper")]


def make_packages(root):
    for pair in PAIRS:
        for mine, other in (pair, reversed(pair)):
            command = MEET.format(root=root, mine=mine, other=other)
            testbed_packages.make(f"{root}/packages", mine, testbed_packages.test(command))
    for name in ("alone", "after"):
        testbed_packages.make(f"{root}/packages", name, testbed_packages.test("true"))
    testbed_packages.make(f"{root}/packages", "long", testbed_packages.test(LONG.format(root=root)))
    testbed_packages.write_runner(f"{root}/checkout", f"{root}/packages")


def has_ended(grid, job):
    return grid.job(job)["state"] == "done"


def test_pairs(grid):
    """The names of the two workers."""
    names = set()
    for pair in PAIRS:
        jobs = grid.request(*pair)
        ended = grid.wait(lambda jobs=jobs: all(has_ended(grid, job) for job in jobs.values()), 120)
        for package, job in jobs.items():
            told = grid.job(job)
            claim(f"{package}: ends", ended and told["outcome"] == "PASS", told)
            claim(f"{package}: at the first attempt", len(told["history"]) == 1, told["history"])
            names.add(told["history"][0]["worker"])
    claim("there are two names", len(names) == 2, names)
    claim("of one host", len({name.partition("~")[0] for name in names}) == 1, names)
    return names


def test_second_on_one_directory(grid):
    done = subprocess.run(
        [real_grid.SLUICE, "worker", "-c", f"{grid.root}/worker.conf", "-a", grid.arch, "--server", grid.url,
         "--results", f"{grid.root}/state/results", "--work", f"{grid.root}/one", "--once"],
        capture_output=True, text=True, env=grid.environment, timeout=120, check=False)
    claim("a second worker of a directory is refused", done.returncode == 1, done)
    claim("and told why", f"another worker has {grid.root}/one" in done.stderr, done.stderr)


def test_again(grid, names):
    """One that was killed is known when it starts again: it gets even what was given to its last question."""
    one, two = grid.workers
    two.terminate()
    two.wait(60)
    one.kill()
    one.wait()
    job = grid.request("alone")["alone"]
    grid.start_worker("one")
    claim("after a kill the next worker works", grid.wait(lambda: has_ended(grid, job), 60), grid.job(job))
    claim("and nothing was lost", len(grid.job(job)["history"]) == 1, grid.job(job))
    claim("under the name that it had", grid.job(job)["history"][0]["worker"] in names, grid.job(job))


def test_name(grid):
    done = subprocess.run([real_grid.SLUICE, "worker", "-c", f"{grid.root}/worker.conf", "--name", "a/b", "--once"],
                          capture_output=True, text=True, env=grid.environment, timeout=120, check=False)
    claim("a name that is no name is refused", done.returncode == 1 and '"a/b" is no name' in done.stderr, done)


def test_one_name(grid):
    """Two that were given one name: the second gets nothing, and takes nothing from the first."""
    for process in grid.workers:
        if process.poll() is None:
            process.terminate()
            process.wait(60)
    first = grid.start_worker("three", "--name", "twin")
    job = grid.request("long")["long"]
    claim("the first has a test", grid.wait(lambda: grid.job(job)["state"] == "running", 60), grid.job(job))
    grid.start_worker("four", "--name", "twin")

    def refusals():
        return (grid.root / "worker.log").read_text().count("each worker needs a name of its own")

    claim("the second is told why it gets none", grid.wait(lambda: refusals() == 1, 60), refusals())
    (grid.root / "enough").touch()
    claim("the first ends its test", grid.wait(lambda: has_ended(grid, job), 60), grid.job(job))
    claim("at the first attempt", [each["end"]["outcome"] for each in grid.job(job)["history"]] == ["PASS"], grid.job(job))

    first.kill()
    first.wait()
    grid.start_worker("three", "--name", "twin")
    job = grid.request("after")["after"]
    claim("started again it comes in at once", grid.wait(lambda: has_ended(grid, job), 60), grid.job(job))
    claim("and loses nothing", len(grid.job(job)["history"]) == 1, grid.job(job))
    claim("the second says it once", refusals() == 1, refusals())


def main():
    if shutil.which("autopkgtest") is None or os.geteuid() != 0:
        print("skipped: needs autopkgtest, and root for tests on this machine")
        return 77
    arch = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="sluice-two-") as root:
        make_packages(root)
        grid = real_grid.Grid(root, "testing", arch, f"checkout_dir = {root}/checkout\n[virt]\nargs = null\n")
        try:
            grid.start_worker("one")
            grid.start_worker("two")
            names = test_pairs(grid)
            test_second_on_one_directory(grid)
            test_again(grid, names)
            test_name(grid)
            test_one_name(grid)
        finally:
            grid.stop()
    return claims.end()


sys.exit(main())
