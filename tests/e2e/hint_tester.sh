#!/bin/bash
# covers: cli/readline_console.cc flow/batch_session.cc
# The hint tester through a pipe (migration 8.9): hints are tried at once or added, and it leaves in order.
set -uo pipefail
. "$SLUICE_SOURCE/tests/e2e/framework.inc"
make_place "$dir/place"
work=$dir/place

# talk LINE...: the lines are typed into the console.
talk() {
    (cd "$work" && printf '%s\n' "$@" | HOME=$dir "$SLUICE_BIN" migrate -v -c britney.conf --hint-tester) \
        > "$dir/out" 2> "$dir/err"
    code=$?
}

talk 'easy almond/2.0-1 hazel/2.0-1' 'quit'
claim "the console ends with success" exits 0
claim "a hint is tried at once" out_has '^SUCCESS|SUCCESS \('
claim "nothing on standard error" silent_on_stderr
claim "excuses were written before" test -s "$work/output/excuses.yaml"
claim "no result is written" test ! -e "$work/output/HeidiResult"

talk 'block pear' 'exit'
claim "another hint is added" exits 0
claim "and the excuses are written again" grep -q 'block' "$work/output/excuses.yaml"

talk 'frobnicate pear' 'easy nosuch/1' 'python-console' 'easy' ''
claim "nonsense costs a line and the end of input leaves" exits 0
claim "python-console is a note" out_has 'no Python'
finish
