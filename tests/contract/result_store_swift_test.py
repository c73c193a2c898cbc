#!/usr/bin/python3
"""The contract of result stores against the real Swift, signed in by version 1 and by a real Keystone.

covers nothing that result_store_test.cc leaves out; proves that Swift is as the other stores.
autopkgtest 2.7, 3, 10.1
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.services import keystone, swift  # noqa: E402

PROGRAM = pathlib.Path(os.environ["SLUICE_BIN"]).parent / "tests/sluice_test_contract"


def promises(**access):
    """What the contract says of the store that these words lead to."""
    names = {f"SLUICE_TEST_SWIFT_{key.upper()}": value for key, value in access.items()}
    done = subprocess.run([PROGRAM, "-tc=real Swift*"], env={**os.environ, **names},
                          capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


class StoreTest(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = place.name

    def check(self, **access):
        code, output = promises(**access)
        self.assertEqual(code, 0, output)
        self.assertIn("2 passed", output)

    @unittest.skipIf(swift.MISSING, f"not installed: {swift.MISSING}")
    def test_version_1(self):
        # autopkgtest 3; listings are cut after three lines
        with swift.Swift(f"{self.place}/swift", listing_max=3) as store:
            self.check(auth="v1", url=store.auth_url, user="ci:admin", password="admin-key")

    @unittest.skipIf(swift.MISSING + keystone.MISSING,
                     f"not installed: {swift.MISSING + keystone.MISSING}")
    def test_version_3(self):
        # autopkgtest 3
        with keystone.Keystone(f"{self.place}/keystone") as users:
            store = swift.Swift(f"{self.place}/swift", keystone=users)
            users.add_object_store(store.url)
            with store:
                self.check(auth="v3", url=users.url, user="admin", password=users.password,
                           project="admin")


if __name__ == "__main__":
    unittest.main()
