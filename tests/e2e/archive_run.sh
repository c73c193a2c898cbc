#!/bin/bash
# `sluice archive-run`: with the archive that comes with the program, and with an archive on disk that
# a private apt fetches; what programs, terminals and pipes see of it.
set -uo pipefail
. "$SLUICE_SOURCE/tests/e2e/framework.inc"

sluice archive-run --offline --dir run
claim "the shipped archive is decided" exits 0
claim "it is said that it is not a real one" out_has 'small archive that comes with the program'
claim "newer sources are counted" out_has '^ +[0-9]+  sources are newer in unstable$'
claim "what blocks is named" out_has '^ +1  missingbuild +not built on every architecture'
claim "groups that move together are named" out_has '^ +3  cider juice libapple$'
claim "the files are where they are said to be" test -s "$dir/run/output/excuses.yaml"
claim "single items migrate" grep -qx 'pear 1.1-1 source misc' "$dir/run/output/HeidiResult"
claim "nobody migrates whose dependency is nowhere" grep -qx 'walnut 1-1 source misc' "$dir/run/output/HeidiResult"

cp "$dir/run/output/HeidiResult" "$dir/first"
sluice migrate -v -c "$dir/run/britney.conf"
claim "sluice migrate runs the written configuration" exits 0
claim "sluice migrate gives the same result" cmp -s "$dir/first" "$dir/run/output/HeidiResult"

sluice archive-run --offline --dir "$dir/run" --json
claim "--json is JSON with the numbers" json 'v["candidates"] > 0 and v["largest-groups"][0] == ["cider", "juice", "libapple"]'
claim "--json prints nothing else on standard output" json 'True'
sluice archive-run --offline --dir "$dir/run" --rules ubuntu
claim "Ubuntu's rules can be chosen" exits 0
claim "the written configuration selects Ubuntu's rules" grep -q '^PIUPARTS_ENABLE' "$dir/run/britney.conf"
claim "into a pipe there are no control characters" not grep -q "$(printf '\033')" "$dir/out" "$dir/err"
mkdir -p "$dir/empty"
HOME= XDG_CACHE_HOME= sluice archive-run --offline
claim "without a home the directory has to be given" exits 1
claim "without a home the message says --dir" err_has 'dir'

# An archive on disk with Origin Debian, named by a private apt configuration of this test.
if ! command -v apt-get > /dev/null; then
    skip "no apt-get"
    finish
    exit
fi
repository=$dir/repository
for suite in testing unstable; do
    to=$repository/dists/$suite
    mkdir -p "$to/main/source" "$to/main/binary-amd64"
    cp "$SLUICE_SOURCE/share/archive/$suite/Sources" "$to/main/source/Sources"
    cp "$SLUICE_SOURCE/share/archive/$suite/Packages_amd64" "$to/main/binary-amd64/Packages"
    (
        cd "$to" || exit
        printf 'Origin: Debian\nSuite: %s\nDate: %s\nArchitectures: amd64\nComponents: main\nSHA256:\n' \
            "$suite" "$(LC_ALL=C date -u '+%a, %d %b %Y %H:%M:%S UTC')"
        for file in main/source/Sources main/binary-amd64/Packages; do
            printf ' %s %s %s\n' "$(sha256sum < $file | cut -d' ' -f1)" "$(stat -c %s $file)" "$file"
        done
    ) > "$dir/Release" && mv "$dir/Release" "$to/Release"
done
chmod -R a+rX "$dir"
echo "deb [trusted=yes] file:$dir/none stable main" > "$dir/sources.list"
echo "deb [trusted=yes] file:$repository bookworm main" >> "$dir/sources.list"
mkdir -p "$dir/parts"
cat > "$dir/apt.conf" <<CONF
Dir::Etc::sourcelist "$dir/sources.list";
Dir::Etc::sourceparts "$dir/parts";
CONF
export APT_CONFIG=$dir/apt.conf

sluice archive-run --archs amd64 --dir "$dir/fetched" --json
claim "an archive is fetched by apt" exits 0
claim "the archive is the first of Origin Debian" json "v['archive'] == 'file:$repository'"
claim "the fetched archive is decided" json 'v["largest-groups"][0] == ["cider", "juice", "libapple"]'
claim "its indexes are links into the private lists" test -L "$dir/fetched/suites/testing/main/source/Sources"
claim "progress goes to standard error" err_has 'fetching testing and unstable'

run_on_terminal() {
    python3 - "$SLUICE_BIN" "$@" > "$dir/out" 2> "$dir/err" <<'PY'
import os, pty, sys
seen = bytearray()
def read(fd):
    data = os.read(fd, 4096)
    seen.extend(data)
    return data
status = pty.spawn(sys.argv[1:], read)
sys.exit(os.waitstatus_to_exitcode(status))
PY
    code=$?
}
if python3 -c 'import pty; pty.openpty()' 2> /dev/null; then
    NO_COLOR='' run_on_terminal archive-run --archs amd64 --dir "$dir/fetched"
    claim "on a terminal it succeeds" exits 0
    claim "on a terminal there is a bar" grep -q "$(printf '\r')" "$dir/out"
    NO_COLOR=1 run_on_terminal archive-run --archs amd64 --dir "$dir/fetched"
    claim "NO_COLOR: no colours" not grep -q "$(printf '\033\\[32m')" "$dir/out"
else
    skip "no terminal devices here (a chroot without /dev/pts)"
fi

sluice archive-run --archs riscv64 --dir "$dir/fetched"
claim "an architecture that is not there is an error" exits 1
claim "the error names it" err_has 'riscv64'

# apt finds no archive any more, but its lists are still there; then they are gone as well.
for suite in testing unstable; do mv "$repository/dists/$suite/Release" "$repository/dists/$suite/Gone"; done
sluice archive-run --archs amd64 --dir "$dir/fetched" --json
claim "without the archive the last lists serve" exits 0
claim "and that is said" json 'any("cannot be reached" in n for n in v["notes"])'
mv "$repository" "$repository.away"
sluice archive-run --archs amd64 --dir "$dir/fetched"
claim "without the archive and lists the shipped one serves" exits 0
claim "and the reason is said" out_has 'No archive could be fetched'
sluice archive-run --mirror "file:$repository" --archs amd64 --dir "$dir/third"
claim "a mirror that was asked for is not replaced by another" exits 1
finish
