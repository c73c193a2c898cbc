#!/usr/bin/python3
"""The contracts of queues (test requests to workers, requests of the gate) against a real RabbitMQ.

covers nothing that the unit tests leave out; proves that a broker is as the other queues.
autopkgtest 1.1, 1.4, testgrid 1.4
"""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.services import rabbitmq  # noqa: E402

PROGRAM = pathlib.Path(os.environ["SLUICE_BIN"]).parent / "tests/sluice_test_contract"
SKIPPED = 77  # ctest shows it as such


def main():
    if rabbitmq.MISSING:
        print(f"skipped: not installed: {rabbitmq.MISSING}")
        return SKIPPED
    with tempfile.TemporaryDirectory() as place, rabbitmq.RabbitMq(f"{place}/mq") as broker:
        done = subprocess.run([PROGRAM, "-tc=real RabbitMQ*"], timeout=500, check=False,
                              capture_output=True, text=True,
                              env={**os.environ, "SLUICE_TEST_AMQP_URL": broker.url,
                                   "SLUICE_TEST_AMQP_SUBMIT_URL": broker.submit_url})
    print(done.stdout + done.stderr)
    # Who names no case of the program would pass, too.
    return done.returncode if " 0 passed" not in done.stdout else 1


if __name__ == "__main__":
    sys.exit(main())
