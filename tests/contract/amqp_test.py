#!/usr/bin/python3
"""The test grid's doors to AMQP against a real RabbitMQ.

autopkgtest 1.1, 1.2, 1.3, 1.4, decision 18
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.services import rabbitmq  # noqa: E402

PROBE = pathlib.Path(os.environ["SLUICE_BIN"]).parent / "tests/sluice_probe"


def probe(*words):
    done = subprocess.run([PROBE, *map(str, words)], capture_output=True, text=True, timeout=120)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@unittest.skipIf(rabbitmq.MISSING, f"not installed: {rabbitmq.MISSING}")
class BrokerTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory()
        cls.broker = cls.enterClassContext(
            rabbitmq.RabbitMq(f"{cls.place.name}/mq", consumer_timeout_ms=2_000))
        cls.addClassCleanup(cls.place.cleanup)
        cls.url = cls.broker.url

    def setUp(self):
        self.state = pathlib.Path(tempfile.mkdtemp(dir=self.place.name))
        self.database = self.state / "grid.db"
        self.queue = f"debci-noble-{self.id().rsplit('_', 1)[1]}"

    def ingest(self, turns, *more):
        return probe("ingest", self.url, self.database, self.queue, turns, *more)

    def jobs(self):
        return probe("jobs", self.database)[1]

    def waiting(self):
        return [message["body"] for message in probe("drain", self.url, self.queue)[1]]


class IngressTest(BrokerTest):
    def test_requests_become_rows_and_garbage_is_recorded_amd64(self):
        # autopkgtest 1.1, 1.4, 1.6: the queue is ours to declare, a producer may do nothing but submit
        self.ingest(1)
        _, sent, _ = probe("publish", self.broker.submit_url, self.queue,
                           'bash\n{"triggers": ["glibc/2.40-1"]}', 'bash\n{"triggers":', "x" * 70_000,
                           'zlib\n{"requester": "jane"}')
        self.assertEqual({each["state"] for each in sent}, {"confirmed"})
        self.ingest(2)
        lines = self.jobs()
        self.assertEqual([(j["package"], j["class"]) for j in lines if "package" in j],
                         [("bash", "rdeps_small"), ("zlib", "manual")])
        self.assertEqual([j["rejected"] for j in lines if "rejected" in j][0], "the message has 70000 bytes")
        self.assertEqual(self.waiting(), [])

    def test_a_kill_between_commit_and_acknowledgement_riscv64(self):
        # autopkgtest 1.4, testgrid 1.4
        self.ingest(1)
        probe("publish", self.url, self.queue, *(f'p{i}\n{{"triggers": ["glibc/2"]}}' for i in range(150)))
        self.assertEqual(self.ingest(1, "die")[0], -9)
        self.assertGreater(len(self.jobs()), 0)
        self.ingest(3)
        self.assertEqual(sorted(j["package"] for j in self.jobs()), sorted(f"p{i}" for i in range(150)))
        self.assertEqual(self.waiting(), [])

    def test_a_queue_of_another_form_is_used_as_it_is_s390x(self):
        # autopkgtest 1.1: declaring it our way would be answered with 406
        self.assertEqual(probe("declare-odd", self.url, self.queue)[0], 0)
        probe("publish", self.url, self.queue, "bash")
        _, turns, errors = self.ingest(1)
        self.assertEqual((turns, errors), ([{"pause_ms": 0}], ""))
        self.assertEqual(len(self.jobs()), 1)
        self.assertEqual(probe("declare", self.url, self.queue)[0], 1)  # it still is what it was

    def test_peers_may_declare_our_queues_i386(self):
        # autopkgtest 1.1
        self.ingest(1)
        self.assertEqual(probe("declare", self.url, self.queue)[0], 0)

    def test_who_may_not_read_is_told_so_arm64(self):
        # autopkgtest 1.1
        probe("declare", self.url, self.queue)
        _, turns, errors = probe("ingest", self.broker.submit_url, self.database, self.queue, 1)
        self.assertEqual(turns, [{"pause_ms": 1000}])
        self.assertIn("403", errors)
        self.assertNotIn("only", errors.replace("only be", ""))

    def test_the_second_broker_is_taken_when_the_first_is_gone_armhf(self):
        # autopkgtest 1.1
        urls = f"amqp://admin:all@127.0.0.1:1/ {self.url}"
        probe("declare", self.url, self.queue)
        probe("publish", self.url, self.queue, "bash")
        probe("ingest", urls, self.database, self.queue, 1)
        self.assertEqual(len(self.jobs()), 1)


class GridTest(BrokerTest):
    """The queue is always the same one here, so that the standalone worker can be the foreign one."""

    def setUp(self):
        super().setUp()
        self.queue = "debci-noble-amd64"
        probe("learn", self.url, self.state / "nobody.db", 1)  # the listener's queue exists
        self.waiting()

    def egress(self, url, *packages):
        return probe("egress", url, self.database, self.queue, 1, *packages)

    def learn(self):
        _, lines, errors = probe("learn", self.url, self.database, 2)
        return [(line["run"], line["outcome"]) for line in lines if "run" in line], errors

    def test_a_job_goes_to_a_foreign_worker_and_its_end_comes_back(self):
        # autopkgtest 1.1, 1.3, 1.6; decision 18
        self.assertEqual(self.egress(self.url, "bash")[1], [{"pause_ms": 2000}])
        _, lines, errors = probe("work", self.url, self.queue, 0)
        self.assertEqual((lines, errors), ([{"package": "bash"}, {"finished": ""}, {"next": ""}], ""))
        self.assertEqual(self.learn(), ([("bash", "PASS")], ""))
        self.assertEqual([(j["state"], j["outcome"]) for j in self.jobs()], [("done", "PASS")])
        self.assertEqual(self.waiting(), [])

    def test_a_queue_that_is_not_there_and_may_not_be_declared(self):
        # autopkgtest 1.1: without `mandatory` this request would be gone
        self.queue = "debci-noble-sparc"
        _, lines, _ = self.egress(self.broker.submit_url, "bash")
        self.assertEqual(lines, [{"pause_ms": 2000},
                                 {"error": "queue debci-noble-sparc: 312 NO_ROUTE"}])

    def test_a_worker_that_is_killed_gives_its_request_back(self):
        # autopkgtest 1.4
        self.egress(self.url, "dash")
        code, lines, _ = probe("work", self.url, self.queue, 0, "die")
        self.assertEqual((code, lines), (-9, [{"package": "dash"}]))
        self.assertEqual(probe("work", self.url, self.queue, 0)[1][0], {"package": "dash"})
        self.assertEqual(self.learn()[0], [("dash", "PASS")])

    def test_a_test_longer_than_consumer_timeout_is_run_once_and_counts(self):
        # autopkgtest 1.4: the broker closes the channel after two seconds here
        self.egress(self.url, "gcc-14")
        _, lines, errors = probe("work", self.url, self.queue, 6)
        lost = [line["heartbeat"] for line in lines if "heartbeat" in line]
        self.assertEqual(len(lost), 1)
        self.assertIn("the broker has the request again", lost[0])
        self.assertIn("406 PRECONDITION_FAILED", lost[0])
        self.assertEqual(lines[-2:], [{"finished": ""}, {"next": ""}])
        self.assertEqual(self.learn()[0], [("gcc-14", "PASS")])
        self.assertEqual(self.waiting(), [])

    def test_our_runs_are_told_and_our_exchanges_are_the_peers(self):
        # autopkgtest 1.2, 1.3: declared otherwise, a peer's declaration would fail with 406
        _, lines, errors = probe("announce", self.url, self.database, "zsh")
        self.assertEqual((lines, errors), ([{"pause_ms": 10000}], ""))
        self.assertEqual(probe("declare-fanout", self.url, "teststatus.fanout", "transient")[0], 0)
        self.assertEqual(probe("declare-fanout", self.url, "testcomplete.fanout", "durable")[0], 0)
        self.assertEqual(probe("declare-fanout", self.url, "teststatus.fanout", "durable")[0], 1)
        self.database = self.state / "reader.db"
        self.assertEqual(self.learn()[0], [("zsh", "PASS")])


class RestartTest(BrokerTest):
    def test_a_broker_that_restarts_in_the_middle_loses_nothing_amd64(self):
        # autopkgtest 1.1, 1.4
        probe("declare", self.url, self.queue)
        probe("publish", self.url, self.queue, *(f"p{i}" for i in range(120)))
        running = subprocess.Popen(
            [PROBE, "ingest", self.url, self.database, self.queue, "16"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            running.stdout.readline()
            self.broker.restart()
            probe("publish", self.url, self.queue, *(f"q{i}" for i in range(20)))
            running.wait(120)
        finally:
            running.kill()
            errors = running.stderr.read()
            running.stdout.close()
            running.stderr.close()
            running.wait()
        self.assertIn("amqp: no requests are taken", errors)
        self.assertIn("amqp: requests are taken again", errors)
        self.assertEqual(len(self.jobs()), 140)
        self.assertEqual(self.waiting(), [])


if __name__ == "__main__":
    unittest.main()
