#!/usr/bin/python3
"""The doors of the autopkgtest part against the real services: RabbitMQ and Swift as Debian ships them.

covers nothing that the unit tests leave out; proves that the services are as those tests believe.
migration 4.6.1, 4.6.2, 4.6.6, autopkgtest 1.1, 3
"""

import io
import json
import os
import pathlib
import signal
import subprocess
import sys
import tarfile
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.services import rabbitmq, swift  # noqa: E402

PROBE = pathlib.Path(os.environ["SLUICE_BIN"]).parent / "tests/sluice_probe"
QUEUE = "debci-testing-amd64"


def probe(*words):
    done = subprocess.run([PROBE, *map(str, words)], capture_output=True, text=True, timeout=120)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@unittest.skipIf(rabbitmq.MISSING, f"not installed: {rabbitmq.MISSING}")
class RabbitMqTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.broker = cls.enterClassContext(rabbitmq.RabbitMq(f"{cls.place.name}/mq"))
        cls.addClassCleanup(cls.place.cleanup)

    def setUp(self):
        self.state = pathlib.Path(tempfile.mkdtemp(dir=self.place.name))

    def test_a_queue_that_nobody_declared_gives_requests_back(self):
        # autopkgtest 1.1; runs before the others declare it: names decide the order
        code, _, errors = probe("storm", self.state, self.broker.submit_url, 150)
        self.assertEqual(code, 0)
        self.assertIn("150 test requests came back: queue debci-testing-amd64: 312 NO_ROUTE", errors)
        self.assertEqual(json.loads((self.state / "autopkgtest-pending.json").read_text()), {})

    def test_who_may_only_submit_can_request(self):
        # migration 4.6.6, autopkgtest 1.1
        self.assertEqual(probe("declare", self.broker.url, QUEUE)[0], 0)
        _, (figures,), _ = probe("storm", self.state, self.broker.submit_url, 250)
        self.assertEqual(figures["uncertain_after"], 0)
        _, messages, _ = probe("drain", self.broker.url, QUEUE)
        source, _, text = messages[0]["body"].partition("\n")
        self.assertEqual(len(messages), 250)
        self.assertEqual(source, "libsource000000-perl")
        self.assertEqual(json.loads(text)["triggers"], ["perl/5.36.0-7", "libperl-extra/1-1"])

    def test_wrong_password(self):
        url = self.broker.submit_url.replace("only", "secret")
        _, _, errors = probe("storm", self.state, url, 5)
        self.assertIn("5 test requests were not sent: cannot use amqp://127.0.0.1", errors)
        self.assertNotIn("secret", errors)

    def test_x_a_broker_that_is_frozen_gets_nothing(self):
        # Last: the broker answers nothing while it is stopped.
        probe("declare", self.broker.url, QUEUE)
        group = os.getpgid(self.broker.processes.running[-1][1].pid)
        os.killpg(group, signal.SIGSTOP)
        try:
            code, _, errors = probe("storm", self.state, self.broker.submit_url, 5)
        finally:
            os.killpg(group, signal.SIGCONT)
        self.assertEqual(code, 0)
        self.assertIn("5 test requests were not sent", errors)


def result_tar(**files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name, text in files.items():
            entry = tarfile.TarInfo(name.replace("_", "-") if name == "testpkg_version" else
                                    name.replace("_", "."))
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text.encode()))
    return out.getvalue()


@unittest.skipIf(swift.MISSING, f"not installed: {swift.MISSING}")
class SwiftTest(unittest.TestCase):
    """The store cuts listings after three lines, so that a few runs make several pages."""

    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.store = cls.enterClassContext(swift.Swift(f"{cls.place.name}/swift", listing_max=3))
        cls.addClassCleanup(cls.place.cleanup)
        cls.store.put("autopkgtest-trusty")
        info = json.dumps({"custom_environment": ["ADT_TEST_TRIGGERS=green/2 blue/1"]})
        whole = result_tar(exitcode="0\n", testpkg_version="green 2\n", testinfo_json=info)
        for day in range(1, 8):
            run = f"trusty/amd64/g/green/2015010{day}_100100@"
            cls.store.put("autopkgtest-trusty", name=f"{run}/log.gz", body=b"x")
            body = whole if day != 5 else whole[:700]
            if day != 6:
                cls.store.put("autopkgtest-trusty", name=f"{run}/result.tar", body=body)

    def news(self, series="trusty", source="green", latest="", page=3):
        return probe("swift", self.store.url, series, source, "amd64", latest, page)

    def test_runs_over_several_pages(self):
        # migration 4.6.2
        code, lines, _ = self.news()
        self.assertEqual(code, 0)
        runs = [line["run"] for line in lines if "run" in line]
        self.assertEqual(runs, [f"2015010{day}_100100@" for day in (1, 2, 3, 4, 7)])
        self.assertEqual(lines[0], {"run": "20150101_100100@", "code": "PASS", "version": "2",
                                    "triggers": "green/2 blue/1"})
        messages = [line["message"] for line in lines if "message" in line]
        self.assertEqual(len(messages), 2)
        self.assertIn("20150105_100100@/result.tar is damaged, ignoring: ", messages[0])
        self.assertIn("20150106_100100@/result.tar is missing", messages[1])

    def test_the_marker_leaves_out_what_is_known(self):
        # migration 4.6.2
        _, lines, _ = self.news(latest="20150104_100100@")
        self.assertEqual([line["run"] for line in lines if "run" in line], ["20150107_100100@"])

    def test_no_results_and_no_container(self):
        # migration 4.6.2, autopkgtest 3
        self.assertEqual(self.news(source="libblue")[:2], (0, []))
        self.assertEqual(self.news(series="xenial")[:2], (0, []))


if __name__ == "__main__":
    unittest.main()
