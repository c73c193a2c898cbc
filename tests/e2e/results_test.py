#!/usr/bin/env python3
"""`sluice results` on a directory that a real server serves: runs are put, listed, got, opened by
temporary URLs, and read anew into the state.

autopkgtest 2.7, 3, 5.5
"""

# covers: cli/results_doors.cc

import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import claims  # noqa: E402
from support.claims import claim  # noqa: E402

SLUICE = os.environ["SLUICE_BIN"]
RUN = "noble/amd64/g/green/20260101_000000_aaaaa@"
PRIVATE = "private-autopkgtest-noble-o-p"


def sluice(*words):
    done = subprocess.run([SLUICE, "results", *map(str, words)], capture_output=True, timeout=60,
                          env={"PATH": os.environ["PATH"]})
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def write_run(directory):
    directory.mkdir(parents=True)
    with tarfile.open(directory / "result.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        for name, text in {"exitcode": "0\n", "duration": "61\n", "testpkg-version": "green 2\n",
                           "testinfo.json": "{}"}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    (directory / "log.gz").write_bytes(b"\x1f\x8b no real log")


class Server:
    def __init__(self, state, *words):
        self.process = subprocess.Popen(
            [SLUICE, "serve", "--state", str(state), "--port", "0", *map(str, words)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.url = line.removeprefix("listening on ").strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        self.process.stdout.close()

    def ask(self, url, method="GET"):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def put_list_get(place, store):
    write_run(place / "run")
    for _ in range(2):
        code, out, _ = sluice("put", place / "run", f"autopkgtest-noble/{RUN}", "--results", store)
        claim("a run is put, twice", code == 0 and out.endswith("/result.tar\n"), out)
    code, out, _ = sluice("list", "autopkgtest-noble", "--delimiter", "@", "--results", store)
    claim("it is listed", (code, out) == (0, RUN + "\n"), out)
    target = place / "got"
    code, _, _ = sluice("get", f"autopkgtest-noble/{RUN}/log.gz", target, "--results", store)
    claim("it is got", code == 0 and target.read_bytes() == (place / "run/log.gz").read_bytes())
    code, _, error = sluice("get", f"autopkgtest-noble/{RUN}/none", "--results", store)
    claim("what is not there", code == 1 and "none" in error, error)
    sluice("put", place / "run", f"{PRIVATE}/{RUN}", "--results", store)


def temporary_urls(place, store):
    key, other = place / "key", place / "other"
    claim("a key is made", sluice("key", key, "--results", store)[0] == 0)
    claim("for its owner's eyes", key.stat().st_mode & 0o777 == 0o600, oct(key.stat().st_mode))
    sluice("key", other, "--results", store)
    name = f"{PRIVATE}/{RUN}/log.gz"
    with Server(place / "state", "--results", store, "--temp-url-key", key) as server:
        def url(with_key, hours="1"):
            code, out, error = sluice("url", name, "--key", with_key, "--hours", hours,
                                      "--address", server.url + "/results", "--results", store)
            claim("a URL is made", code == 0, error)
            return out.strip()

        good = url(key)
        claim("a private object is not shown", server.ask(f"{server.url}/results/{name}")[0] == 401)
        claim("with the URL it is", server.ask(good) == (200, (place / "run/log.gz").read_bytes()))
        claim("HEAD, too", server.ask(good, "HEAD")[0] == 200)
        claim("another key does not sign", server.ask(url(other))[0] == 401)
        claim("another object is not meant", server.ask(good.replace("log.gz", "result.tar"))[0] == 401)
        past = good.rsplit("=", 1)[0] + "=" + str(int(time.time()) - 10)
        claim("the time is signed", server.ask(past)[0] == 401)
        claim("nothing else is done by it", server.ask(good, "DELETE")[0] == 405)
        code, _, error = sluice("rescan", "--state", place / "state", "--results", store)
        claim("a server has the state", code == 1 and "a server has the state" in error, error)


def rescan(place, store):
    code, out, _ = sluice("rescan", "--state", place / "state", "--results", store, "--json")
    claim("both containers are read", code == 0 and json.loads(out) ==
          {"containers": 2, "runs": 2, "new": 2, "passed_over": 0, "resumed": False}, out)
    code, out, _ = sluice("rescan", "--state", place / "state", "--results", store)
    claim("again: nothing new", out == "2 containers, 2 runs, 0 new, 0 passed over\n", out)
    with Server(place / "state", "--results", store) as server:
        runs = json.loads(server.ask(server.url + "/api/v1/runs?release=noble")[1])["runs"]
        claim("the server knows the public one", [run["version"] for run in runs] == ["2"], runs)
    code, _, error = sluice("rescan", "nothing", "--state", place / "state", "--results", store)
    claim("a container that is not there", code == 1 and "nothing" in error, error)


with tempfile.TemporaryDirectory() as temporary:
    here = pathlib.Path(temporary)
    put_list_get(here, here / "store")
    temporary_urls(here, here / "store")
    rescan(here, here / "store")
raise SystemExit(claims.end())
