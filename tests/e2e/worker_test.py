#!/usr/bin/python3
"""The worker with the real autopkgtest: source packages made on the spot, on the virtualisation
server `null`; what is told to the queue, and what lies in the store.
"""
# covers: cli/cmd_worker.cc cli/worker_doors.cc

import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import claims, lease_server, slow_swift, testbed_packages  # noqa: E402
from support.claims import claim  # noqa: E402
from support.leftovers import marked  # noqa: E402

SLUICE = os.environ["SLUICE_BIN"]
TRIGGERS = ["glibc/2.36-9", "migration-reference/0"]
test = testbed_packages.test
PACKAGES = {
    # name: (tests, outcome, exit code)
    "passing": (test("true"), "PASS", 0),
    "failing": (test("false"), "FAIL", 4),
    "flaky": (test("true") + test("false", "flaky", "shaky"), "PASS_PARTIAL", 2),
    "skipped": (test("true") + test("exit 77", "skippable", "not-here"), "PASS_PARTIAL", 2),
    "neutral": (test("true", "superficial"), "NEUTRAL", 8),
    "slow": (test("sleep 600"), "FAIL_TIMEOUT", 4),
    "bad": ("Tests: missing\nDepends:\n", "UNTESTABLE.CONTROL", 12),
    "loud": (test("echo No space left on device; false"), "FAIL", 4),
    # The tool takes 255 for the end of its channel into the testbed.
    "lost": (test("exit 255"), "INFRA.TESTBED_LOST", 16),
}


class Bench:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.packages = self.root / "packages"
        for name, (tests, _, _) in PACKAGES.items():
            testbed_packages.make(self.packages, name, tests)
        testbed_packages.make(self.packages, "endless", test("echo began; sleep 600"))
        testbed_packages.write_runner(self.root / "checkout", self.packages)
        self.virt = "$VIRT"
        self.queue = lease_server.LeaseServer()
        self.results, self.swift = self.root / "results", {}
        (self.root / "lists").mkdir()
        (self.root / "lists/never_run").write_text("forbidden\n")

    def ask(self, name):
        return self.queue.ask(name, triggers=TRIGGERS)

    def start(self, *words, test_seconds=60):
        (self.root / "worker.conf").write_text(
            f"[autopkgtest]\nreleases = testing\nretry_delay = 1\ntimeout_test = {test_seconds}\n"
            f"per_package_config_dir = {self.root}/lists\ncheckout_dir = {self.root}/checkout\n"
            f"[virt]\nargs = {self.virt}\n")
        command = [SLUICE, "worker", "-c", self.root / "worker.conf", "-a", "amd64", "-v", "VIRT=null",
                   "--server", self.queue.url, "--results", self.results,
                   "--work", self.root / "work", *words]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("SWIFT_")} | self.swift
        return subprocess.Popen(command, stderr=subprocess.PIPE, env=environment)

    def run(self, *words, **limits):
        with self.start("--once", *words, **limits) as worker:
            self.said = worker.communicate(timeout=120)[1].decode()
        return worker.returncode

    def objects(self, end):
        place = self.root / "results" / end["container"] / end["directory"]
        return place, sorted(p.name for p in place.iterdir() if not p.name.startswith("."))


def members(place):
    with tarfile.open(fileobj=io.BytesIO((place / "result.tar").read_bytes())) as tar:
        return {m.name: tar.extractfile(m).read().decode() for m in tar.getmembers()}


# testgrid 1.3
def check_proof(name, end, info):
    came_to = {"neutral": "test-end", "bad": "setup", "lost": "test-begin"}.get(name, "test-end")
    claim(f"{name}: came to {came_to}", end.get("phase") == came_to, end)
    evidence = end.get("evidence", [])
    seen = [e["detail"] for e in evidence if (e["kind"], e["weight"]) == ("phase", "weak")]
    every = ["prepare", "boot", "setup", "test-begin", "test-end"]
    claim(f"{name}: each phase was seen", seen == every[:every.index(came_to) + 1], evidence)
    claim(f"{name}: in the order of time", sorted(e["at"] for e in evidence) == [e["at"] for e in evidence], evidence)
    said = [e["detail"] for e in evidence if (e["kind"], e["weight"]) == ("exit", "decides")]
    claim(f"{name}: the exit code decided", said == [str(end["exit_code"])], evidence)
    doubts = [e["detail"] for e in evidence if (e["kind"], e["weight"]) == ("rule", "doubts")]
    loud = ["suspect-disk: No space left on device"] if name == "loud" else []
    claim(f"{name}: the line that casts doubt", doubts == loud, evidence)
    claim(f"{name}: the store has it too", info.get("outcome-evidence") == evidence, info)


