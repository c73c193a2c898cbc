#!/usr/bin/python3
"""A disk of the worker that a test fills, with the real server, worker and autopkgtest on the virtualisation server
`null`: the test would go on for ever, the worker ends it soon, as the infrastructure's, takes nothing while there is
no room, and goes on by itself when there is.

testgrid 1.1 (INFRA.DISK.WORKER), 1.3, 1.6
"""
# covers: worker/disk_watch.cc worker/run_test.cc worker/loop.cc cli/cmd_worker.cc

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import claims, real_grid, small_disk, testbed_packages  # noqa: E402
from support.claims import claim  # noqa: E402
from support.leftovers import marked  # noqa: E402

# Once: the next run of it has nothing to write.
FILL = "test -e {root}/filled || {{ touch {root}/filled; head -c 1G /dev/zero > {disk}/junk || true; sleep 100000; }}"
NO_ROOM, ROOM_AGAIN = "takes no work until there is room", "there is room again"


class Bench:
    """`where` is what lies on the small disk: the `work` directory, or `temporary` files."""

    def __init__(self, root, where, disk):
        self.root, self.where, self.disk = pathlib.Path(root), where, disk
        testbed_packages.make(f"{root}/packages", "fills", testbed_packages.test(FILL.format(root=root, disk=disk.path)))
        testbed_packages.make(f"{root}/packages", "plain", testbed_packages.test("true"))
        testbed_packages.write_runner(f"{root}/checkout", f"{root}/packages")
        arch = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
        conf = f"checkout_dir = {root}/checkout\ndisk_free_min = 16\n[virt]\nargs = null\n"
        self.grid = real_grid.Grid(root, "testing", arch, conf)
        if where == "temporary":
            self.grid.environment["TMPDIR"] = str(disk.path)
        self.grid.start_worker()

    def log(self):
        return (self.root / "worker.log").read_text()

    def claim(self, text, holds, shown=""):
        claim(f"{self.where}: {text}", holds, shown)

    def ends(self, job):
        return [each["end"] for each in self.grid.job(job)["history"] if "end" in each]

    def has_passed(self, job):
        told = self.grid.job(job)
        return (told["state"], told.get("outcome")) == ("done", "PASS")


def test_it_ends(bench):
    job = bench.grid.request("fills")["fills"]
    # The limit of a whole run is three days.
    bench.claim("the run ends", bench.grid.wait(lambda: bench.ends(job), 120), bench.log())
    told = bench.grid.job(job)
    bench.claim("it was the disk", [end["outcome"] for end in bench.ends(job)] == ["INFRA.DISK.WORKER"], told)
    decided = [(each["kind"], each["source"], each["detail"]) for each in bench.ends(job)[0]["evidence"]
               if each["weight"] == "decides"]
    kind, source, detail = decided[-1] if decided else ("", "", "")
    bench.claim("by what the worker saw", (kind, source) == ("disk", "worker"), told)
    bench.claim("which disk, and of what limit", detail.startswith(f"{bench.disk.path}: ") and
                detail.endswith(f" bytes free, fewer than {16 << 20}"), detail)
    bench.claim("nobody has a verdict", "outcome" not in told and told["state"] in ("queued", "held"), told)
    runs = json.loads(bench.grid.page("/api/v1/runs?package=fills"))["runs"]
    bench.claim("and no reader of results sees one", all(run["outcome"].startswith("INFRA.") for run in runs), runs)
    place = bench.ends(job)[0]
    files = pathlib.Path(bench.grid.results, place["container"], place["directory"])
    bench.claim("its log is kept", (files / "log.gz").exists(), place)
    bench.claim("no process is left", not marked(f"{bench.root}/work"), marked(f"{bench.root}/work"))
    return job


def test_it_waits(bench):
    """The junk is there yet."""
    bench.claim("the worker says that it waits", bench.grid.wait(lambda: NO_ROOM in bench.log(), 60), bench.log())
    job = bench.grid.request("plain")["plain"]
    asked = bench.log().count(NO_ROOM)
    (bench.disk.path / "junk").unlink()
    bench.claim("and goes on by itself", bench.grid.wait(lambda: bench.has_passed(job), 120), bench.grid.job(job))
    attempts = bench.grid.job(job)["history"]
    bench.claim("it took nothing before there was room", len(attempts) == 1, attempts)
    bench.claim("each is said once", (asked, bench.log().count(ROOM_AGAIN)) == (1, 1), bench.log())


def test_it_passes(bench, job):
    if bench.grid.job(job)["state"] == "held":
        bench.grid.run("job", "release", job)
    bench.claim("the test passes then", bench.grid.wait(lambda: bench.has_passed(job), 120), bench.grid.job(job))


def try_disk(where):
    with tempfile.TemporaryDirectory(prefix="sluice-fills-") as root:
        disk = small_disk.SmallDisk(f"{root}/{where}", "64m")
        try:
            if not disk.is_there:
                return False
            disk.path.chmod(0o1777)
            bench = Bench(root, where, disk)
            try:
                job = test_it_ends(bench)
                test_it_waits(bench)
                test_it_passes(bench, job)
            finally:
                bench.grid.stop()
        finally:
            disk.unmount()
    return True


def main():
    if shutil.which("autopkgtest") is None or os.geteuid() != 0:
        print("skipped: needs autopkgtest, and root for tests on this machine and a file system of its own")
        return 77
    if not try_disk("work") or not try_disk("temporary"):
        print("skipped: a file system that can be filled needs the right to mount")
        return 77
    return claims.end()


sys.exit(main())
