#!/usr/bin/python3
"""25,000 test requests by runs that are killed at random instants: none is lost, and of those that
go to a file none is sent twice. The same with `sluice migrate` itself and a small archive. After each
kill a peer could start: its file has nothing that was not sent, and lacks the latest only. SLUICE_SEED
repeats a storm (not its timing).

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

SLUICE = pathlib.Path(os.environ["SLUICE_BIN"])
PROBE = pathlib.Path(os.environ["SLUICE_BIN"]).parent / "tests/sluice_probe"
COUNT = int(os.environ.get("SLUICE_STORM", "25000"))
QUEUE = "debci-testing-amd64"
FIRST_CHECKPOINT = 256  # flow/send_requests.h
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


def told_to_peers(state):
    """What a peer that starts now would take for pending: (source, architecture)."""
    path = state / "autopkgtest-pending.json"
    pending = json.loads(path.read_text()) if path.exists() else {}
    return {(source, arch) for sources in pending.values() for source, archs in sources.items() for arch in archs}


def sent_to_file(target):
    """(source, architecture) of the whole lines of a file of requests, which may not be there yet."""
    lines = target.read_text().split("\n")[:-1] if target.exists() else []
    return [(line.split(":")[1].split(" ")[0], line.split(":")[0].rsplit("-", 1)[1]) for line in lines]


def check_after_kill(name, state, target):
    """A peer must not take for pending what was not sent, and may miss the latest only. Returns how many."""
    told, sent = told_to_peers(state), set(sent_to_file(target))
    claim(f"{name}: the peers' file has nothing that was not sent", told <= sent)
    claim(f"{name}: it lacks {len(sent - told)} of {len(sent)}", len(sent - told) <= max(FIRST_CHECKPOINT, len(told)))
    return len(sent - told)


def kill_until_done(state, url, chance, lives_max):
    """Starts runs and kills them until one ends by itself. Returns kills, most uncertain per kill."""
    lacked = 0
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
            if url.startswith("file://"):
                lacked = max(lacked, check_after_kill("file", state, pathlib.Path(url[7:])))
            now = journal_ids(state)
            most = max(most, len(now - known))
            known = now
            continue
        claim("a run that is left alone succeeds", run.returncode == 0)
        if url.startswith("file://"):
            print(f"file: after a kill the peers' file lacked at most {lacked}")
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
    claim(f"{name}: the peers' file has every request", len(told_to_peers(state)) == COUNT)


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


USERS = 700  # packages of the small archive that are tested with a new libplum
CONFIG = """TESTING = testing
UNSTABLE = unstable
NONINST_STATUS = noninst
EXCUSES_OUTPUT = excuses.html
UPGRADE_OUTPUT = output.txt
HEIDI_OUTPUT = heidi
STATE_DIR = state
HINTSDIR = hints
ARCHITECTURES = amd64
NOBREAKALL_ARCHES = amd64
OUTOFSYNC_ARCHES =
BREAK_ARCHES =
NEW_ARCHES =
MINDAYS_MEDIUM = 0
DEFAULT_URGENCY = medium
SMOOTH_UPDATES = libs
ADT_ENABLE = yes
ADT_ARCHES = amd64
ADT_AMQP = file://requests
ADT_SWIFT_URL = file://none
ADT_CI_URL = http://ci.example/
"""


def small_archive(place):
    """libplum 2 has to be tested with every package that depends on it."""
    for suite, version in (("testing", 1), ("unstable", 2)):
        (place / suite).mkdir(parents=True)
        sources = [f"Package: libplum\nVersion: {version}\nSection: libs\n"]
        binaries = [f"Package: libplum\nVersion: {version}\nArchitecture: amd64\nSection: libs\n"]
        for i in range(USERS):
            sources.append(f"Package: user{i:03}\nVersion: 1\nTestsuite: autopkgtest\nSection: misc\n")
            binaries.append(f"Package: user{i:03}\nVersion: 1\nArchitecture: amd64\nDepends: libplum\n")
        (place / suite / "Sources").write_text("\n".join(sources))
        (place / suite / "Packages_amd64").write_text("\n".join(binaries))
    (place / "state").mkdir()
    (place / "hints").mkdir()
    (place / "britney.conf").write_text(CONFIG)


def start_migrate(place):
    return subprocess.Popen([SLUICE, "migrate", "-c", "britney.conf"], cwd=place, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def wait_for_requests(run, target):
    while run.poll() is None and not target.exists():
        time.sleep(0.0005)


def migrate_storm(root, chance):
    """Half of the kills come some milliseconds after the first requests, the others at any instant of a run."""
    kills = lacked = amid = 0
    for storm_number in range(8):
        place = root / f"place{storm_number}"
        small_archive(place)
        target = place / "requests"
        for life in range(6):
            run = start_migrate(place)
            if life == 0:
                wait_for_requests(run, target)
                time.sleep(chance.uniform(0, 0.015))
            else:
                time.sleep(chance.uniform(0, 0.1))
            if run.poll() is None:
                run.send_signal(signal.SIGKILL)
                kills += 1
            run.wait()
            lacked = max(lacked, check_after_kill("migrate", place / "state", target))
            amid += 0 < len(sent_to_file(target)) < USERS
        claim("migrate: a run that is left alone succeeds", start_migrate(place).wait() == 0)
        sent = collections.Counter(sent_to_file(target))
        claim("migrate: none is lost", len(sent) == USERS)
        claim("migrate: none is doubled", set(sent.values()) == {1})
        claim("migrate: the peers' file has every request", told_to_peers(place / "state") == set(sent))
    print(f"migrate: {USERS} requests, {kills} kills, {amid} amid the sending, a peer lacked at most {lacked}")
    claim("migrate: the storm hit", kills >= 4)


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
        migrate_storm(pathlib.Path(directory), random.Random(seed + 2))
        amqp_storm(pathlib.Path(directory), random.Random(seed + 1))
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
