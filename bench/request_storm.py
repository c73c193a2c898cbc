#!/usr/bin/env python3
"""What it costs to request many tests through the journal: time by number of requests, to a file.

    bench/request_storm.py [COUNT…]      after building build/dev/tests/sluice_probe

Times are of one run each, with the disk's syncs in them; the last column should stay flat.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

PROBE = pathlib.Path(__file__).resolve().parents[1] / "build/dev/tests/sluice_probe"


def run(state, target, count):
    done = subprocess.run([PROBE, "storm", state, f"file://{target}", str(count)],
                          check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main():
    counts = [int(word) for word in sys.argv[1:]] or [1000, 5000, 25000, 100000]
    print("requests  first run ms  next run ms  us per request")
    for count in counts:
        with tempfile.TemporaryDirectory() as directory:
            state, target = pathlib.Path(directory, "state"), pathlib.Path(directory, "requests")
            first, again = run(state, target, count), run(state, target, count)
            print(f"{count:8}  {first['all_ms']:12.1f}  {again['all_ms']:11.1f}  "
                  f"{first['all_ms'] * 1000 / count:14.1f}")


if __name__ == "__main__":
    main()
