#!/bin/bash
# Damaged inputs: what must end a run (exit code 1 and an E: line that names the file), and what must
# cost one record only (migration, the paragraph about "fatal").
set -uo pipefail
. "$SLUICE_SOURCE/tests/e2e/framework.inc"

fresh() {
    rm -rf "$dir/place"
    make_place "$dir/place"
    work=$dir/place
}
run() { sluice migrate -v -c britney.conf; }
stopped_by() {
    claim "$1: exit code 1" exits 1
    claim "$1: the error names $2" out_has "^E: .*$2"
    claim "$1: nothing on standard error" silent_on_stderr
    claim "$1: no result" test ! -e "$work/output/HeidiResult"
}
survived() {
    claim "$1: exit code 0" exits 0
    claim "$1: an E: or W: line says what was dropped" out_has "^[EW]: .*$2"
    claim "$1: pear migrates all the same" grep -qx 'pear 1.1-1 source misc' "$work/output/HeidiResult"
}

fresh; rm "$work/data/unstable/Sources"; run
stopped_by "missing Sources" data/unstable/Sources
fresh; rm "$work/data/testing/Packages_amd64"; run
stopped_by "missing Packages" data/testing/Packages_amd64
fresh; sed -i 's/^TESTING.*//' "$work/britney.conf"; run
stopped_by "no TESTING" TESTING
fresh; head -c 4096 /dev/urandom > "$work/britney.conf"; run
stopped_by "configuration of garbage" britney.conf
fresh; sed -i 's/^ADT_ENABLE.*/ADT_ENABLE = yes/' "$work/britney.conf"; run
stopped_by "tests without a queue" ADT_AMQP
fresh; echo 'Suite: testing' > "$work/data/testing/Release"; run
stopped_by "Release without components" data/testing/Release
fresh; printf 'Suite: a\n\nSuite: b\n' > "$work/data/testing/Release"; run
stopped_by "Release with two paragraphs" data/testing/Release

# The same archive as a mirror, compressed.
mirror() {
    fresh
    for suite in testing unstable; do
        local to=$work/data/$suite
        mkdir -p "$to/main/source" "$to/main/binary-amd64"
        gzip -c "$to/Sources" > "$to/main/source/Sources.gz"
        xz -c "$to/Packages_amd64" > "$to/main/binary-amd64/Packages.xz"
        rm "$to/Sources" "$to/Packages_amd64"
        printf 'Suite: %s\nArchitectures: amd64\nComponents: main\n' "$suite" > "$to/Release"
    done
}
mirror; run
claim "a compressed mirror is decided" exits 0
claim "a compressed mirror gives the same result" grep -qx 'pear 1.1-1 source misc' "$work/output/HeidiResult"
mirror; truncate -s 200 "$work/data/testing/main/source/Sources.gz"; run
stopped_by "truncated gzip" Sources.gz
mirror; truncate -s 200 "$work/data/unstable/main/binary-amd64/Packages.xz"; run
stopped_by "truncated xz" Packages.xz
mirror; head -c 5000 /dev/urandom > "$work/data/testing/main/source/Sources.gz"; run
claim "an index that is no gzip: the run ends in order" test "$code" -le 1

