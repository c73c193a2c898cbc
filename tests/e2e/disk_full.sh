#!/bin/bash
# A disk that is full: the old outputs stay whole, nothing half-written is left, and the exit code is 1.
# Needs root for a small file system of its own.
set -uo pipefail
. "$SLUICE_SOURCE/tests/e2e/framework.inc"
make_place "$dir/place"
work=$dir/place
mkdir "$dir/small"
if [ "$(id -u)" -ne 0 ] || ! mount -t tmpfs -o size=64k tmpfs "$dir/small" 2> /dev/null; then
    skip "a file system that can be filled needs root and the right to mount"
    exit 0
fi
trap 'umount "$dir/small"; rm -rf "$dir"' EXIT
sed -i "s,= output/,= $dir/small/," "$work/britney.conf"

sluice migrate -v -c britney.conf
claim "with room enough the run succeeds" exits 0
cp -r "$dir/small" "$dir/before"

# Other results than before, and no room for them.
sed -i '/^Package: pear$/,/^$/ s/1.1-1/1.2-1/' "$work/data/unstable/Sources" "$work/data/unstable/Packages_amd64"
head -c 200000 /dev/zero > "$dir/small/ballast" 2> /dev/null
sluice migrate -v -c britney.conf
claim "on a full disk the run fails" exits 1
claim "on a full disk the message says so" out_has '^E: .*No space left on device'
for file in excuses.yaml excuses.html HeidiResult output.txt; do
    claim "on a full disk $file stays as it was" cmp -s "$dir/before/$file" "$dir/small/$file"
done
claim "on a full disk nothing half-written is left" test -z "$(find "$dir/small" -name '*.new')"

rm "$dir/small/ballast"
sluice migrate -v -c britney.conf
claim "with room again the run succeeds" exits 0
claim "with room again the result is the new one" grep -qx 'pear 1.2-1 source misc' "$dir/small/HeidiResult"
finish
