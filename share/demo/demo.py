#!/usr/bin/python3
"""demo.py [--backend BACKEND] [--testbed DIRECTORY] SLUICE DIRECTORY: the gate and its tests on a small archive.

Six packages with real tests are built; `sluice serve` gates their uploads, `sluice worker` runs the real
autopkgtest: in sessions of schroot where this machine lets us, else on the machine itself (`null`). The exit
code is 0 if exactly the right uploads have migrated.
"""
import argparse
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import archive as archives  # noqa: E402
import packages  # noqa: E402
import testbed  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
RELEASE = "testing"
LIMIT = 900  # seconds; the testbed takes up to two minutes, the tests one

CONF = """TESTING = {root}/archive/testing
UNSTABLE = {root}/archive/unstable
NONINST_STATUS = {root}/out/noninst
EXCUSES_OUTPUT = {root}/out/excuses.html
EXCUSES_YAML_OUTPUT = {root}/out/excuses.yaml
UPGRADE_OUTPUT = {root}/out/output.txt
HEIDI_OUTPUT = {root}/out/HeidiResult
HEIDI_DELTA_OUTPUT = {root}/out/HeidiResultDelta
STATE_DIR = {root}/gate-state
HINTSDIR = {root}/hints
ARCHITECTURES = {arch}
NOBREAKALL_ARCHES = {arch}
OUTOFSYNC_ARCHES =
BREAK_ARCHES =
NEW_ARCHES =
MINDAYS_MEDIUM = 0
DEFAULT_URGENCY = medium
SMOOTH_UPDATES =
IGNORE_CRUFT = 0
ADT_ENABLE = yes
ADT_ARCHES = {arch}
ADT_AMQP = file://{root}/unused
ADT_SWIFT_URL = file://{root}/unused
ADT_PPAS =
ADT_BASELINE = reference
ADT_CI_URL = {url}/
ADT_HUGE = 20
"""

WORKER = """[autopkgtest]
releases = {release}
per_package_config_dir = {root}/lists
retry_delay = 1
{settings}
[virt]
args = $PACKAGESIZE
package_size_default = {virt}
package_size_big = chroot {root}/no-such-testbed
"""

# On this machine apt knows nothing of the archive: see runner.py.
NULL_SETTINGS = """checkout_dir = {root}/checkout
extra_args = --env=DEMO_ARCHIVE={root}/archive --env=DEMO_ARCH={arch}"""

# Where a session has the archive. The first line is what autopkgtest takes for the release.
SOURCES = """deb [trusted=yes] file:/srv/archive testing main
deb-src [trusted=yes] file:/srv/archive testing main
"""

