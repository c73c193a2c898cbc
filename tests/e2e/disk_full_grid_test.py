#!/usr/bin/python3
"""Disks that are full below the grid, with the real server, worker and autopkgtest: what the server cannot keep
it refuses and says why, what it took is not lost, and a worker without room gives nobody a verdict.

testgrid 1.1, 1.4; architecture 9
"""
# covers: flow/keeper.cc cli/cmd_serve.cc cli/cmd_worker.cc

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import claims, real_grid, small_disk, testbed_packages  # noqa: E402
from support.claims import claim  # noqa: E402


def post(grid, path, body):
    """Status and answer."""
    asked = urllib.request.Request(f"{grid.url}/api/v1/{path}", json.dumps(body).encode(),
                                   {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def ask(grid, number):
    """For an architecture that no worker here has."""
    return post(grid, "jobs", {"queue": f"debci-{grid.release}-sparc", "package": f"storm{number}", "producer": "tester",
                               "parameters": {"triggers": [f"storm{number}/1"]}})


def ended(grid, job):
    return [each["end"] for each in grid.job(job)["history"] if "end" in each]


def has_passed(grid, job):
    told = grid.job(job)
    return told["state"] == "done" and told["outcome"] == "PASS"


def make_packages(root):
    for name in ("early", "plain"):
        testbed_packages.make(f"{root}/packages", name, testbed_packages.test("true"))
    testbed_packages.write_runner(f"{root}/checkout", f"{root}/packages")


def start_again(grid):
    """As after a crash."""
    grid.server.kill()
    grid.server.wait()
    grid.server.stdout.close()
    grid.start_server()


def known_jobs(grid):
    jobs = json.loads(grid.page("/api/v1/jobs?arch=sparc&limit=500"))
    return {job["job"] for job in jobs["jobs"]}


def test_full_state(grid, disk):
    early = grid.request("early")["early"]
    disk.fill()
    taken, refusals = set(), []
    # What the log of the database has room for already may still be taken.
    for number in range(400):
        status, answer = ask(grid, number)
        if status == 201:
            taken.add(answer["job"])
        else:
            refusals.append((status, answer))
        if len(refusals) == 5:
            break
    claim("on a full disk requests are refused", len(refusals) == 5, (len(taken), refusals))
    claim("as what may be tried again", all(status == 503 for status, _ in refusals), refusals)
    claim("and told why", all("full" in answer.get("detail", "") for _, answer in refusals), refusals)
    said = subprocess.run([real_grid.SLUICE, "request", "plain", "-s", grid.release, "-a", "sparc", "--trigger", "plain/2"],
                          capture_output=True, text=True, env=grid.environment, timeout=120, check=False)
    claim("the command says it too", said.returncode != 0 and "full" in said.stderr, said)
    claim("what was taken can be read", taken <= known_jobs(grid), taken)
    claim("nothing else was entered", len(known_jobs(grid)) == len(taken), (known_jobs(grid), taken))
    claim("the log of the server says it", "full" in (grid.root / "serve.log").read_text(), "")

    disk.make_room()
    claim("with room again requests are taken", grid.wait(lambda: ask(grid, 1000)[0] in (200, 201), 60))
    start_again(grid)
    claim("after a crash all that was taken is there", taken <= known_jobs(grid), taken)
    grid.start_worker()
    claim("and what was asked before is run", grid.wait(lambda: has_passed(grid, early), 120), grid.job(early))


def test_full_work(grid, disk):
    grid.start_worker()
    first = grid.request("early")["early"]
    claim("with room enough a test passes", grid.wait(lambda: has_passed(grid, first), 120), grid.job(first))

    disk.fill()
    claim("the disk is full", disk.is_full())
    plain = grid.request("plain")["plain"]
    told = grid.wait(lambda: ended(grid, plain), 120)
    claim("a worker without room says so", told, grid.job(plain))
    claim_no_verdict(grid, plain)
    disk.make_room()
    claim_goes_on(grid, plain)


def claim_no_verdict(grid, job):
    told = grid.job(job)
    claim(f"{told['package']}: it is the infrastructure's", all(end["outcome"].startswith("INFRA.") for end in ended(grid, job)), told)
    claim(f"{told['package']}: and nobody's verdict", "outcome" not in told and told["state"] != "done", told)
    runs = json.loads(grid.page(f"/api/v1/runs?package={told['package']}"))["runs"]
    claim(f"{told['package']}: no run says anything else", all(run["outcome"].startswith("INFRA.") for run in runs), runs)


def claim_goes_on(grid, job):
    """Once there is room, and a person says so."""
    if grid.worker.poll() is not None:
        grid.start_worker()
    if grid.job(job)["state"] == "held":
        status, answer = post(grid, f"jobs/{job}:release", {"by": "tester", "reason": "there is room"})
        claim("the hold is lifted", status == 200, (status, answer))
    package = grid.job(job)["package"]
    claim(f"{package}: passes then", grid.wait(lambda: has_passed(grid, job), 180), grid.job(job))


def try_grid(part, size, test, conf=""):
    """One grid, of which one part lies on a small disk. `conf`: lines more of worker.conf."""
    arch = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="sluice-full-") as root:
        disk = small_disk.SmallDisk(f"{root}/{part}", size)
        try:
            if not disk.is_there:
                return False
            make_packages(root)
            grid = real_grid.Grid(root, "testing", arch, f"checkout_dir = {root}/checkout\n{conf}[virt]\nargs = null\n")
            try:
                test(grid, disk)
            finally:
                grid.stop()
        finally:
            disk.unmount()
    return True


def main():
    if shutil.which("autopkgtest") is None or os.geteuid() != 0:
        print("skipped: needs autopkgtest, and root for tests on this machine and a file system of its own")
        return 77
    # What a worker does that does not look for room: disk_fills_test.py has one that does.
    if not try_grid("state", "24m", test_full_state) or \
            not try_grid("work", "4m", test_full_work, "disk_free_min = 0\n"):
        print("skipped: a file system that can be filled needs the right to mount")
        return 77
    return claims.end()


sys.exit(main())
