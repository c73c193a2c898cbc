#!/usr/bin/python3
"""Real tests in sessions of schroot, with the real server, worker and autopkgtest: small packages for each
outcome from an archive of their own, gzip from the archive of this machine, and testbeds that are lost.

Needs root, schroot, mmdebstrap, mounts, and apt's mirror. The first run makes a minimal system below
build/testbed, which takes a minute.
"""
# covers: cli/cmd_serve.cc cli/cmd_worker.cc

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time

SOURCE = pathlib.Path(os.environ["SLUICE_SOURCE"])
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(SOURCE / "share/demo"))
import suites  # noqa: E402
import testbed  # noqa: E402
from support import claims, real_grid, testbed_packages  # noqa: E402
from support.claims import claim  # noqa: E402

test = testbed_packages.test
BEGAN = "this test began"
PACKAGES = {
    # name: (tests, outcome, exit code)
    "passing": (test("touch /written-by-passing"), "PASS", 0),
    "failing": (test("echo no; false"), "FAIL", 4),
    "flaky": (test("true") + test("false", "flaky", "shaky"), "PASS_PARTIAL", 2),
    "skipped": (test("true") + test("exit 77", "skippable", "not-here"), "PASS_PARTIAL", 2),
    "neutral": (test("true", "superficial"), "NEUTRAL", 8),
    "clean": (test("test ! -e /written-by-passing"), "PASS", 0),
    "slow": (test("sleep 600"), "FAIL_TIMEOUT", 4),
    "bad": ("Tests: missing\nDepends:\n", "UNTESTABLE.CONTROL", 12),
    # The tool takes 255 for the end of its channel into the testbed.
    "lost": (test("exit 255"), "INFRA.TESTBED_LOST", 16),
}
ENDLESS = {name: test(f"echo {BEGAN}; sleep 600") for name in ("taken", "stopped", "orphan")}


def make_archive(root, arch, release):
    """Source packages without binaries as ROOT/archive, whose dists/RELEASE apt can read."""
    archive = pathlib.Path(root, "archive")
    for directory in ("pool", "suite"):
        (archive / directory).mkdir(parents=True)
    for name, tests in {**{n: p[0] for n, p in PACKAGES.items()}, **ENDLESS}.items():
        testbed_packages.make(f"{root}/packages", name, tests)
        subprocess.run(["dpkg-source", "-b", f"{root}/packages/{name}"], cwd=archive / "pool", check=True, capture_output=True)
    scanned = subprocess.run(["dpkg-scansources", "pool"], cwd=archive, check=True, capture_output=True)
    (archive / "suite/Sources").write_bytes(scanned.stdout)
    (archive / f"suite/Packages_{arch}").write_bytes(b"")
    suites.publish(archive, "suite", arch, release)
    return archive


class Bench:
    """`small` is a testbed that knows the archive made here, `real` one that knows this machine's mirror."""

    def __init__(self, root, arch, release, testbeds):
        self.small, self.real = testbeds
        self.grid = real_grid.Grid(root, release, arch, "timeout_test = 20\n[virt]\nargs = $PACKAGESIZE\n"
                                   f"package_size_default = {self.small.virt}\npackage_size_big = {self.real.virt}\n")
        pathlib.Path(root, "lists/big_packages").write_text("gzip\n")
        self.grid.start_worker()

    def run_of(self, job, attempt=-1):
        """What the server says of an attempt, by default the last, with the files that lie in the store."""
        history = self.grid.job(job)["history"]
        run = dict(history[attempt].get("end", {}) if history else {}, files={})
        tar = self.grid.root / "state/results" / run.get("container", "") / run.get("directory", "") / "result.tar"
        if tar.is_file():
            with tarfile.open(tar) as members:
                run["files"] = {m.name: members.extractfile(m).read().decode() for m in members.getmembers()}
        return run

    def wait_over(self, jobs, seconds):
        return self.grid.wait(lambda: all(self.grid.job(j)["state"] in ("done", "held", "cancelled") for j in jobs), seconds)

    def begin(self, package):
        """The job of an endless test that has begun."""
        job = self.grid.request(package)[package]
        claim(f"{package}: begins", self.grid.wait(lambda: BEGAN in self.grid.page("/"), 60), self.grid.page("/"))
        return job


