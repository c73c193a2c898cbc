#!/bin/bash
# Runs every fuzz target of build/fuzz for SECONDS each (default 10), one per processor at a time, from
# its seeds in tests/fuzz/corpus/<name>/. Finds are written to build/fuzz/finds/; new inputs are not
# kept. One line per target with the executions; the last line is `N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")/.."
export seconds=${1:-10} finds=build/fuzz/finds
mkdir -p "$finds"
rm -f "$finds"/*.verdict

fuzz_one() {
    local name scratch runs verdict=ok seeds=()
    name=$(basename "$1" _fuzz.cc)
    scratch=$(mktemp -d)
    if [ -d "tests/fuzz/corpus/$name" ]; then seeds=("tests/fuzz/corpus/$name"); fi
    if ! "build/fuzz/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -print_final_stats=1 -artifact_prefix="$finds/$name-" "$scratch" "${seeds[@]}" \
        > "$finds/$name.log" 2>&1; then
        verdict=FAILED
        tail -n 40 "$finds/$name.log"
    fi
    rm -rf "$scratch"
    echo "$verdict" > "$finds/$name.verdict"
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$finds/$name.log")
    echo "fuzz $name: $verdict, ${runs:-0} executions in $seconds s"
    if [ "$verdict" = FAILED ]; then echo "FAILED fuzz_$name"; fi
}
export -f fuzz_one

printf '%s\0' tests/fuzz/*_fuzz.cc | xargs -0 -P "$(nproc)" -I{} bash -c 'fuzz_one {}'
targets=$(find tests/fuzz -name "*_fuzz.cc" | wc -l)
# A target that left no verdict, killed for one, has failed.
passed=$(cat "$finds"/*.verdict | grep -c '^ok$' || true)
echo "$passed passed, $((targets - passed)) failed"
[ "$passed" -eq "$targets" ]
