"""What all services share: free ports, starting, waiting, stopping by process id."""

import os
import pathlib
import random
import signal
import socket
import subprocess
import time


def installed(*commands):
    """The programs that are missing, by path or by name in the usual places."""
    places = ("/usr/bin", "/usr/sbin", "/usr/lib/rabbitmq/bin")
    return [c for c in commands if not any(pathlib.Path(p, c).exists() for p in places)]


# Names that this process holds until it ends: two tests that run at once never get one port.
_reserved = []


def _reserve(port):
    """Whether nobody holds or uses the port. An abstract socket's name goes with its process."""
    name = socket.socket(socket.AF_UNIX)
    with socket.socket() as probe:
        try:
            name.bind(f"\0sluice-test-port-{port}")
            probe.bind(("127.0.0.1", port))
        except OSError:
            name.close()
            return False
    _reserved.append(name)
    return True


def free_ports(count):
    """Ports that nobody uses, below those that the kernel gives to clients, which may come at any time."""
    ports = []
    while len(ports) < count:
        port = random.randrange(12_000, 32_000)
        if _reserve(port):
            ports.append(port)
    return ports


def wait_until(ready, what, seconds=240):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return
        time.sleep(0.05)
    raise RuntimeError(f"{what} was not ready within {seconds} s")


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Processes:
    """Processes with their logs in a directory; all end with stop()."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.running = []

    def start(self, name, words, env=None):
        with open(self.directory / f"{name}.log", "wb") as log:
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, **(env or {})},
            )
        self.running.append((name, process))
        return process

    def check(self):
        for name, process in self.running:
            if process.poll() is not None:
                log = (self.directory / f"{name}.log").read_text(errors="replace")
                raise RuntimeError(f"{name} ended with {process.returncode}: {log[-2000:]}")

    def stop(self):
        for _, process in reversed(self.running):
            # The session is ours: wrappers and their children end together.
            try:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(20)
            except ProcessLookupError:
                pass
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(20)
        self.running = []


class Service:
    """A program with its own directory; a class of it has start(). Ends with its `with`."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        self.processes = Processes(self.directory)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.processes.stop()
            raise
        return self

    def __exit__(self, *_):
        self.processes.stop()
