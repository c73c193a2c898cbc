#!/bin/bash
# covers: cli/cmd_migrate.cc cli/main.cc
# What a wrapper sees of the command line: exit codes, streams, and the promises of migration 0 and 1.1.
set -uo pipefail
. "$SLUICE_SOURCE/tests/e2e/framework.inc"
make_place "$dir/place"
work=$dir/place

sluice migrate -v -c britney.conf ''
claim "a run succeeds" exits 0
claim "a run says nothing on standard error" silent_on_stderr
claim "callers find the end of the excuses" out_has 'Update Excuses generation completed'
claim "callers find no word of trouble" not out_has 'Failure|FIXME' > /dev/null
claim "log lines have the peers' form" out_has '^I: \[[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\+0000\] - '
claim "the result is there" grep -qx 'pear 1.1-1 source misc' "$work/output/HeidiResult"

sluice migrate -c britney.conf
claim "without -v there is no information" not out_has '^I: .* - Loading ' > /dev/null

BRITNEY_DEBUG=1 sluice migrate -c britney.conf
claim "BRITNEY_DEBUG shows more" out_has '^I: .* - Loading '

ln -s "$SLUICE_BIN" "$dir/britney"
(cd "$work" && "$dir/britney" -v -c britney.conf '' unstable > "$dir/out" 2> "$dir/err")
code=$?
claim "called as britney it migrates" exits 0
claim "called as britney it writes the same log" out_has 'Test completed!'

sluice migrate --frobnicate
claim "an unknown option is wrong usage" exits 2
claim "wrong usage is told on standard error" err_has '^Usage: sluice migrate'
claim "wrong usage prints nothing else" test ! -s "$dir/out"
sluice
claim "no subcommand is wrong usage" exits 2
sluice migrate -c missing.conf
claim "a missing configuration is exit code 1" exits 1
claim "a missing configuration is an error line" out_has '^E: .*missing.conf'
claim "a missing configuration says nothing on standard error" silent_on_stderr
sluice --version
claim "the version is an answer" exits 0
claim "the version names the program" out_has '^sluice [0-9]'
for words in "--help" "migrate --help" "archive-run --help"; do
    # shellcheck disable=SC2086 # the words are words
    sluice $words
    claim "sluice $words is an answer" exits 0
    claim "sluice $words documents the exit codes" out_has 'Exit codes'
    claim "sluice $words has an example" out_has 'Example'
done

rm -rf "$work/output"; mkdir "$work/output"
sluice migrate -v -c britney.conf --dry-run
claim "a dry run succeeds" exits 0
claim "a dry run writes NONINST_STATUS and nothing else" test "$(ls "$work/output")" = noninst

rm -rf "$work/output"; mkdir "$work/output"
sluice migrate -v -c britney.conf --no-compute-migrations
claim "without migrations excuses are written" test -s "$work/output/excuses.yaml"
claim "without migrations there is no output file" test ! -e "$work/output/output.txt"
claim "without migrations there is no result" test ! -e "$work/output/HeidiResult"

sluice migrate -c britney.conf --print-uninst
claim "the uninstallable packages are printed" out_has '^\* summary'
claim "the report ends with a count per architecture" out_has '^ *[0-9]+ amd64$'

sluice migrate -v -c britney.conf --dry-run --rules ubuntu
claim "the rule set can be chosen" out_has 'rules'
sluice migrate -c britney.conf --dry-run --stats
claim "--stats shows the total" out_has 'stats: total user_s=[0-9.]+ .*peak_anon_mib=[0-9.]+'
if [ -e /dev/full ]; then
    (cd "$work" && "$SLUICE_BIN" migrate -v -c britney.conf > /dev/full 2> "$dir/err")
    code=$?
    claim "a log that cannot be written is exit code 1" exits 1
    claim "the results are written all the same" test -s "$work/output/HeidiResult"
else
    skip "no /dev/full"
fi
finish
