#!/usr/bin/python3
"""A slow test on the virtualisation server `null`, with the real server, worker and autopkgtest: while it
runs, people see it in the list of running tests, with the end of its log; and can stop it, and follow its log.

autopkgtest 5.1; testgrid 1.4
"""
# covers: cli/cmd_serve.cc cli/cmd_worker.cc cli/follow_log.cc

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import claims, real_grid, testbed_packages  # noqa: E402
from support.claims import claim  # noqa: E402


def test_slow(grid, arch):
    job = grid.request("slowpoke")["slowpoke"]
    claim("before a worker is there it is not in the list of what runs", "pkg-slowpoke" not in grid.page("/"))
    grid.start_worker()
    # The page shows what the worker's heartbeats brought.
    shown = grid.wait(lambda: "it began" in grid.page("/"), 60)
    page = grid.page("/")
    running = re.search(r'<h3 id="pkg-slowpoke">(.*?)</p><pre>(.*?)</pre>', page, re.S)
    claim("the running list has the test", running, page)
    claim("with the end of its log", shown and running and "it began" in running.group(2), page)
    claim("and says that it runs, and where", running and re.search(r"running for .*worker ", running.group(1), re.S), page)
    claim("and what it does to its host", running and "On its host: memory " in running.group(1), page)
    text = grid.run("queue", "--state", "running")
    claim("the queue lists it as running", text == f"{job}\trunning\tslowpoke\tdebci-testing-{arch}\tmigration-reference/0\t\n", text)
    claim("and counts it", grid.run("queue").splitlines()[1].split("\t")[3] == "1", grid.run("queue"))
    with subprocess.Popen([real_grid.SLUICE, "log", job, "--follow"], stdout=subprocess.PIPE, text=True,
                          env=grid.environment) as follower:
        lines = []
        for line in follower.stdout:
            lines.append(line)
            if "it began" in line:
                break
        claim("the log can be followed", lines and "it began" in lines[-1], lines)
        follower.terminate()
        follower.communicate(timeout=60)
    grid.run("job", "cancel", job)
    claim("once stopped it is over", grid.wait(lambda: grid.job(job)["state"] == "cancelled", 60), grid.job(job))
    claim("and gone from the list", "pkg-slowpoke" not in grid.page("/"))


# More than a status message shows, and then more than a heartbeat brings, however it falls.
CHATTY = "seq -f 'one %06g' 1 3000; for i in $(seq 600); do test -e {root}/go && break; sleep 0.1; done; seq -f 'two %06g' 1 40000"


def test_log_is_followed(grid):
    job = grid.request("chatty")["chatty"]
    with subprocess.Popen([real_grid.SLUICE, "log", job, "--follow"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env=grid.environment) as follower:
        shown = b""
        for line in follower.stdout:
            shown += line
            if line == b"one 003000\n":
                break
        (grid.root / "go").touch()
        rest, said = follower.communicate(timeout=120)
    shown += rest
    whole = subprocess.run([real_grid.SLUICE, "log", job], capture_output=True, env=grid.environment, timeout=120, check=True).stdout
    claim("a log of some length is followed without a gap", b"".join(b"one %06d\n" % i for i in range(1, 3001)) in shown,
          shown[:300])
    claim("each byte once", shown.count(b"one 000001\n") == 1 and shown.count(b"two 040000\n") == 1, shown[-300:])
    left_out = [int(n) for n in re.findall(rb"(\d+) bytes of the log are left out here", said)]
    claim("of a flood something is left out, and that is said", left_out and sum(left_out) == len(whole) - len(shown),
          (said, len(whole), len(shown)))
    pieces = iter(whole)
    claim("what is shown is of the log, in its order", all(byte in pieces for byte in shown), shown[:300])
    claim("and its end is there", shown.endswith(whole[-1000:]), shown[-300:])


def main():
    if shutil.which("autopkgtest") is None or os.geteuid() != 0:
        print("skipped: needs autopkgtest, and root for tests on this machine")
        return 77
    arch = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="sluice-running-") as root:
        testbed_packages.make(f"{root}/packages", "slowpoke", testbed_packages.test("echo it began; sleep 600"))
        testbed_packages.make(f"{root}/packages", "chatty", testbed_packages.test(CHATTY.format(root=root)))
        testbed_packages.write_runner(f"{root}/checkout", f"{root}/packages")
        grid = real_grid.Grid(root, "testing", arch, f"checkout_dir = {root}/checkout\n[virt]\nargs = null\n")
        try:
            test_slow(grid, arch)
            test_log_is_followed(grid)
        finally:
            grid.stop()
    return claims.end()


sys.exit(main())
