#!/usr/bin/env python3
"""The figures of a grid's server: a full queue, its restart after kill -9, its memory, its history.

Starts `sluice serve` on the loopback with a state of its own, and `bench_grid_load` beside it:

1. REQUESTS are submitted; the highest resident memory is read;
2. three times: kill -9, and how long until the server answers with as many waiting;
3. all are leased and finished by WORKERS that never pause;
4. a second, quieter load: --paced requests, each test --mean ms, which shows the latency of a lease;
5. RUNS results of PACKAGES packages are put into the state, and the history of random packages is
   asked for (100 runs as JSON).

Needs about 1 kB of disk for each request and each result. Prints text; with --json also one object.
"""

import argparse
import json
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

LISTENING = re.compile(r"listening on (http://[^\s,]+:(\d+))")
START_S = 60
RUN_COLUMNS = (
    "container", "directory", "release", "arch", "package", "run_id", "version", "triggers", "env",
    "requester", "exit_code", "duration", "outcome", "job", "seen", "entered",
)  # fmt: skip


class Server:
    def __init__(self, binary, state):
        self.command = [binary, "serve", "--state", str(state), "--port", "0"]
        self.state = state
        self.log = state.parent / "serve.log"
        self.process = None
        self.url = self.port = None

    def start(self):
        """Seconds until it answers."""
        begin = time.monotonic()
        out = self.log.open("w+b")
        self.process = subprocess.Popen(self.command, stdout=out, stderr=subprocess.STDOUT)
        while time.monotonic() - begin < START_S:
            found = LISTENING.search(self.log.read_text(errors="replace"))
            if found:
                self.url, self.port = found.group(1), int(found.group(2))
                urllib.request.urlopen(self.url + "/healthz", timeout=START_S).close()
                return time.monotonic() - begin
            if self.process.poll() is not None:
                break
            time.sleep(0.005)
        sys.exit(f"grid_figures: no server: {self.log.read_text(errors='replace')[-500:]}")

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return json.load(answer)

    def waiting(self):
        return sum(each.get("queued", 0) for each in self.get("/api/v1/queues")["queues"])

    def peak_mb(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s*(\d+)", status).group(1)) / 1000

    def end(self, how):
        self.process.send_signal(how)
        self.process.wait()


def load(options, server, requests, workers, mean):
    command = [options.load, str(server.port), str(requests), str(workers), str(mean)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print("".join(f"  {line}\n" for line in text.splitlines()), end="", flush=True)
    return text


def quantiles(times):
    ordered = sorted(times)
    return {
        "p50": round(statistics.median(ordered), 2),
        "p99": round(ordered[int(0.99 * (len(ordered) - 1))], 2),
        "worst": round(ordered[-1], 2),
    }


def add_results(state, runs, packages):
    """As if so many tests had ended, three in four with a pass."""
    database = sqlite3.connect(state / "grid.db")
    first = database.execute("SELECT coalesce(max(entered), 0) FROM run").fetchone()[0]

    def rows():
        for i in range(runs):
            package = f"history{i % packages}"
            run_id = f"2025{1 + i // 28 % 12:02}{1 + i % 28:02}_{i % 240000:06}_{i:x}@"
            passed = i % 4 != 0
            yield (
                "autopkgtest-noble", f"noble/amd64/h/{package}/{run_id}", "noble", "amd64", package,
                run_id, f"{package} 1.{i // packages}", f"trigger/{i}", "", "", 0 if passed else 4,
                60, "PASS" if passed else "FAIL", None, 1_760_000_000_000_000 + i, first + 1 + i,
            )  # fmt: skip

    with database:
        marks = ", ".join("?" * len(RUN_COLUMNS))
        database.executemany(f"INSERT INTO run ({', '.join(RUN_COLUMNS)}) VALUES ({marks})", rows())
    database.close()


def history(server, packages, questions):
    chosen = random.Random(7)
    times = []
    for _ in range(questions):
        path = f"/api/v1/runs?package=history{chosen.randrange(packages)}&limit=100"
        begin = time.monotonic()
        found = server.get(path)["runs"]
        times.append(1000 * (time.monotonic() - begin))
        if len(found) != 100:
            sys.exit(f"grid_figures: {path}: {len(found)} runs instead of 100")
    return quantiles(times)


def measure(options, server):
    figures = {}
    server.start()
    print(f"{options.requests} requests are submitted", flush=True)
    text = load(options, server, options.requests, 0, 0)
    figures["submitted_per_second"] = int(re.search(r": (\d+) per second", text).group(1))
    figures["peak_mb_queued"] = server.peak_mb()
    figures["restart_s"] = []
    for _ in range(3):
        server.end(signal.SIGKILL)
        figures["restart_s"].append(round(server.start(), 2))
        if server.waiting() != options.requests:
            sys.exit(f"grid_figures: {server.waiting()} requests wait after a restart")
    print(f"restarts with all of them queued: {figures['restart_s']} s", flush=True)
    print(f"leased and finished by {options.workers} workers", flush=True)
    text = load(options, server, 0, options.workers, 0)
    figures["finished_per_second"] = int(re.search(r", (\d+) tests per second", text).group(1))
    figures["peak_mb"] = server.peak_mb()
    print(f"peak {figures['peak_mb']:.0f} MB; with a pause between:", flush=True)
    text = load(options, server, options.paced, options.workers, options.mean)
    lease = re.search(r"lease: \d+, p50 ([\d.]+) ms, p99 ([\d.]+) ms", text)
    figures["paced_lease_ms"] = {"p50": float(lease.group(1)), "p99": float(lease.group(2))}
    server.end(signal.SIGTERM)
    print(f"{options.runs} results are put into the state", flush=True)
    add_results(server.state, options.runs, options.packages)
    figures["start_with_results_s"] = round(server.start(), 2)
    history(server, options.packages, 20)  # the file is in the page cache afterwards
    figures["history_ms"] = history(server, options.packages, options.questions)
    print(f"history of a package, 100 runs: {figures['history_ms']} ms", flush=True)
    server.end(signal.SIGTERM)
    return figures


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sluice", help="the program")
    parser.add_argument("load", help="bench_grid_load of the same build")
    parser.add_argument("--requests", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=500)
    parser.add_argument("--paced", type=int, default=20_000)
    parser.add_argument("--mean", type=int, default=500, help="ms a test, of the paced load")
    parser.add_argument("--runs", type=int, default=1_000_000)
    parser.add_argument("--packages", type=int, default=5_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="grid-figures-"))
    server = Server(options.sluice, directory / "state")
    try:
        figures = measure(options, server)
    finally:
        if server.process is not None and server.process.poll() is None:
            server.end(signal.SIGKILL)
        shutil.rmtree(directory, ignore_errors=True)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
