#!/usr/bin/python3
"""`sluice serve` with its results in a real Swift: read through the server, and found by its re-scan.

covers: cli/cmd_serve.cc cli/store_door.cc
autopkgtest 3, 5.1, 5.5
"""

import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.services import swift  # noqa: E402

SLUICE = os.environ["SLUICE_BIN"]
CONTAINER = "autopkgtest-noble"


def result_tar():
    """Of a worker that is not ours: it does not say what became of the run."""
    files = {"exitcode": "4\n", "testpkg-version": "bash 5.2-1\n", "duration": "61\n",
             "testinfo.json": json.dumps({"custom_environment": ["ADT_TEST_TRIGGERS=glibc/2.40-1"]})}
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return made.getvalue()


def ask(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


class ServeTest(unittest.TestCase):
    def serve(self, place, auth_url):
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("SWIFT_", "SLUICE_"))}
        environment.update(SWIFT_USERNAME="ci:admin", SWIFT_PASSWORD="admin-key")
        server = subprocess.Popen([SLUICE, "serve", "--state", f"{place}/state", "--port", "0", "--results", auth_url],
                                  stdout=subprocess.PIPE, env=environment)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait, 60)
        self.addCleanup(server.terminate)
        return server.stdout.readline().decode().strip().removeprefix("listening on ")

    @unittest.skipIf(swift.MISSING, f"not installed: {swift.MISSING}")
    def test_reading_and_rescan(self):
        run = "noble/amd64/b/bash/" + time.strftime("%Y%m%d_%H%M%S", time.gmtime(time.time() - 60)) + "_abcde@"
        with tempfile.TemporaryDirectory() as place, swift.Swift(f"{place}/swift") as store:
            store.put(CONTAINER)
            store.put(CONTAINER, name=f"{run}/result.tar", body=result_tar())
            store.put("autopkgtest-private", public=False)
            store.put("autopkgtest-private", public=False, name="secret", body=b"secret")
            url = self.serve(place, store.auth_url)

            listing = ask(f"{url}/results/{CONTAINER}/?prefix=noble/amd64/b/bash/&delimiter=@")
            self.assertEqual(listing, (200, f"{run}\n".encode()))
            self.assertEqual(ask(f"{url}/results/{CONTAINER}/{run}/result.tar"), (200, result_tar()))
            self.assertEqual(ask(f"{url}/results/{CONTAINER}/{run}/none")[0], 404)
            self.assertEqual(ask(f"{url}/results/autopkgtest-private/secret")[0], 401)
            self.assertEqual(ask(f"{url}/healthz")[0], 200)

            end = time.monotonic() + 240
            runs = []
            while not runs and time.monotonic() < end:
                runs = json.loads(ask(f"{url}/api/v1/runs?package=bash")[1])["runs"]
                time.sleep(0.2)
            self.assertEqual([entry["outcome"] for entry in runs], ["FAIL"])
            self.assertFalse(os.path.exists("http:"))


if __name__ == "__main__":
    unittest.main()
