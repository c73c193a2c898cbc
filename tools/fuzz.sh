#!/bin/bash
# Runs every fuzz target of build/fuzz for SECONDS each (default 10), from its seeds in
# tests/fuzz/corpus/<name>/. Finds are written to build/fuzz/finds/; new inputs are not kept.
# One line per target with the executions; the last line is `N passed, N failed`.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10}
finds=build/fuzz/finds
mkdir -p "$finds"
passed=0
failed=0
shopt -s nullglob
for source in tests/fuzz/*_fuzz.cc; do
    name=$(basename "$source" _fuzz.cc)
    target=build/fuzz/tests/fuzz/fuzz_$name
    scratch=$(mktemp -d)
    seeds=$([ -d "tests/fuzz/corpus/$name" ] && echo "tests/fuzz/corpus/$name" || true)
    if "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        -artifact_prefix="$finds/$name-" "$scratch" $seeds > "$finds/$name.log" 2>&1; then
        passed=$((passed + 1))
        verdict=ok
    else
        failed=$((failed + 1))
        verdict=FAILED
        tail -n 40 "$finds/$name.log"
    fi
    rm -rf "$scratch"
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$finds/$name.log")
    echo "fuzz $name: $verdict, ${runs:-0} executions in $seconds s"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
