#!/usr/bin/env python3
"""Measures `sluice migrate` on a layout of a real archive, against a pure parse of the same files.

A layout holds suites/, conf/SET.conf with @RUN@ where the name of a run stands, state.in/ and
SourcePPA.in. Every run starts from the same state. Runs and parses take turns, so that a noisy
machine disturbs both. Prints a table, and writes everything as JSON with --json.

With --growth it measures instead how the cost of deciding grows with the number of candidates: `block`
hints keep all but a share of them out, chosen at random with a fixed seed.

Memory is the highest anonymous resident size (RssAnon), sampled every 2 ms from outside.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE_S = 0.002


def status_kib(pid, name):
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1])
    except OSError:
        pass  # the process is gone
    return 0


class Sampler(threading.Thread):
    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0, threading.Event()

    def run(self):
        while not self.over.wait(SAMPLE_S):
            self.peak = max(self.peak, status_kib(self.pid, "RssAnon"))


def measure(command, log):
    """Runs the command; user and system seconds, wall seconds, peaks in MiB."""
    begin = time.monotonic()
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    sampler = Sampler(process.pid)
    sampler.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    sampler.over.set()
    sampler.join()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}, output in {log}")
    return {"user_s": usage.ru_utime, "system_s": usage.ru_stime, "wall_s": wall,
            "peak_anon_mib": sampler.peak / 1024, "peak_rss_mib": usage.ru_maxrss / 1024}


def prepare(layout, name, run):
    """A fresh state and configuration for one run; the configuration's path."""
    place = layout / "runs" / run
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    shutil.copytree(layout / "state.in", place / "state")
    answers = layout / "SourcePPA.in"
    if answers.exists():  # every question about PPAs answered: no network
        shutil.copyfile(answers, layout / "suites/unstable/SourcePPA")
    text = (layout / f"conf/{name}.conf").read_text().replace("@RUN@", run)
    conf = place / "britney.conf"
    conf.write_text(text)
    return conf


def indexes(layout, conf):
    """The index files that a configuration reads."""
    archs = []
    for line in conf.read_text().splitlines():
        key, _, value = line.partition("=")
        if key.strip() == "ARCHITECTURES":
            archs = value.split()
    names = ["Sources"] + [f"Packages_{a}" for a in archs]
    return [str(layout / "suites" / s / n) for s in ("testing", "unstable") for n in names]


def medians(runs):
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def phases_of(log):
    """Lines of --stats: phase -> user seconds, in order."""
    phases = []
    for line in log.read_text(errors="replace").splitlines():
        _, found, rest = line.partition("stats: phase=")
        if found:
            name, _, values = rest.partition(" user_s=")
            phases.append((name, float(values.split()[0]), float(values.split("anon_mib=")[1])))
    return phases


def measure_set(args, floor, name):
    layout = args.layout
    ours, floors = [], []
    log = layout / "runs" / "bench.log"
    conf = prepare(layout, name, f"bench-{name}")
    files = indexes(layout, conf)
    for path in files:  # into the page cache
        with open(path, "rb") as f:
            while f.read(1 << 24):
                pass
    for _ in range(args.runs):
        conf = prepare(layout, name, f"bench-{name}")
        ours.append(measure([args.binary, "migrate", "-v", "-c", conf, *args.option], log))
        floors.append(measure([floor, *files], layout / "runs" / "floor.log"))
    conf = prepare(layout, name, f"bench-{name}")
    measure([args.binary, "migrate", "-v", "--stats", "-c", conf, *args.option], log)
    result = {"set": name, "index_bytes": sum(os.path.getsize(p) for p in files),
              "median": medians(ours), "floor": medians(floors), "runs": ours,
              "phases": [{"name": n, "user_s": u, "anon_mib": a} for n, u, a in phases_of(log)]}
    result["ratio_to_floor"] = result["median"]["user_s"] / max(result["floor"]["user_s"], 1e-9)
    return result


