#!/usr/bin/env python3
"""How long `sluice why` takes for every item of a run, once the state is loaded.

Usage: why_all.py BINARY CONFIG [OPTION ...]. Further options go to the command. The first time that an item
is tried is part of the answer that needed it; later answers find it tried.
"""

import collections
import json
import subprocess
import sys
import time


def percentile(sorted_values, share):
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]


def main(binary, config, *options):
    begin = time.monotonic()
    done = subprocess.run([binary, "why", "-c", config, "--all", "--json", "--timing", *options],
                          stdout=subprocess.PIPE, text=True, check=True)
    whole = time.monotonic() - begin
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    standings = collections.Counter(answer["standing"] for answer in answers)
    print("items:", len(answers), " ".join(f"{name}={count}" for name, count in sorted(standings.items())))
    print("cut short:", sum(not answer["exact"] for answer in answers))
    for name, chosen in (("all", answers), ("blocked", [a for a in answers if a["standing"] != "migrates"])):
        times = sorted(answer["microseconds"] / 1000 for answer in chosen)
        if times:
            print(f"{name} ({len(times)}): " + " ".join(
                f"p{int(share * 100)}={percentile(times, share):.3f}ms" for share in (0.5, 0.9, 0.99))
                + f" max={times[-1]:.3f}ms sum={sum(times):.1f}ms")
    print(f"whole command: {whole:.2f}s")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
