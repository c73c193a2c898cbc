#!/bin/bash
# covers: cli/cmd_why.cc
# `sluice why` on the shipped archive (migration 9 b, testgrid 5.4): answers, JSON, exit codes, and nothing
# written.
set -uo pipefail
. "$SLUICE_SOURCE/tests/e2e/framework.inc"
make_place "$dir/place"
work=$dir/place
find "$work" -type f -exec sha256sum {} + | sort > "$dir/before"
lines() { python3 -c "import json; v = [json.loads(l) for l in open('$dir/out')]; import sys; sys.exit(not ($1))"; }

sluice why -c britney.conf pear
claim "a package that migrates is explained" exits 0
claim "it says so" out_has '^pear 1.1-1 \(testing has 1.0-1\) migrates with this run'
sluice why -c britney.conf plum
claim "a missing build is a thing of the builders" out_has 'whose turn:  the administrators of the builders'
sluice why -c britney.conf --hints 'block pear' pear
claim "a hint is a thing of the release team" out_has '1. a block hint by .* holds pear'
claim "there is no date" out_has 'somebody has to act'
sluice why -c britney.conf damson
claim "a candidate that cannot be placed says what breaks" out_has 'jam 7-1 needs damson-tools \(Depends\)'
sluice why -c britney.conf quince
claim "an item that waits is followed to what the other lacks" out_has 'libnut9 \(>= 9.1\)'
claim "the way there is shown" out_has 'quince needs walnut'
sluice why -c britney.conf -- -cherry
claim "an item has a name" out_has '^The removal of cherry'
sluice why -c britney.conf --uninstallable walnut --suite unstable
claim "one binary of a suite" out_has 'walnut 2-1 on amd64 is not installable in unstable'
claim "with its chain" out_has 'needs libnut9'
sluice why -c britney.conf --uninstallable pear
claim "an installable binary" out_has 'pear .* is installable in testing'
sluice why -c britney.conf --all --json --timing
claim "--all answers every item" exits 0
claim "an object a line, with the time" lines 'len(v) > 10 and all("microseconds" in x for x in v)'
claim "what does not migrate has leaves with an action" \
    lines 'all(x["leaves"] and all(l["action"] and l["turn"] for l in x["leaves"]) for x in v if x["standing"] != "migrates")'
sluice why -c britney.conf --json --arch amd64 walnut
claim "--json of one package" lines 'v[0]["item"] == "walnut" and v[0]["chains"][0]["architecture"] == "amd64"'

sluice why -c britney.conf nosuch pear
claim "a package that is nowhere is 1" exits 1
claim "it is named" err_has 'nosuch'
claim "the others are answered" out_has '^pear '
sluice why -c britney.conf --arch nosuch pear
claim "so is an architecture" exits 1
sluice why -c britney.conf --uninstallable nosuch
claim "and a binary" exits 1
sluice why -c britney.conf --uninstallable pear --suite nosuch
claim "and a suite" exits 1
sluice why -c nosuch.conf pear
claim "no configuration is 1" exits 1
sluice why -c britney.conf
claim "no question is wrong usage" exits 2
find "$work" -type f -exec sha256sum {} + | sort > "$dir/after"
claim "nothing was written" cmp -s "$dir/before" "$dir/after"
finish
