#!/usr/bin/env python3
"""The grid's commands against a real server that is killed between all steps: nothing is lost and
nothing happens twice. The worker is played over HTTP.

testgrid 1.4, 5.1, 5.3, 7.1
"""

# covers: cli/cmd_serve.cc

import gzip
import hashlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import claims  # noqa: E402
from support.claims import claim  # noqa: E402

SLUICE = os.environ["SLUICE_BIN"]


class Server:
    """`sluice serve` on one state; always at the port that the first start found."""

    def __init__(self, state, *options):
        self.state, self.options, self.port, self.process = state, options, 0, None

    def start(self):
        self.process = subprocess.Popen(
            [SLUICE, "serve", "--state", str(self.state), "--port", str(self.port), *self.options],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.removeprefix("listening on http://127.0.0.1:"))

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def restart(self):
        self.kill()
        self.start()

    def run(self, *words, token=None):
        """Exit code, standard output and standard error of a command."""
        env = {"PATH": os.environ["PATH"], "USER": "jane", "SLUICE_SERVER": self.url("")}
        if token:
            env["SLUICE_TOKEN_FILE"] = str(token)
        done = subprocess.run([SLUICE, *words], capture_output=True, text=True, env=env, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def post(self, path, body, token=None):
        """Status and answer."""
        request = urllib.request.Request(self.url("/api/v1/" + path), json.dumps(body).encode(), {"Content-Type": "application/json"})
        if token:
            request.add_header("Authorization", "Bearer " + token.read_text().strip())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or "{}")

    def lease(self, worker="h-1"):
        status, lease = self.post(f"workers/{worker}/lease", {"queues": ["debci-noble-amd64"], "wait": 0})
        return (lease if status == 200 else None)

    def heartbeat(self, job, epoch):
        return self.post(f"leases/{job}.{epoch}:heartbeat",
                         {"worker": "h-1", "phase": "running", "duration": 3,
                          "log_bytes": 4, "log_tail": "tail", "test": ""})

    def complete(self, job, epoch, outcome, directory):
        return self.post(f"leases/{job}.{epoch}:complete", {
            "worker": "h-1", "outcome": outcome, "blame": "package", "detail": "", "exit_code": 4,
            "version": "foo 1", "duration": 3, "container": "autopkgtest-noble",
            "directory": directory, "digest": "0" * 64})


def one_test_through_kills(server, state):
    asked = ("request", "foo", "-s", "noble", "-a", "amd64", "--trigger", "glibc/2.40-1")
    claim("a request becomes a job", server.run(*asked) == (0, "j-1\tcreated\n", ""))
    server.restart()
    claim("asked again it is the same job", server.run(*asked) == (0, "j-1\texisting\n", ""))
    code, text, _ = server.run("queue")
    claim("the queue counts it", code == 0 and "debci-noble-amd64\t1\t\t0\t" in text, text)
    code, text, _ = server.run("queue", "--jobs")
    claim("and lists it", text == "j-1\tqueued\tfoo\tdebci-noble-amd64\tglibc/2.40-1\t\n", text)
    server.restart()

    lease = server.lease()
    claim("a worker gets it", lease and lease["job"] in (1, "j-1") and lease["epoch"] == 1, lease)
    server.restart()
    claim("nobody else gets it", server.lease("h-2") is None)
    claim("the worker goes on", server.heartbeat("j-1", 1) == (200, {"order": "go_on"}))
    server.restart()
    claim("and again", server.heartbeat("j-1", 1)[1] == {"order": "go_on"})
    code, text, _ = server.run("job", "show", "j-1")
    claim("it runs", "state\trunning\n" in text and "attempt 1\t" in text, text)

    directory = "noble/amd64/f/foo/20270115_080000_1@"
    files = state / "results/autopkgtest-noble" / directory
    files.mkdir(parents=True)
    log = gzip.compress(b"the log\n")
    (files / "log.gz").write_bytes(log)
    (files / ".sluice-head-log.gz").write_text(json.dumps({
        "content_encoding": "gzip", "content_type": "text/plain", "size": len(log),
        "etag": hashlib.md5(log, usedforsecurity=False).hexdigest()}))
    (state / "results/autopkgtest-noble/.sluice-container").write_text(
        json.dumps({"read": ".rlistings,.r:*"}))
    claim("a lease of another epoch is over",
          server.complete("j-1", 2, "PASS", directory)[0] == 409)
    status, answer = server.complete("j-1", 1, "FAIL", directory)
    claim("its end is taken", status == 200, answer)
    server.restart()
    claim("said twice it is harmless", server.complete("j-1", 1, "FAIL", directory)[0] == 200)
    code, text, _ = server.run("job", "show", "j-1")
    claim("it has one attempt and one end", text.count("attempt ") == 1 and "outcome\tFAIL\n" in text, text)
    with urllib.request.urlopen(server.url("/api/v1/runs"), timeout=30) as runs:
        claim("there is one run", len(json.load(runs)["runs"]) == 1)
    claim("waiting for it tells the failure", server.run("retry", "--dry-run")[1].startswith("j-1\tdone"))
    return files