# autopkgtest 2.5, 2.7; testgrid 1.1, 1.4
def test_outcomes(bench):
    for name, (_, outcome, code) in PACKAGES.items():
        job = bench.ask(name)
        # Only the one that never ends may meet its limit, however busy the machine is.
        claim(f"{name}: the worker ends well", bench.run(test_seconds=3 if name == "slow" else 60) == 0)
        end = bench.queue.ends.get(job)
        if end is None:
            claim(f"{name}: an end was told\n{bench.said}", False)
            continue
        claim(f"{name}: outcome {outcome} and not {end['outcome']}: {end['detail']}",
              end["outcome"].startswith(outcome))
        claim(f"{name}: exit code {code} and not {end['exit_code']}", end["exit_code"] == code)
        infra = outcome.startswith("INFRA")
        claim(f"{name}: lies in {end['container']}",
              end["container"] == "autopkgtest-testing" + ("-infra" if infra else ""))
        place, names = bench.objects(end)
        claim(f"{name}: objects {names}", names == ["artifacts.tar.gz", "log.gz", "result.tar"])
        files = members(place)
        info = json.loads(files["testinfo.json"])
        claim(f"{name}: exitcode", files["exitcode"] == f"{code}\n")
        claim(f"{name}: version", files["testpkg-version"] == f"{name} 1.0\n")
        claim(f"{name}: triggers",
              "ADT_TEST_TRIGGERS=" + " ".join(TRIGGERS) in info["custom_environment"])
        claim(f"{name}: outcome in testinfo.json", info["outcome"] == end["outcome"])
        claim(f"{name}: nothing is left", not list((bench.root / "work").glob("*-1")))
        if name == "loud":
            claim("loud: is suspect", info.get("outcome-suspicion") == "suspect-disk")
        if name == "passing":
            claim("passing: evidence of this machine is weak", "weak" in end["detail"])
        check_proof(name, end, info)


# autopkgtest 2.3
def test_never_run(bench):
    job = bench.ask("forbidden")
    bench.run()
    end = bench.queue.ends[job]
    claim("never run: EXCLUDED, 99",
          (end["outcome"], end["exit_code"], end["version"])
          == ("EXCLUDED", 99, "forbidden blacklisted"))


# testgrid 1.4, 1.5
def test_cancelled(bench):
    job = bench.ask("endless")
    worker = bench.start("--once")
    began = bench.queue.wait_for(
        lambda: any("began" in b["log_tail"] for b in bench.queue.beats.get(job, [])))
    claim("cancelled: the log is seen while it grows", began)
    claim("cancelled: the running test is seen",
          any(b["phase"] == "running" and b["test"] == "smoke" for b in bench.queue.beats[job]))
    bench.queue.orders[job] = "stop"
    claim("cancelled: the worker ends", worker.wait(timeout=60) == 0)
    end = bench.queue.ends.get(job, {})
    claim("cancelled: is confirmed without files",
          (end.get("outcome"), end.get("directory")) == ("CANCELLED", ""))


# autopkgtest 2.8
def test_signals(bench):
    job = bench.ask("passing")
    worker = bench.start()
    claim("hup: a test ends", bench.queue.wait_for(lambda: job in bench.queue.ends))
    worker.send_signal(signal.SIGHUP)
    claim("hup: exit 10", worker.wait(timeout=30) == 10)
    job = bench.ask("endless")
    worker = bench.start()
    bench.queue.wait_for(lambda: bench.queue.beats.get(job))
    worker.send_signal(signal.SIGTERM)
    beats = len(bench.queue.beats[job])
    claim("term once: the test goes on", bench.queue.wait_for(lambda: len(bench.queue.beats[job]) > beats))
    worker.send_signal(signal.SIGTERM)
    claim("term twice: exit 0", worker.wait(timeout=60) == 0)
    claim("term twice: the job is given back", job in bench.queue.given_back)


