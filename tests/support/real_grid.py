"""`sluice serve` and `sluice worker` as they are, for tests of the whole way from a request to a verdict."""

import json
import os
import pathlib
import subprocess
import time
import urllib.request

SLUICE = os.environ["SLUICE_BIN"]


class Grid:
    """A controller and its workers; everything lies below `root`. `conf` is the worker's worker.conf, `serve` are more
    words of the controller's command line, `environment` are variables of both."""

    def __init__(self, root, release, arch, conf, serve=(), environment=None):
        self.root, self.release, self.arch = pathlib.Path(root), release, arch
        (self.root / "lists").mkdir()
        (self.root / "worker.conf").write_text(
            f"[autopkgtest]\nreleases = {release}\nretry_delay = 1\nper_package_config_dir = {root}/lists\n{conf}")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("SWIFT_", "SLUICE_"))}
        self.environment |= environment or {}
        self.serve = serve
        self.results = f"{root}/state/results"  # where workers bring the files of runs
        self.workers = []
        self.start_server()

    def start_server(self):
        """Also again, once it has ended: on the same state."""
        with open(self.root / "serve.log", "ab") as log:
            self.server = subprocess.Popen(
                [SLUICE, "serve", "--state", f"{self.root}/state", "--port", "0", "--infra-attempts", "1",
                 *self.serve],
                stdout=subprocess.PIPE, stderr=log, env=self.environment)
        self.url = self.server.stdout.readline().decode().strip().removeprefix("listening on ")
        self.environment["SLUICE_SERVER"] = self.url

    @property
    def worker(self):
        """The one that was started last."""
        return self.workers[-1]

    def start_worker(self, work="work", *words):
        with open(self.root / "worker.log", "ab") as log:
            self.workers.append(subprocess.Popen(
                [SLUICE, "worker", "-c", f"{self.root}/worker.conf", "-a", self.arch, "--server", self.url,
                 "--results", self.results, "--work", f"{self.root}/{work}", *words],
                stderr=log, env=self.environment))
        return self.worker

    def run(self, *words):
        """Standard output of a command of sluice."""
        done = subprocess.run([SLUICE, *words], capture_output=True, text=True, env=self.environment, timeout=120, check=False)
        return done.stdout

    def request(self, *packages):
        """Jobs by package. The trigger is none of a real source: so nothing is pinned."""
        text = self.run("request", *packages, "-s", self.release, "-a", self.arch, "--trigger", "migration-reference/0")
        return dict(zip(packages, [line.split("\t")[0] for line in text.splitlines()]))

    def job(self, number):
        with urllib.request.urlopen(f"{self.url}/api/v1/jobs/{number}", timeout=30) as answer:
            return json.load(answer)

    def page(self, path):
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return answer.read().decode()

    def wait(self, reached, seconds):
        """Whether it came true in time."""
        end = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > end or self.server.poll() is not None:
                return False
            time.sleep(0.2)
        return True

    def stop(self):
        # Twice: the first asks the worker to end its test first.
        for process in (*self.workers, *self.workers, self.server):
            if process.poll() is None:
                process.terminate()
                time.sleep(0.2)
        for process in (*self.workers, self.server):
            process.wait(60)
        self.server.stdout.close()
