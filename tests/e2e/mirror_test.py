#!/usr/bin/python3
"""A signed archive over HTTP: fetched, refused for every reason, and read by the gate in `sluice serve`.

The archive is real: keys by gpg, indexes and Release by hand, signatures by gpg; the server knows conditions
and notes what it was asked. # testgrid A40, migration 2.1
"""
# covers: cli/cmd_mirror.cc cli/mirror_threads.cc flow/mirror_turn.cc

import email.utils
import hashlib
import http.server
import lzma
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

SLUICE = os.environ["SLUICE_BIN"]
SOURCES = "Package: hello\nBinary: hello\nVersion: {v}\nMaintainer: M <m@example.org>\nArchitecture: any\nSection: x\n"
PACKAGES = "Package: hello\nVersion: {v}\nArchitecture: amd64\nMaintainer: M <m@example.org>\nSection: x\n"
CONF = """TESTING = {m}/dists/testing
UNSTABLE = {m}/dists/unstable
STATE_DIR = {r}/gate-state
HINTSDIR = {r}/hints
NONINST_STATUS = {r}/out/noninst
EXCUSES_OUTPUT = {r}/out/excuses.html
UPGRADE_OUTPUT = {r}/out/output.txt
HEIDI_OUTPUT = {r}/out/HeidiResult
ARCHITECTURES = amd64
NOBREAKALL_ARCHES = amd64
OUTOFSYNC_ARCHES =
BREAK_ARCHES =
NEW_ARCHES =
MINDAYS_MEDIUM = 0
DEFAULT_URGENCY = medium
NO_PENALTIES =
BOUNTY_MIN_AGE = 0
SMOOTH_UPDATES = libs
IGNORE_CRUFT = 1
ADT_ENABLE = no
"""


class Archive:
    """What is published, below `root`/archive."""

    def __init__(self, root):
        self.root, self.dists = root, root / "archive/dists"
        self.written = time.time() - 100_000  # each file later than those before, by more than a second
        self.home = root / "gnupg"
        self.home.mkdir(mode=0o700)
        self.key("good")
        self.key("other")
        self.key("old", "--faked-system-time", "20200101T000000", expires="2020-02-01")
        (root / "keyring.gpg").write_bytes(self.gpg("--export", "good@example.org"))
        (root / "old.gpg").write_bytes(self.gpg("--export", "old@example.org"))

    def gpg(self, *words, **more):
        environment = os.environ | {"GNUPGHOME": str(self.home)}
        command = ["gpg", "--batch", "--yes", "--quiet", "--passphrase", "", *words]
        return subprocess.run(command, check=True, capture_output=True, env=environment, **more).stdout

    def key(self, name, *before, expires="never"):
        self.gpg(*before, "--quick-gen-key", f"{name} <{name}@example.org>", "ed25519", "sign", expires)

    def release(self, suite, version, minutes=0, more=""):
        """Writes the indexes; answers the text of the Release."""
        digests = []
        indexes = {"main/source/Sources": SOURCES, "main/binary-amd64/Packages": PACKAGES}
        for path, form in indexes.items():
            plain = form.format(v=version).encode() + b"\n"
            packed = lzma.compress(plain)
            place = self.dists / suite / path
            by_hash = place.parent / "by-hash/SHA256"
            by_hash.mkdir(parents=True, exist_ok=True)
            pathlib.Path(f"{place}.xz").write_bytes(packed)
            (by_hash / hashlib.sha256(packed).hexdigest()).write_bytes(packed)
            for name, text in ((path, plain), (path + ".xz", packed)):
                digests.append(f" {hashlib.sha256(text).hexdigest()} {len(text)} {name}\n")
        date = email.utils.formatdate(time.time() - 3600 + 60 * minutes, usegmt=True).replace("GMT", "UTC")
        return (f"Origin: Test\nSuite: {suite}\nDate: {date}\nAcquire-By-Hash: yes\n{more}"
                f"Architectures: amd64\nComponents: main\nSHA256:\n{''.join(digests)}")

    def sign(self, suite, text, key="good", *before):
        signed = self.gpg(*before, "-u", f"{key}@example.org", "--clearsign", input=text.encode())
        self.put(suite, signed)

    def put(self, suite, signed):
        fresh = self.dists / suite / "InRelease.new"
        fresh.write_bytes(signed)
        self.written += 10
        os.utime(fresh, (self.written, self.written))
        fresh.rename(self.dists / suite / "InRelease")

    def publish(self, testing, unstable, minutes=0):
        for suite, version in (("testing", testing), ("unstable", unstable)):
            self.sign(suite, self.release(suite, version, minutes))