fresh; head -c 20000 /dev/urandom >> "$work/data/unstable/Packages_amd64"; run
claim "binary garbage after an index: exit code 0" exits 0
claim "binary garbage after an index: pear migrates" grep -qx 'pear 1.1-1 source misc' "$work/output/HeidiResult"
fresh; truncate -s -30 "$work/data/unstable/Packages_amd64"; run
claim "an index that ends in the middle of a record: exit code 0" exits 0
fresh; printf 'Package: torn\nArchitecture: amd64\n\n' >> "$work/data/unstable/Packages_amd64"; run
survived "binary without version" torn
fresh; printf 'Version: 1\n\n' >> "$work/data/unstable/Sources"; run
survived "source without name" data/unstable/Sources
fresh; printf 'Package: alien\nVersion: 1\nArchitecture: m68k\n\n' >> "$work/data/unstable/Packages_amd64"; run
survived "architecture of another index" alien
fresh; printf 'Package: odd\nVersion: 1\nArchitecture: amd64\nDepends: pear (>= \n\n' >> "$work/data/unstable/Packages_amd64"; run
survived "relation that cannot be parsed" odd
fresh; printf 'Package: utf\nVersion: 1\nMaintainer: \xff\xfe <x@y>\n\n' >> "$work/data/unstable/Sources"; run
claim "invalid UTF-8: exit code 0" exits 0
claim "invalid UTF-8: the excuses are UTF-8" iconv -f utf-8 -t utf-8 "$work/output/excuses.yaml" -o /dev/null
fresh; printf 'Package: absurd\nVersion: 9999999999:~~~..::--\n\n' >> "$work/data/unstable/Sources"; run
claim "an absurd version: exit code 0" exits 0
fresh; cat "$work/data/unstable/Sources" >> "$work/data/unstable/Sources.twice"
cat "$work/data/unstable/Sources.twice" >> "$work/data/unstable/Sources"; run
claim "every record twice: exit code 0" exits 0
claim "every record twice: pear migrates" grep -qx 'pear 1.1-1 source misc' "$work/output/HeidiResult"
fresh; printf 'pear yesterday\npear 1.1-1 x\n\xff\n' > "$work/state/age-policy-dates"; run
claim "damaged dates: exit code 0" exits 0
fresh; printf 'pear 1.1-1 yesterdayish\n' > "$work/state/age-policy-urgencies"; run
claim "an unknown urgency: exit code 0" exits 0
fresh; echo 'HINTS_ADA = ALL' >> "$work/britney.conf"
printf 'frobnicate pear\neasy\nurgent pear_a_b/1\nage-days soon pear/1.1-1\nblock-all x\n\xff\xfe\n' > "$work/hints/ada"; run
claim "malformed hints: exit code 0" exits 0
claim "malformed hints: each has its line" out_has 'Unknown hint found in'
fresh; echo 'HINTS_BOB = STANDARD' >> "$work/britney.conf"; run
claim "a missing hint file: exit code 0" exits 0
claim "a missing hint file: an error line" out_has '^E: .*Cannot read hints list from'

# migration 4.6.2: a store that answers, but with no listing, does not say that there are no results.
python3 -u - "$dir" > "$dir/port" << 'PY' &
import http.server
import os
import pathlib
import sys
import time

place = pathlib.Path(sys.argv[1])


class Store(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words):
        pass

    def do_GET(self):
        kind = self.path.split("/")[1]
        if kind == "moved":
            self.send_response(302)
            self.send_header("Location", "/login")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        body = {"login": b"<!DOCTYPE html>\n<title>Log in</title>\n", "empty": b""}.get(kind) or b""
        if kind == "bytes":
            body = os.urandom(4000)
        if kind == "slow":
            (place / "asked").touch()
            while not (place / "go").exists():
                time.sleep(0.05)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.HTTPServer(("127.0.0.1", 0), Store)
print(server.server_address[1])
server.serve_forever()
PY
store=$!
trap 'kill "$store"; rm -rf "$dir"' EXIT
for ((i = 0; i < 200; i++)); do [ -s "$dir/port" ] && break; sleep 0.05; done
swift() {
    fresh
    sed -i 's/^ADT_ENABLE.*/ADT_ENABLE = yes/' "$work/britney.conf"
    {
        echo 'ADT_ARCHES = amd64'
        echo 'ADT_AMQP = file://state/requests'
        echo "ADT_SWIFT_URL = http://127.0.0.1:$(cat "$dir/port")/$1"
        echo 'ADT_CI_URL = http://ci.example/'
    } >> "$work/britney.conf"
    for suite in testing unstable; do
        sed -i 's/^Version:/Testsuite: autopkgtest\nVersion:/' "$work/data/$suite/Sources"
    done
}
swift empty; run
claim "a store without results: exit code 0" exits 0
claim "a store without results: tests are requested" test -s "$work/state/requests"
for kind in login moved bytes; do
    swift $kind; run
    stopped_by "a store that answers with $kind" 'Failure to fetch swift results from http.*is no line of a listing'
    claim "a store that answers with $kind: nothing is requested" test ! -e "$work/state/requests"
done

# migration 4.6.1: two processes on one state directory. The first has its lock and waits for the store.
swift slow
(cd "$work" && exec "$SLUICE_BIN" migrate -c britney.conf) > "$dir/first" 2>&1 &
first=$!
for ((i = 0; i < 400; i++)); do [ -e "$dir/asked" ] && break; sleep 0.05; done
run
claim "a second run: exit code 1" exits 1
claim "a second run: it says why" out_has '^E: .*another run works on state: two at once would undo'
claim "a second run: nothing on standard error" silent_on_stderr
claim "a second run: nothing is requested" test ! -e "$work/state/requests"
claim "a second run: the first one still works" kill -0 "$first"
touch "$dir/go"
wait "$first"
claim "the first run: exit code 0" test $? -eq 0
sort "$work/state/requests" | uniq -d > "$dir/twice"
claim "the first run: requests" test -s "$work/state/requests"
claim "the first run: none twice" test ! -s "$dir/twice"
finish