APPLY = """#!/bin/sh
exec python3 {here}/apply.py {root}/archive {arch} "$@"
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Demo:
    def __init__(self, options):
        self.sluice, self.root = options.sluice, pathlib.Path(options.directory).resolve()
        self.backend = options.backend
        self.cache = pathlib.Path(options.testbed or self.root.parent / "testbed")
        self.testbed = None  # null
        self.arch = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True,
                                   check=True).stdout.strip()
        self.began = time.monotonic()
        self.processes = []
        self.told = {}

    def say(self, text):
        print(f"[{time.monotonic() - self.began:5.1f} s] {text}", flush=True)

    def choose_testbed(self):
        """A session of schroot for each test, or why not."""
        if self.backend == "null":
            return
        archive = self.root / "archive"
        archive.mkdir(parents=True, exist_ok=True)
        try:
            self.testbed = testbed.open_schroot(self.cache, SOURCES, {archive: "/srv/archive"}, self.say)
            self.say(f"tests run in schroot, each in a new session ({self.testbed.kind}) over a minimal system")
        except testbed.Refused as why:
            if self.backend == "schroot":
                raise SystemExit(f"no schroot: {why}") from why
            self.say(f"tests run on this machine itself (null), as there is no schroot: {why}")

    def set_up(self):
        archives.remove(self.root)
        self.choose_testbed()
        for directory in ("out", "gate-state", "hints", "lists", "checkout/runner"):
            (self.root / directory).mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        names = {"root": self.root, "arch": self.arch, "release": RELEASE, "here": HERE, "url": self.url}
        names["virt"] = self.testbed.virt if self.testbed else "null"
        names["settings"] = "" if self.testbed else NULL_SETTINGS.format(**names)
        (self.root / "britney.conf").write_text(CONF.format(**names))
        (self.root / "worker.conf").write_text(WORKER.format(**names))
        (self.root / "lists/big_packages").write_text("\n".join(packages.BIG) + "\n")
        for path, text in (("apply", APPLY.format(**names)), ("checkout/runner/autopkgtest", (HERE / "runner.py").read_text())):
            (self.root / path).write_text(text)
            (self.root / path).chmod(0o755)
        prologue, depends = (packages.INSTALLED, "@") if self.testbed else (packages.UNPACKED, "")
        self.archive = archives.Archive(self.root / "archive", self.arch, prologue, depends)
        for package in packages.TESTING:
            self.archive.build(package)
            self.archive.put("testing", package)
            self.archive.put("unstable", package)
        self.publish("testing", "unstable")
        self.say(f"built {len(packages.TESTING)} packages with tests, in testing and unstable")

    def publish(self, *suites):
        for suite in suites:
            self.archive.publish(suite)

    def start(self, name, *words):
        log = open(self.root / f"{name}.log", "wb")
        environment = dict(os.environ, DEMO_ARCHIVE=str(self.root / "archive"))
        process = subprocess.Popen([self.sluice, *map(str, words)], stdout=subprocess.PIPE if name == "serve" else log,
                                   stderr=log, env=environment)
        self.processes.append(process)
        return process

    def serve(self):
        server = self.start("serve", "serve", "--state", self.root / "grid", "--port", self.port, "--gate", self.root / "britney.conf",
                            "--apply", self.root / "apply", "--infra-attempts", 1)
        line = server.stdout.readline().decode()
        if "http://" not in line:
            raise SystemExit(f"sluice serve did not start; see {self.root}/serve.log")
        self.say(f"the controller is at {self.url}")
        self.start("worker", "worker", "-c", self.root / "worker.conf", "-a", self.arch, "--server", self.url, "--results",
                   self.root / "grid/results", "--work", self.root / "work")

    def get(self, path):
        with urllib.request.urlopen(self.url + "/api/v1/" + path, timeout=30) as answer:
            return json.load(answer)

    # Says what is new: requests, runs, held tests.
    def watch(self):
        jobs = self.get("jobs?limit=500")["jobs"]
        for job in jobs:
            name = f"{job['package']}, for {' '.join(job['parameters'].get('triggers', []))}"
            key = (job["state"], job.get("outcome", ""))
            if self.told.get(job["job"]) == key:
                continue
            if job["job"] not in self.told:
                self.say(f"test asked for: {name}")
            self.told[job["job"]] = key
            if job["state"] == "done":
                self.say(f"test ended:     {name}: {job['outcome']}")
            if job["state"] == "held":
                self.say(f"test held:      {name}: {job['holds'][0]['text']}")
        return jobs

    def wait(self, what, reached):
        while not reached(self.watch()):
            if time.monotonic() - self.began > LIMIT:
                raise SystemExit(f"{what}: not within {LIMIT} s; see {self.root}/*.log")
            for process in self.processes:
                if process.poll() is not None:
                    raise SystemExit(f"a program has ended; see {self.root}/*.log")
            time.sleep(0.5)

    def baselines(self):
        self.say("baseline runs: does each test pass in testing as it is?")
        names = [package.name for package in packages.TESTING if package.name not in packages.BIG]
        subprocess.run([self.sluice, "request", "--server", self.url, "-s", RELEASE, "-a", self.arch, "--trigger",
                        "migration-reference/0", *names], check=True, stdout=subprocess.DEVNULL)
        self.wait("baselines", lambda jobs: all(j["state"] in ("done", "held") for j in jobs) and len(jobs) >= len(names))

    def upload(self):
        for why, package in packages.UPLOADS:
            self.archive.build(package)
            self.archive.put("unstable", package)
            self.say(f"upload to unstable: {package.name} {package.version} ({why})")
        self.publish("unstable")

    def in_testing(self):
        text = (self.root / "archive/testing/Sources").read_text()
        found = {}
        for stanza in text.strip().split("\n\n"):
            fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line and line[0] != " ")
            found[fields["Package"]] = fields["Version"]
        return found

    def settled(self, jobs):
        asked = [j for j in jobs if j["parameters"].get("triggers") != ["migration-reference/0"]]
        if len(asked) < 6 or any(j["state"] not in ("done", "held") for j in asked):
            return False
        here = self.in_testing()
        return here["libgreet"] == "1.1-1" and here["weather"] == "1.1-1"

    def conclude(self):
        here = self.in_testing()
        print("\n      upload              in testing     because")
        right = True
        for _, package in packages.UPLOADS:
            moved = here[package.name] == package.version
            wanted = package.name in ("libgreet", "weather")
            right = right and moved == wanted
            print(f"      {package.name + ' ' + package.version:<20}{'yes' if moved else 'no':<15}{self.reason(package)}")
        print(f"\n      results      {self.root}/grid/results\n      excuses      {self.root}/out/excuses.html")
        print(f"      why          sluice why -c {self.root}/britney.conf libcount\n")
        return 0 if right else 1

    def reason(self, package):
        for job in self.get("jobs?limit=500")["jobs"]:
            if f"{package.name}/{package.version}" not in job["parameters"].get("triggers", []):
                continue
            if job.get("outcome") == "FAIL":
                return f"the test of {job['package']} fails with it, and passes without"
            if job["state"] == "held":
                return f"no verdict on {job['package']}: {job['holds'][0]['text']}"
            if job.get("outcome") == "PASS_PARTIAL":
                return "its tests pass but for one that is marked flaky"
        return "its tests and those of what uses it pass"

    def stop(self):
        try:
            for process in reversed(self.processes):
                if process.poll() is None:
                    process.send_signal(signal.SIGTERM)
            for process in self.processes:
                process.wait(timeout=60)
        finally:
            if self.testbed:
                self.testbed.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--backend", choices=("auto", "schroot", "null"), default="auto",
                        help="where tests run (auto: schroot if this machine lets us)")
    parser.add_argument("--testbed", help="where the testbed's system is kept (beside DIRECTORY)")
    parser.add_argument("sluice")
    parser.add_argument("directory")
    # So that what was set up is taken down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    demo = Demo(parser.parse_args())
    try:
        demo.set_up()
        demo.serve()
        demo.baselines()
        demo.upload()
        demo.wait("migration", demo.settled)
        return demo.conclude()
    finally:
        demo.stop()


sys.exit(main())