class Server:
    """Serves the archive; `asked` has (path, status)."""

    def __init__(self, directory):
        self.asked = asked = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *words, **more):
                super().__init__(*words, directory=directory, **more)

            def log_request(self, code="-", size="-"):
                asked.append((self.path, int(code)))

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.handle_error = lambda *_: None  # clients that are killed, or have had enough
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}"


class Test:
    def __init__(self, root):
        self.root, self.passed, self.failed = root, 0, 0
        self.archive = Archive(root)
        self.server = Server(str(root / "archive"))
        self.mirrors(self.server.url)

    def claim(self, text, holds, *more):
        self.passed, self.failed = self.passed + bool(holds), self.failed + (not holds)
        if not holds:
            print(f"not so: {text}", *more)

    def mirrors(self, url, keyring="keyring.gpg"):
        self.file = self.root / "mirrors.yaml"
        self.file.write_text(f"test:\n  url: {url}\n  suites: [testing, unstable]\n"
                             f"  keyrings: {self.root}/{keyring}\n  directory: {self.root}/m\n  interval: 1\n")

    def fetch(self):
        self.server.asked.clear()
        return subprocess.run([SLUICE, "mirror", "fetch", "--mirrors", self.file], capture_output=True, text=True, check=False)

    def seen(self):
        """The version in testing that a reader sees; None without any."""
        path = self.root / "m/dists/testing/main/binary-amd64/Packages"
        return re.search(r"Version: (.*)", path.read_text()).group(1) if path.exists() else None

    def refused(self, why, pattern):
        done, before = self.fetch(), self.seen()
        self.claim(f"{why} is refused", done.returncode == 1 and re.search(pattern, done.stderr), done.stderr)
        self.claim(f"{why} changes nothing", self.seen() == before == "1", self.seen())


def check_fetch(test):
    archive = test.archive
    archive.publish("1", "1")
    done = test.fetch()
    test.claim("a signed archive is fetched", done.returncode == 0 and test.seen() == "1", done.stderr)
    # The suites have the same indexes: what is there is not fetched twice.
    test.claim("by digest", sum("by-hash/SHA256" in path for path, _ in test.server.asked) == 2, test.server.asked)
    done = test.fetch()
    test.claim("nothing new costs two answers 304", [code for _, code in test.server.asked] == [304, 304], test.server.asked)
    shown = subprocess.run([SLUICE, "mirror", "show", "--mirrors", test.file], capture_output=True, text=True, check=False)
    test.claim("the age is shown", re.search(r"testing of .* UTC, (59|60) min old", shown.stdout), shown.stdout)


