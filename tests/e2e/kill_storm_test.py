#!/usr/bin/python3
"""25,000 test requests by runs that are killed at random instants: none is lost, and of those that
go to a file none is sent twice. SLUICE_SEED repeats a storm (not its timing).

migration 4.6.1
"""

import collections
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support.services import rabbitmq  # noqa: E402

PROBE = pathlib.Path(os.environ["SLUICE_BIN"]).parent / "tests/sluice_probe"
COUNT = int(os.environ.get("SLUICE_STORM", "25000"))
QUEUE = "debci-testing-amd64"
failures = 0


def claim(text, holds):
    global failures
    if not holds:
        failures += 1
        print(f"not so: {text}")


def storm(state, url, *more):
    return [str(PROBE), "storm", str(state), url, str(COUNT), *more]


def journal_ids(state):
    """Requests whose fate the journal does not know: intents without a later record."""
    path = state / "autopkgtest-pending.journal"
    open_ids = {}
    for line in path.read_bytes().split(b"\n") if path.exists() else []:
        try:
            record = json.loads(line[9:])
        except ValueError:
            continue  # torn
        if "intent" in record:
            open_ids[record["intent"]] = record["source"]
        for number in record.get("sent", []) + record.get("unsent", []):
            open_ids.pop(number, None)
    return set(open_ids.values())


def kill_until_done(state, url, chance, lives_max):
    """Starts runs and kills them until one ends by itself. Returns kills, most uncertain per kill."""
    kills = most = 0
    known = set()
    for life in range(lives_max):
        run = subprocess.Popen(storm(state, url), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        # Long and short lives alike, so that start-up and the end are hit as well as the middle. The first three are
        # too short for a whole run: each storm hits.
        try:
            if life < lives_max - 1:
                run.wait(10 ** chance.uniform(-2.5, -1.5 if life < 3 else -0.3))
            else:
                run.wait()
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGKILL)
            run.wait()
            kills += 1
            now = journal_ids(state)
            most = max(most, len(now - known))
            known = now
            continue
        claim("a run that is left alone succeeds", run.returncode == 0)
        return kills, most
    return kills, most


def judge(name, kills, sources, most):
    sent = collections.Counter(sources)
    doubled = sum(n - 1 for n in sent.values())
    lost = COUNT - len(sent)
    print(f"{name}: {COUNT} requests, {kills} kills, {lost} lost, {doubled} doubled, "
          f"at most {most} of unknown fate per kill")
    claim(f"{name}: none is lost", lost == 0)
    claim(f"{name}: the storm hit", kills >= 3)
    return doubled


def check_peers_file(name, state):
    pending = json.loads((state / "autopkgtest-pending.json").read_text())
    archs = [a for sources in pending.values() for each in sources.values() for a in each]
    claim(f"{name}: the peers' file has every request", len(archs) == COUNT)


def file_storm(root, chance):
    state, target = root / "file-state", root / "requests"
    started = time.monotonic()
    kills, most = kill_until_done(state, f"file://{target}", chance, 400)
    lines = target.read_text().splitlines()
    for line in lines:
        json.loads(line.split(" ", 1)[1])  # every line is whole
    doubled = judge("file", kills, [line.split(" ")[0] for line in lines], most)
    claim("file: none is doubled", doubled == 0)
    check_peers_file("file", state)
    print(f"file: {time.monotonic() - started:.1f} s")


def amqp_storm(root, chance):
    if rabbitmq.MISSING:
        print(f"skipped: AMQP, because {', '.join(rabbitmq.MISSING)} is not installed")
        return
    state = root / "amqp-state"
    with rabbitmq.RabbitMq(root / "rabbitmq") as broker:
        subprocess.run([PROBE, "declare", broker.url, QUEUE], check=True)
        kills, most = kill_until_done(state, broker.submit_url, chance, 60)
        check_peers_file("AMQP", state)
        before = json.loads(subprocess.run(storm(state, broker.submit_url), check=True,
                                           capture_output=True, text=True).stdout)
        # The time of resend-after is over: what nobody knows is sent again, once.
        subprocess.run(storm(state, broker.submit_url, "0"), check=True, capture_output=True)
        drained = subprocess.run([PROBE, "drain", broker.url, QUEUE], check=True,
                                 capture_output=True, text=True).stdout.splitlines()
    sources = [json.loads(line)["body"].split("\n")[0] for line in drained]
    doubled = judge("AMQP", kills, sources, most)
    print(f"AMQP: {before['uncertain_after']} stayed open until their time was over")
    claim("AMQP: at most 100 of unknown fate per kill", most <= 100)
    claim("AMQP: only what was open is doubled", doubled <= before["uncertain_after"])


def main():
    seed = int(os.environ.get("SLUICE_SEED", random.randrange(1 << 30)))
    print(f"SLUICE_SEED={seed}")
    with tempfile.TemporaryDirectory() as directory:
        file_storm(pathlib.Path(directory), random.Random(seed))
        amqp_storm(pathlib.Path(directory), random.Random(seed + 1))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