# testgrid 1.4
def test_killed(bench):
    job = bench.ask("endless")
    worker = bench.start()
    bench.queue.wait_for(
        lambda: any(b["phase"] == "running" for b in bench.queue.beats.get(job, [])))
    worker.kill()
    worker.wait()
    claim("killed: its test still runs", marked(bench.root / "work"))
    after = bench.ask("passing")
    claim("killed: the next worker starts and works", bench.run() == 0)
    claim("killed: nothing of the old test runs", not marked(bench.root / "work"))
    claim("killed: the next test passes", bench.queue.ends[after]["outcome"] == "PASS")


def use_store(bench, store):
    bench.results = store.auth_url
    bench.swift = {"SWIFT_USERNAME": "ci:admin", "SWIFT_PASSWORD": "secret"}


# testgrid 1.4
def test_slow_store(bench):
    """While an object goes to a slow store the queue hears of the worker."""
    job = bench.ask("passing")
    heard = []

    def hold(path):
        beats = len(bench.queue.beats[job])
        heard.append(bench.queue.wait_for(lambda: len(bench.queue.beats[job]) >= beats + 3, 20))

    store = slow_swift.SlowSwift(hold)
    use_store(bench, store)
    claim("slow store: the worker ends well", bench.run() == 0)
    claim(f"slow store: the lease was kept during every put: {heard}", heard == [True] * 3)
    end = bench.queue.ends.get(job, {})
    claim(f"slow store: the result is told: {end}", end.get("outcome") == "PASS")
    claim("slow store: and is there",
          f"/v1/AUTH_ci/{end.get('container')}/{end.get('directory')}/result.tar".replace("@", "%40") in store.objects)


# testgrid 1.4
def test_losing_store(bench):
    """What a store took and does not have is sent again."""
    job = bench.ask("passing")
    store = slow_swift.SlowSwift(lambda path: "lose" if len(store.asked) == 1 else None)
    use_store(bench, store)
    claim("losing store: the worker ends well", bench.run() == 0)
    end = bench.queue.ends.get(job, {})
    claim(f"losing store: the result is told: {end}", end.get("outcome") == "PASS")
    claim(f"losing store: after the lost object was sent again: {store.asked}",
          len(store.asked) == 4 and store.asked[0] == store.asked[1] and set(store.asked) == set(store.objects))


# testgrid 1.4
def test_lost_in_upload(bench):
    """A lease that is lost breaks the upload off, and does not wait for the store's time to be over."""
    job = bench.ask("passing")
    gone = threading.Event()

    def hold(path):
        with bench.queue.changed:
            bench.queue.orders[job] = None  # the lease is over
            bench.queue.changed.notify_all()
        gone.wait(60)

    store = slow_swift.SlowSwift(hold)
    use_store(bench, store)
    with bench.start("--once") as worker:
        # A put of so few bytes may take 30 seconds.
        bench.queue.wait_for(lambda: bench.queue.orders.get(job, "go_on") is None)
        try:
            code = worker.wait(timeout=20)
        except subprocess.TimeoutExpired:
            code = None
            worker.kill()
        gone.set()
        worker.stderr.read()
    claim(f"lost in the upload: the worker breaks it off and ends: {code}", code == 0)
    claim("lost in the upload: nothing more was sent", len(store.asked) == 1)
    claim("lost in the upload: nothing was told", job not in bench.queue.ends)


# autopkgtest 2.1
def test_wrong_configuration(bench):
    bench.virt = "#NO#"
    claim("configuration: a missing credential stops the worker", bench.run() == 1)
    claim("configuration: and is named", "#NO#" in bench.said)


def main():
    if shutil.which("autopkgtest") is None or os.geteuid() != 0:
        print("skipped: needs autopkgtest, and root for tests on this machine")
        return
    with tempfile.TemporaryDirectory(prefix="sluice-worker-") as root:
        bench = Bench(root)
        for each in (test_outcomes, test_never_run, test_cancelled, test_signals, test_killed,
                     test_slow_store, test_losing_store, test_lost_in_upload, test_wrong_configuration):
            each(bench)
    sys.exit(claims.end())


if __name__ == "__main__":
    main()