def check_refusals(test):
    archive = test.archive
    text = archive.release("testing", "2", 1)
    archive.sign("testing", text, "other")
    test.refused("an unknown key", "INFRA.MIRROR.SIGNATURE.*in no keyring")
    archive.sign("testing", text)
    whole = (archive.dists / "testing/InRelease").read_bytes()
    archive.put("testing", whole.replace(b"Origin: Test", b"Origin: Evil"))
    test.refused("a changed Release", "INFRA.MIRROR.SIGNATURE.*not what was signed")
    archive.put("testing", whole[: len(whole) // 2])
    test.refused("a Release that is cut off", "INFRA.MIRROR.HASHSUM.*cut off")
    archive.put("testing", b"Suite: testing\n\n" + whole)
    test.refused("text before the signed part", "INFRA.MIRROR.HASHSUM")
    archive.sign("testing", archive.release("testing", "2", -1))
    test.refused("an older Release", "INFRA.MIRROR.STALE.*older than the one in use")
    archive.sign("testing", archive.release("testing", "2", 1, "Valid-Until: Sat, 01 Jan 2022 00:00:00 UTC\n"))
    test.refused("an expired Release", "INFRA.MIRROR.STALE.*has expired")
    archive.sign("testing", archive.release("unstable", "2", 1))
    test.refused("another suite", "says that it is unstable")
    archive.sign("testing", archive.release("testing", "2", 1))
    shutil.rmtree(archive.dists / "testing/main/binary-amd64/by-hash")
    (archive.dists / "testing/main/binary-amd64/Packages.xz").write_bytes(lzma.compress(b"Package: evil\n\n"))
    test.refused("a changed index", "INFRA.MIRROR.HASHSUM.*Release promises")
    test.mirrors(test.server.url, "old.gpg")
    archive.sign("testing", archive.release("testing", "2", 1), "old", "--faked-system-time", "20200115T000000")
    test.refused("an expired key", "INFRA.MIRROR.SIGNATURE.*has expired")
    test.mirrors("http://127.0.0.1:1")
    test.refused("a mirror that is down", "INFRA.MIRROR.DOWN")
    test.mirrors(test.server.url)


def check_detached(test):
    archive = test.archive
    text = archive.release("testing", "2", 2)
    (archive.dists / "testing/InRelease").unlink()
    (archive.dists / "testing/Release").write_text(text)
    signature = archive.gpg("-u", "good@example.org", "--detach-sign", "--armor", input=text.encode())
    (archive.dists / "testing/Release.gpg").write_bytes(signature)
    done = test.fetch()
    test.claim("Release.gpg does too", done.returncode == 0 and test.seen() == "2", done.stderr)
    test.mirrors(str(archive.root / "archive"))
    archive.publish("3", "3", 3)
    done = test.fetch()
    test.claim("a path does too", done.returncode == 0 and test.seen() == "3", done.stderr)
    test.mirrors(test.server.url)


def wait_for(what):
    for _ in range(2400):
        if what():
            return True
        time.sleep(0.1)
    return False


def check_kills(test):
    """kill -9 after a growing time: what is seen is always whole."""
    states = set()
    for round_number in range(8):
        version = str(10 + round_number)
        test.archive.publish(version, version, 4 + round_number)
        process = subprocess.Popen([SLUICE, "mirror", "fetch", "--mirrors", test.file], stdout=subprocess.DEVNULL)
        time.sleep(0.012 * round_number)
        process.kill()
        process.wait()
        suites = [(test.root / f"m/dists/{suite}/main/{index}").read_text()
                  for suite in ("testing", "unstable") for index in ("source/Sources", "binary-amd64/Packages")]
        states.add(len({re.search(r"Version: (.*)", text).group(1) for text in suites}))
    test.claim("killed at any time, what is seen is one set", states == {1}, states)
    test.claim("and the next fetch goes on", test.fetch().returncode == 0 and test.seen() == "17", test.seen())


def check_serve(test):
    root = test.root
    for name in ("gate-state", "hints", "out"):
        (root / name).mkdir()
    (root / "britney.conf").write_text(CONF.format(m=root / "m", r=root))
    (root / "serve.yaml").write_text(f"state: {root}/state\nport: 0\ngate: {root}/britney.conf\nmirrors:\n"
                                     + "".join("  " + line + "\n" for line in test.file.read_text().splitlines()))
    test.archive.publish("20", "21", 30)
    shutil.rmtree(root / "m")
    log = open(root / "serve.log", "w", encoding="utf-8")
    server = subprocess.Popen([SLUICE, "serve", "-v", "-c", root / "serve.yaml"], stdout=subprocess.PIPE, stderr=log, text=True)
    url = server.stdout.readline().split()[-1]
    heidi = root / "out/HeidiResult"
    moved = wait_for(lambda: heidi.exists() and "hello 21 source" in heidi.read_text())
    said = (root / "serve.log").read_text()
    test.claim("the gate reads what was fetched", moved, said)
    test.claim("and not before that", "no index" not in said, said)
    health = urllib.request.urlopen(url + "/healthz", timeout=60).read().decode()
    test.claim("the health tells the age", health.startswith("ok\n") and re.search(r"testing of .* UTC, \d+ min old", health), health)
    page = urllib.request.urlopen(url + "/", timeout=60).read().decode()
    test.claim("and so does the page", "<h2>Mirrors</h2>" in page and "min old" in page, page)
    server.send_signal(signal.SIGTERM)
    test.claim("it ends as asked", server.wait(60) == 0)
    log.close()


def main():
    missing = [tool for tool in ("gpg", "gpgv") if shutil.which(tool) is None]
    if missing:
        print(f"skipped: needs {missing}")
        print("0 passed, 0 failed")
        return 0
    with tempfile.TemporaryDirectory() as directory:
        test = Test(pathlib.Path(directory))
        for check in (check_fetch, check_refusals, check_detached, check_kills, check_serve):
            check(test)
        subprocess.run(["gpgconf", "--homedir", test.archive.home, "--kill", "all"], check=False)
        print(f"{test.passed} passed, {test.failed} failed")
        return 1 if test.failed else 0


sys.exit(main())
