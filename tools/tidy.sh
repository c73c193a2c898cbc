#!/bin/bash
# clang-tidy 19 over the files of src/ given as arguments, or over all of them, with the commands of
# build/clang (configured if need be). A file that passed is not looked at again until it, any header,
# or .clang-tidy changes: build/tidy remembers.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/steps.sh
[ -f build/clang/compile_commands.json ] || cmake --preset clang -Wno-dev
mkdir -p build/tidy
common=$(find src -name '*.h' -print0 | LC_ALL=C sort -z | xargs -0 cat .clang-tidy | sha256sum)

# tidy FILE: the memory is an empty file named by the digest of all that the verdict depends on.
tidy() {
    local memory
    memory=build/tidy/$(echo "$common $1" | cat - "$1" | sha256sum | cut -d ' ' -f 1)
    [ -e "$memory" ] && return
    echo "clang-tidy $1"
    # --quiet does not silence how many warnings of system headers were suppressed.
    clang-tidy-19 --quiet --warnings-as-errors='*' -p build/clang "$1" 2>&1 |
        { grep -v 'warnings\? generated' || true; } && touch "$memory"
}
export -f tidy
export common

if [ $# -eq 0 ]; then mapfile -t files < <(find src -name '*.cc' | sort); else files=("$@"); fi
if [ ${#files[@]} -eq 0 ]; then exit 0; fi
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(jobs_for_machine)" bash -o pipefail -c 'tidy "$1"' tidy