# autopkgtest 2.5, 2.7; testgrid 1.1
def test_outcomes(bench):
    jobs = bench.grid.request(*PACKAGES)
    claim("all are over", bench.wait_over(jobs.values(), 300), bench.grid.run("queue", "--jobs"))
    for name, (_, outcome, code) in PACKAGES.items():
        job, run = bench.grid.job(jobs[name]), bench.run_of(jobs[name])
        print(f"{name}: {run.get('outcome')}, {job['state']}")
        claim(f"{name}: outcome {outcome}", run.get("outcome", "").startswith(outcome), job)
        infra = outcome.startswith("INFRA")
        claim(f"{name}: infrastructure is held, all else is a verdict", job["state"] == ("held" if infra else "done"), job)
        claim(f"{name}: lies in {run.get('container')}", run.get("container", "").endswith("-infra") == infra, job)
        claim(f"{name}: exit code {code} in the store", run["files"].get("exitcode") == f"{code}\n", run)
        claim(f"{name}: version", run["files"].get("testpkg-version") == f"{name} 1.0\n", run)
        claim(f"{name}: evidence of a testbed is not weak", "weak evidence" not in json.dumps(job), job)
    claim("a log is read back", "FAIL non-zero exit status 1" in bench.grid.run("log", jobs["failing"]))
    claim("no session is left", not bench.small.sessions(), bench.small.sessions())


# autopkgtest 2.4, 2.5, 2.7
def test_gzip(bench):
    job = bench.grid.request("gzip")["gzip"]
    begin = time.monotonic()
    claim("gzip: is over", bench.wait_over([job], 300), bench.grid.job(job))
    print(f"gzip: {bench.grid.job(job).get('outcome')} in {time.monotonic() - begin:.0f} s")
    claim("gzip: passes", bench.grid.job(job).get("outcome") == "PASS", bench.grid.job(job))
    run = bench.run_of(job)
    claim("gzip: its source came by apt", run["files"].get("testpkg-version", "").startswith("gzip 1."), run)
    claim("gzip: the result says so", run["files"].get("exitcode") == "0\n", run)
    claim("gzip: the log has its tests", " PASS" in bench.grid.run("log", job))


# The session is ended under the test. autopkgtest 5.28 tells that as a failure; the text of it, and no more, is
# doubt, so the test is to run again, on another host if there is one. testgrid 1.1, 1.3
def test_taken(bench):
    job = bench.begin("taken")
    for session in bench.small.sessions():
        testbed.run(["schroot", "--end-session", "--force", "--chroot", session])
    # No other host is there that could take it, so it runs again at once.
    claim("taken: its attempt is over", bench.grid.wait(lambda: bench.run_of(job, 0).get("outcome"), 120), bench.grid.job(job))
    claim("taken: and is nobody's verdict", "outcome" not in bench.grid.job(job), bench.grid.job(job))
    run = bench.run_of(job, 0)
    print(f"taken: {run.get('outcome')}")
    suspicion = json.loads(run["files"].get("testinfo.json", "{}")).get("outcome-suspicion")
    claim("taken: a testbed that went away is infrastructure, or a failure in doubt",
          run.get("outcome", "").startswith("INFRA") or suspicion == "suspect-testbed", run)
    claim("taken: it lies apart from results", run.get("container", "").endswith("-infra"), run)
    bench.grid.run("job", "cancel", job)
    claim("taken: is over", bench.wait_over([job], 60), bench.grid.job(job))


# testgrid 1.4, 1.5
def test_stopped(bench):
    job = bench.begin("stopped")
    bench.grid.run("job", "cancel", job)
    claim("stopped: is over", bench.wait_over([job], 60), bench.grid.job(job))
    claim("stopped: no session is left", bench.grid.wait(lambda: not bench.small.sessions(), 30), bench.small.sessions())


def sleepers():
    """Numbers of the endless tests' processes."""
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if f"echo {BEGAN}; sleep 600".encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found


# testgrid 1.4
def test_killed(bench):
    bench.begin("orphan")
    bench.grid.worker.kill()
    bench.grid.worker.wait()
    claim("killed: its test still runs", bench.small.sessions() and sleepers())
    bench.grid.start_worker()
    # The session itself may stay, see the manual: its output went to the dead worker, without which schroot
    # may end no session.
    claim("killed: the next worker ends the test", bench.grid.wait(lambda: not sleepers(), 60), sleepers())


def main():
    arch = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    cache, say = SOURCE / "build/testbed", lambda text: print(text, flush=True)
    with tempfile.TemporaryDirectory(prefix="sluice-schroot-") as root:
        testbeds = []
        try:
            uri, release = testbed.mirror()
            archive = make_archive(root, arch, release)
            for place, binds in (("[trusted=yes] file:/srv/archive", {archive: "/srv/archive"}), (uri, {})):
                sources = f"deb {place} {release} main\ndeb-src {place} {release} main\n"
                testbeds.append(testbed.open_schroot(cache, sources, binds, say))
        except testbed.Refused as why:
            print(f"skipped: {why}")
            return 77
        else:
            bench = Bench(root, arch, release, testbeds)
            try:
                for each in (test_outcomes, test_gzip, test_taken, test_stopped, test_killed):
                    each(bench)
            finally:
                bench.grid.stop()
        finally:
            for each in testbeds:
                each.close()
    return claims.end()


sys.exit(main())
