#!/bin/bash
# clang-tidy 19 over the files of src/ given as arguments, or over all of them, with the commands of
# build/clang (configured if need be). Several at a time; the first complaint makes it fail.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/steps.sh
[ -f build/clang/compile_commands.json ] || cmake --preset clang -Wno-dev
if [ $# -eq 0 ]; then mapfile -t files < <(find src -name '*.cc' | sort); else files=("$@"); fi
[ ${#files[@]} -eq 0 ] && exit 0
printf '%s\0' "${files[@]}" |
    xargs -0 -n 1 -P "$(jobs_for_machine)" clang-tidy-19 --quiet --warnings-as-errors='*' -p build/clang
