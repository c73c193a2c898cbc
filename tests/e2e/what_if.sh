#!/bin/bash
# covers: cli/cmd_what_if.cc
# `sluice what-if` on a small place (migration 9 e): answers, JSON, errors, and nothing written.
set -uo pipefail
. "$SLUICE_SOURCE/tests/e2e/framework.inc"
make_place "$dir/place"
work=$dir/place
cd "$work" || exit 1
find . -type f -exec sha256sum {} + | sort > "$dir/before"

sluice what-if -c britney.conf
claim "nothing supposed" exits 0
claim "nothing would change" out_has 'Nothing would change'
sluice what-if -c britney.conf --hint 'block pear'
claim "a block is an answer" exits 0
claim "it says what moves no longer" out_has 'Would no longer move'
claim "and why" out_has 'pear: may not migrate any more; now: a hint or a freeze'
sluice what-if -c britney.conf --hint 'block pear' --json
claim "--json is JSON" json 'v["stays"] and v["accepted-then"] < v["accepted-now"]'
sluice what-if -c britney.conf --waive plum
claim "a source without binaries is an answer" exits 0
claim "the old binary leaves" out_has '^  plum on amd64$'
claim "and the source, too" out_has '^  plum \(source\)$'
sluice what-if -c britney.conf --waive plum --json
claim "--json has what leaves" json 'v["leaves"] == {"amd64": ["plum"], "source": ["plum"]}'
sluice what-if -c britney.conf --ignore-test jam
claim "tests that nobody asks for are an error" exits 1
claim "the policy that is off is named" err_has "'jam': .*ADT_ENABLE"
sluice what-if -c britney.conf --distribution ubuntu
claim "--distribution as for migrate" exits 0
sluice what-if -c britney.conf --waive nosuch
claim "an unknown source is an error" exits 1
claim "it names it" err_has 'nosuch'
claim "standard output stays empty" test ! -s "$dir/out"
sluice what-if -c nosuch.conf
claim "no configuration is an error" exits 1
claim "and named" err_has 'nosuch.conf'
sluice what-if --days x
claim "wrong usage is 2" exits 2
find . -type f -exec sha256sum {} + | sort > "$dir/after"
claim "nothing was written" cmp -s "$dir/before" "$dir/after"
finish
