#!/bin/sh
# Is every C++ file as clang-format 19 would write it? `format.sh --write` writes it so.
# Takes a directory to look at, for the self-test; otherwise this checkout.
set -eu
mode="--dry-run -Werror"
if [ "${1:-}" = --write ]; then mode=-i; shift; fi
cd "${1:-$(dirname "$0")/../..}"
if ! command -v clang-format-19 >/dev/null; then
    echo "clang-format-19 is not installed (a build dependency of the tests)"
    exit 1
fi
find . \( -name build -o -name .git \) -prune -o \( -name '*.cc' -o -name '*.h' \) -print0 |
    xargs -0 -r clang-format-19 --style=file $mode