def retry_and_pause(server):
    claim("retry runs it again", server.run("retry", "--trigger", "glibc")[0] == 0)
    server.restart()
    code, text, _ = server.run("pause", "add", "--scope", "arch:amd64", "--reason", "no power")
    claim("a pause has a number", (code, text) == (0, "p-1\n"), text)
    server.restart()
    claim("nothing is given out", server.lease() is None)
    code, text, _ = server.run("queue", "--state", "held")
    claim("the job is held and says why", text.startswith("j-1\theld") and "no power" in text, text)
    claim("and so does a wait", server.run("request", "foo", "-s", "noble", "-a", "amd64", "--trigger",
                                           "glibc/2.40-1", "--wait")[0] == 4)
    claim("it is lifted", server.run("pause", "lift", "p-1")[0] == 0)
    claim("once", server.run("pause", "lift", "p-1")[0] == 1)
    server.restart()
    code, text, _ = server.run("pause", "add", "--scope", "worker:h", "--mode", "drain", "--reason", "disk")
    claim("a host where nothing runs is drained at once", (code, text) == (0, "p-2\n"), text)
    server.restart()
    claim("it gets nothing", server.lease() is None and server.lease("h-2") is None)
    claim("it goes on", server.run("pause", "lift", "p-2")[0] == 0)
    claim("the next lease has the next epoch", (server.lease() or {}).get("epoch") == 2)
    claim("the first lease is over", server.heartbeat("j-1", 1)[0] == 409)
    claim("cancelled", server.run("job", "cancel", "j-1")[0] == 0)
    server.restart()
    status, answer = server.heartbeat("j-1", 2)
    claim("the worker is told to stop", answer == {"order": "stop"}, answer)


def refusals(server, state):
    code, _, errors = Server(state).run("serve", "--state", str(state), "--port", "0")
    claim("a second server on the state is refused", code == 1 and "another server has" in errors, errors)
    with tempfile.TemporaryDirectory() as other:
        code, _, errors = server.run("serve", "--state", other, "--port", str(server.port))
    claim("a port that is in use is named", code == 1 and f"127.0.0.1:{server.port}" in errors, errors)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
        code, _, errors = server.run("queue", "--server", nobody)
    claim("a server that is not there is an error", code == 1 and errors.startswith("sluice: "), errors)
    claim("an unknown job too", server.run("job", "show", "j-99")[0] == 1)
    code, _, errors = server.run("request", "../x", "-s", "noble", "-a", "amd64", "--trigger", "glibc/2.40-1")
    claim("a bad name is refused", code == 1 and errors.startswith("sluice: refused: "), errors)
    claim("and noted", "../x" not in server.run("queue")[1] and server.run("queue", "--rejected")[1] != "")


def limits_of_a_file(place):
    """testgrid 6.5: what the configuration file says comes to the desk of a running server."""
    config = place / "serve.yaml"
    config.write_text("storm_max: 1\n")
    server = Server(place / "limited", "--config", str(config))
    server.start()
    asked = ("request", "-s", "noble", "-a", "amd64", "--trigger", "glibc/2.40-1")
    claim("the first of a storm", server.run(*asked, "foo")[0] == 0)
    code, _, errors = server.run(*asked, "bar")
    claim("the next is above the cap", code == 1 and "more than 1 open requests" in errors, errors)
    claim("what is open is cancelled", server.run("job", "cancel", "j-1")[0] == 0)
    claim("and asked for anew", server.run(*asked, "foo")[1] == "j-2\tcreated\n")
    code, _, errors = server.run("job", "retry", "j-1")
    claim("which a retry is told of", code == 1 and "job j-2 for the same test is open" in errors, errors)
    server.kill()


def tokens(server, state, place):
    files = {}
    for role in ("worker", "submitter", "admin"):
        files[role] = place / role
        done = server.run("token", role, role + "-1", str(files[role]), "--state", str(state))
        claim(f"a token for a {role}", done == (0, "", "") and files[role].stat().st_mode & 0o77 == 0, done)
    code, _, errors = server.run("token", "admin", "admin-1", str(place / "x"), "--state", str(state))
    claim("a name has one", code == 1 and "admin-1" in errors and not (place / "x").exists(), errors)

    asked = ("request", "bar", "-s", "noble", "-a", "amd64", "--trigger", "glibc/2.40-1")
    paused = ("pause", "add", "--scope", "grid", "--reason", "r")
    claim("the house is closed at once", server.run(*asked)[0] == 6)
    claim("reading stays open", server.run("queue")[0] == 0)
    claim("a worker may not ask", server.run(*asked, token=files["worker"])[0] == 6)
    claim("a submitter may", server.run(*asked, token=files["submitter"])[0] == 0)
    claim("but not pause", server.run(*paused, token=files["submitter"])[0] == 6)
    claim("an admin may", server.run(*paused, token=files["admin"])[0] == 0)
    wrong = place / "wrong"
    wrong.write_text("sluice_wrong\n")
    claim("an unknown token may nothing", server.run(*asked, token=wrong)[0] == 6)
    lease = ("workers/h-1/lease", {"queues": ["debci-noble-amd64"], "wait": 0})
    claim("without a token there is no lease", server.post(*lease)[0] == 403)
    claim("with one there may be", server.post(*lease, token=files["worker"])[0] == 204)
    (state / "tokens").write_text("")
    claim("without its lines the file opens nothing", server.run(*asked)[0] == 6)


def main():
    with tempfile.TemporaryDirectory() as directory:
        place = pathlib.Path(directory)
        state = place / "state"
        server = Server(state)
        server.start()
        try:
            files = one_test_through_kills(server, state)
            done = server.run("log", "j-1")
            claim("the log is printed", done == (0, "the log\n", ""), done)
            retry_and_pause(server)
            claim("the log stays", server.run("log", "j-1")[1] == "the log\n", str(files))
            refusals(server, state)
            tokens(server, state, place)
            limits_of_a_file(place)
            server.process.terminate()
            claim("it ends as asked", server.process.wait(30) == 0)
        finally:
            if server.process.poll() is None:
                server.kill()
    return claims.end()


if __name__ == "__main__":
    raise SystemExit(main())
