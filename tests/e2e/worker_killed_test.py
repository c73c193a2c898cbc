#!/usr/bin/python3
"""`sluice worker` killed at each phase of a test, with the real server, autopkgtest on the virtualisation server
`null` and a store that is as slow as it must be: the next worker on the same work directory ends what was left, the
test runs again unless the store has its result, and there is one result.

testgrid 1.3, 1.4, 1.5
"""
# covers: cli/cmd_worker.cc cli/cmd_serve.cc

import contextlib
import html
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import claims, real_grid, slow_swift, testbed_packages  # noqa: E402
from support.claims import claim  # noqa: E402
from support.leftovers import marked  # noqa: E402

# In front of the tool: the first test of the package `prepare` never gets as far as it.
GATE = """#!/bin/sh
case " $* " in
  *" prepare "*) test -e {root}/is-preparing || {{ touch {root}/is-preparing; exec sleep 600; }} ;;
esac
exec {root}/tool/runner/autopkgtest "$@"
"""


class Store:
    """Holds the phase that a test has chosen, once: `sign-in`, or the name of an object."""

    def __init__(self):
        self.phase, self.held, self.go_on = "", threading.Event(), threading.Event()
        self.swift = slow_swift.SlowSwift(lambda path: self.pass_by(path.rpartition("/")[2]),
                                          lambda: self.pass_by("sign-in"))

    def hold(self, phase):
        self.held.clear()
        self.go_on.clear()
        self.phase = phase

    def pass_by(self, phase):
        if phase != self.phase:
            return
        self.phase = ""
        self.held.set()
        self.go_on.wait(120)

    def results_of(self, package):
        return [path for path in self.swift.objects if f"/{package}/" in path and path.endswith("/result.tar")]


class Bench:
    def __init__(self, root, arch):
        self.root = pathlib.Path(root)
        once = f"test -e {root}/is-running && exit 0; touch {root}/is-running; sleep 600"
        for name, command in (("prepare", "true"), ("running", once), ("collect", "true"), ("upload", "true"),
                              ("untold", f"echo ran >> {root}/untold"), ("restart", f"echo ran >> {root}/restart")):
            testbed_packages.make(f"{root}/packages", name, testbed_packages.test(command))
        testbed_packages.write_runner(f"{root}/tool", f"{root}/packages")
        gate = self.root / "checkout/runner/autopkgtest"
        gate.parent.mkdir(parents=True)
        gate.write_text(GATE.format(root=root))
        gate.chmod(0o755)
        self.store = Store()
        # No re-scan: it would be the first to sign in, and what it finds is not of our workers.
        self.grid = real_grid.Grid(
            root, "testing", arch, f"checkout_dir = {root}/checkout\n[virt]\nargs = null\n",
            ("--results", self.store.swift.auth_url, "--rescan", "0", "--publish-db", "testing"),
            {"SWIFT_USERNAME": "ci:admin", "SWIFT_PASSWORD": "secret"})
        self.grid.results = self.store.swift.auth_url
        self.grid.start_worker()

    def marked(self):
        return marked(f"{self.root}/work")

    def running(self, job):
        """What the server knows of the lease of a job; nothing where it has none."""
        told = json.loads(self.grid.page("/api/v1/running"))["running"]
        return next((one for one in told if one["job"] == job), None)

    def runs(self, package):
        return json.loads(self.grid.page(f"/api/v1/runs?package={package}"))["runs"]


def kill(bench, job):
    """Kills the worker; the lease as the server knows it then, when nobody can tell it more."""
    bench.grid.worker.kill()
    bench.grid.worker.wait()
    return bench.running(job)


def run_again(bench, job):
    """A new worker on the directory of the dead one, until the job is over."""
    left = bench.marked()
    bench.grid.start_worker()

    def has_ended():
        told = bench.grid.job(job)
        if told["state"] == "held":  # as the server's --infra-attempts 1 wants it
            bench.grid.run("job", "release", job)
        return told["state"] == "done" and bench.grid.worker.poll() is None

    ended = bench.grid.wait(has_ended, 120)
    claim("what was left is ended", not set(left) & set(bench.marked()), left)
    return ended