SHARES = (0, 1 / 8, 1 / 4, 1 / 2, 1)
CANDIDATE = re.compile(r"^  is-candidate: true\n  item-name: ([a-z0-9][a-z0-9+.-]*)$", re.MULTILINE)


def decide_seconds(log):
    """User seconds of the phases that decide, as far as candidates matter."""
    return {name: seconds for name, seconds, _ in phases_of(log) if name in ("excuses", "migration", "check")}


def measure_growth(args, name):
    """For each share of the candidates the medians of the phases; runs of all shares take turns."""
    log = args.layout / "runs" / "bench.log"
    run = f"bench-{name}"

    def one(hints):
        conf = prepare(args.layout, name, run)
        measure([args.binary, "migrate", "-v", "--stats", "-c", conf, "--hints", hints, *args.option], log)
        return decide_seconds(log)

    one("")
    candidates = sorted(CANDIDATE.findall((args.layout / "runs" / run / "excuses.yaml").read_text()))
    random.Random(1).shuffle(candidates)
    rows = [{"candidates": round(share * len(candidates)), "runs": []} for share in SHARES]
    for _ in range(args.runs):
        for row in rows:
            row["runs"].append(one("; ".join("block " + source for source in candidates[row["candidates"]:])))
    for row in rows:
        row["median"] = medians(row["runs"])
        phases = "  ".join(f"{phase} {seconds:.3f}" for phase, seconds in row["median"].items())
        print(f"{name:>10}  {row['candidates']:6d} candidates  {phases}  s user")
    return {"set": name, "growth": rows}


def show(result):
    m, f = result["median"], result["floor"]
    print(f"{result['set']:>10}  {result['index_bytes'] / 1e6:8.0f}  {m['user_s']:7.2f}  {m['system_s']:7.2f}  "
          f"{m['wall_s']:7.2f}  {m['peak_anon_mib']:9.0f}  {m['peak_rss_mib']:8.0f}  {f['user_s']:7.2f}  "
          f"{result['ratio_to_floor']:6.1f}")
    for phase in result["phases"]:
        print(f"{'':>10}  {phase['name']:<16} {phase['user_s']:7.3f} s user, {phase['anon_mib']:6.1f} MiB after it")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("layout", type=pathlib.Path)
    ap.add_argument("sets", nargs="*", default=[], help="names of conf/SET.conf (default: all for Sluice without the tests policy)")
    ap.add_argument("--binary", default="build/release/sluice")
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("--option", action="append", default=[], help="further option of sluice migrate, repeatable")
    ap.add_argument("--growth", action="store_true", help="measure how cost grows with the number of candidates")
    ap.add_argument("--json", type=pathlib.Path)
    args = ap.parse_args()
    args.layout = args.layout.resolve()
    args.binary = str(pathlib.Path(args.binary).resolve())
    sets = args.sets or sorted(p.stem for p in (args.layout / "conf").glob("*.conf") if not p.stem.endswith(("-adt", "-comigrate")))
    if args.growth:
        results = [measure_growth(args, name) for name in sets]
    else:
        results = measure_against_floor(args, sets)
    if args.json:
        args.json.write_text(json.dumps({"runs": args.runs, "sets": results}, indent=2) + "\n")


def measure_against_floor(args, sets):
    with tempfile.TemporaryDirectory() as temporary:
        floor = os.path.join(temporary, "parse_floor")
        subprocess.run(["c++", "-std=c++20", "-O2", "-o", floor, HERE / "parse_floor.cc"], check=True)
        print(f"{'set':>10}  {'MB text':>8}  {'user s':>7}  {'sys s':>7}  {'wall s':>7}  {'anon MiB':>9}  {'rss MiB':>8}  {'floor s':>7}  {'ratio':>6}")
        results = []
        for name in sets:
            results.append(measure_set(args, floor, name))
            show(results[-1])
    return results


if __name__ == "__main__":
    main()