def check_one_result(bench, package, job, attempts, lost_at):
    """`lost_at`: the phase that the killed attempt had come to."""
    told, runs = bench.grid.job(job), bench.runs(package)
    outcomes = [attempt["end"]["outcome"] for attempt in told["history"] if "end" in attempt]
    claim(f"{package}: each attempt is told once", outcomes == ["INFRA.WORKER_LOST"] * (attempts - 1) + ["PASS"], told)
    reached = [attempt["end"].get("phase") for attempt in told["history"] if "end" in attempt]
    claim(f"{package}: and how far it came", reached == [lost_at] * (attempts - 1) + ["test-end"], reached)
    page = bench.grid.page(f"/jobs/{job}")
    claim(f"{package}: which the job's page shows", all(f"It came to {phase}." in page for phase in reached), page)
    claim(f"{package}: none is without an end", len(told["history"]) == attempts, told["history"])
    claim(f"{package}: is a pass", told.get("outcome") == "PASS", told)
    claim(f"{package}: one run is listed", [run["outcome"] for run in runs] == ["PASS"], runs)
    place = told["history"][-1]["end"]["directory"]
    claim(f"{package}: it is that of the last attempt", runs and runs[0]["files"].endswith(place), (runs, place))
    found = [path for path in bench.store.results_of(package) if place.replace("@", "%40") in path]
    claim(f"{package}: and its files are there", len(found) == 1, bench.store.results_of(package))

    def left():
        return {path.name for path in (bench.root / "work").iterdir()} - {"id", "lock"}

    # A worker tells the end first, and then it clears away.
    claim(f"{package}: nothing is left in the work directory", bench.grid.wait(lambda: not left(), 60), left())


def test_prepare(bench):
    job = bench.grid.request("prepare")["prepare"]
    claim("prepare: begins", bench.grid.wait((bench.root / "is-preparing").exists, 60), bench.grid.job(job))
    lease = kill(bench, job)
    claim("prepare: no testbed was up", lease and lease["phase"] == "preparing", lease)
    claim("prepare: the tool was left behind", bench.marked())
    claim("prepare: ends", run_again(bench, job), bench.grid.job(job))
    # A lease of which nothing was heard yet goes to the same slot again: then there was one attempt.
    check_one_result(bench, "prepare", job, 2 if lease and lease["duration"] > 0 else 1, "prepare")


# testgrid 1.4
def check_load(bench, job, lease):
    """What the host bears, as the last heartbeat brought it, wherever one looks."""
    claim("running: memory and disk are told", lease.get("rss_bytes", 0) > 0 and lease.get("disk_free_bytes", 0) > 0, lease)
    counted = {name for name in ("cpu", "memory", "io") if pathlib.Path("/proc/pressure", name).exists()}
    claim("running: and what is waited for", set(lease.get("pressure", {})) == counted, lease)
    told = bench.grid.job(job).get("progress", {})
    claim("running: the job says the same", told.get("rss_bytes") == lease.get("rss_bytes"), told)
    claim("running: its page shows it", "On its host: memory " in bench.grid.page(f"/jobs/{job}"))
    claim("running: the command does", "its host\tmemory " in bench.grid.run("job", "show", job))


def test_running(bench):
    job = bench.grid.request("running")["running"]
    claim("running: begins", bench.grid.wait(lambda: bench.grid.job(job)["state"] == "running", 60), bench.grid.job(job))
    lease = kill(bench, job)
    claim("running: the test was seen", lease and (lease["phase"], lease["test"]) == ("running", "smoke"), lease)
    check_load(bench, job, lease or {})
    claim("running: the test was left behind", bench.marked())
    claim("running: ends", run_again(bench, job), bench.grid.job(job))
    check_one_result(bench, "running", job, 2, "test-begin")


def kill_in_store(bench, package, phase):
    """Kills the worker when it waits for the store there. The job, and what was sent of it."""
    bench.store.hold(phase)
    job = bench.grid.request(package)[package]
    claim(f"{package}: comes to the store", bench.store.held.wait(60), bench.grid.job(job))
    lease = kill(bench, job)
    claim(f"{package}: the test was over", lease and lease["phase"] == "collecting", lease)
    claim(f"{package}: and no result told", not bench.runs(package), bench.runs(package))
    return job, [path.rpartition("/")[2] for path in bench.store.swift.asked if f"/{package}/" in path]


def kill_at(bench, package, phase):
    """The same, and runs the test again."""
    job, sent = kill_in_store(bench, package, phase)
    bench.store.go_on.set()
    claim(f"{package}: ends", run_again(bench, job), bench.grid.job(job))
    check_one_result(bench, package, job, 2, "test-end")
    return sent


# testgrid 1.3
def test_evidence(bench):
    """On what a pass rests, from the worker to those who ask the server."""
    job = json.loads(bench.grid.page("/api/v1/jobs?package=running"))["jobs"][0]["job"]
    evidence = bench.grid.job(job)["history"][-1]["end"]["evidence"]
    decided = [(each["kind"], each["detail"]) for each in evidence if each["weight"] == "decides"]
    claim("evidence: it is the same in the JSON of the command", decided ==
          [("exit", "0"), ("summary", "1 of 1 tests passed")] and evidence ==
          json.loads(bench.grid.run("job", "show", job, "--json"))["history"][-1]["end"]["evidence"], evidence)
    shown, page = bench.grid.run("job", "show", job), bench.grid.page(f"/jobs/{job}")
    claim("evidence: the command says what decided", "decides: summary 1 of 1 tests passed" in shown, shown)
    claim("evidence: the page says it all", all(f"<td>{html.escape(each['detail'])}</td>" in page for each in evidence), page)


def test_collect(bench):
    """Between the end of the test and the upload. First of all: a process signs in once."""
    sent = kill_at(bench, "collect", "sign-in")
    claim("collect: nothing was sent", not sent, sent)


def test_upload(bench):
    sent = kill_at(bench, "upload", "artifacts.tar.gz")
    claim("upload: was in its midst", sent == ["log.gz", "artifacts.tar.gz"], sent)
    claim("upload: readers of the store find one run", len(bench.store.results_of("upload")) == 1,
          bench.store.results_of("upload"))


def check_adopted(bench, package, job):
    """The end that the server made of what lay in the store. Nobody releases the job: it runs again for no other reason."""
    done = bench.grid.wait(lambda: bench.grid.job(job)["state"] == "done", 60)
    claim(f"{package}: ends by what lies there", done, bench.grid.job(job))
    check_one_result(bench, package, job, 1, "")
    detail = bench.grid.job(job)["history"][0]["end"]["detail"]
    claim(f"{package}: which its end tells", detail.endswith("found in the store, its worker did not tell it"), detail)
    found = bench.store.results_of(package)
    claim(f"{package}: readers of the store find one run", len(found) == 1, found)
    claim(f"{package}: the test ran once", (bench.root / package).read_text() == "ran\n")


# testgrid 1.4, 1.5
def test_untold(bench):
    """The store has it all, and nobody was told."""
    job, sent = kill_in_store(bench, "untold", "result.tar")
    claim("untold: all was sent", sent == ["log.gz", "artifacts.tar.gz", "result.tar"], sent)
    bench.store.go_on.set()
    bench.grid.start_worker()
    check_adopted(bench, "untold", job)


# testgrid 1.4
def test_restart(bench):
    """The same, and the server is killed as well."""
    job, sent = kill_in_store(bench, "restart", "result.tar")
    claim("restart: all was sent", sent[-1:] == ["result.tar"], sent)
    bench.grid.server.kill()
    bench.grid.server.wait()
    bench.store.go_on.set()
    bench.grid.start_server()
    bench.grid.start_worker()
    check_adopted(bench, "restart", job)


def published(bench):
    """Package and exit code of each result in autopkgtest.db, as a server that has just begun publishes it."""
    bench.grid.server.terminate()
    bench.grid.server.wait(60)
    bench.grid.start_server()
    path = bench.root / "published.db"

    def is_there():
        try:
            with urllib.request.urlopen(f"{bench.grid.url}/static/autopkgtest.db", timeout=30) as answer:
                path.write_bytes(answer.read())
        except urllib.error.HTTPError:
            return False
        return len(rows()) >= 6

    def rows():
        with contextlib.closing(sqlite3.connect(path)) as db:
            return sorted(db.execute("SELECT package, exitcode FROM result JOIN test ON test_id = id").fetchall())

    bench.grid.wait(is_there, 60)
    return rows()


def test_all(bench):
    left = json.loads(bench.grid.page("/api/v1/jobs?open=1"))["jobs"]
    claim("no job is open", not left, left)
    runs = json.loads(bench.grid.page("/api/v1/runs"))["runs"]
    packages = sorted(run["package"] for run in runs)
    claim("each has one run", packages == ["collect", "prepare", "restart", "running", "untold", "upload"], packages)
    rows = published(bench)
    claim("and one result in autopkgtest.db", rows == [(package, 0) for package in packages], rows)


def main():
    if shutil.which("autopkgtest") is None or os.geteuid() != 0:
        print("skipped: needs autopkgtest, and root for tests on this machine")
        return 77
    arch = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="sluice-killed-") as root:
        bench = Bench(root, arch)
        try:
            for each in (test_collect, test_prepare, test_running, test_upload, test_untold, test_restart, test_evidence,
                         test_all):
                each(bench)
        finally:
            bench.store.go_on.set()
            bench.grid.stop()
    return claims.end()


sys.exit(main())
