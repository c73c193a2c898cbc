#!/bin/bash
# tools/packages.sh keeps its promises: nothing to do is silent, without root the missing packages are
# named, and a policy-rc.d stands while apt works and is gone, or as it was, afterwards. apt-get,
# dpkg-query and id are stand-ins first in PATH.
set -uo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/bin"
export SLUICE_POLICY=$dir/policy-rc.d PATH=$dir/bin:$PATH DIR=$dir
script=$SLUICE_SOURCE/tools/packages.sh
passed=0
failed=0

stand_in() { printf '#!/bin/bash\n%s\n' "$2" > "$dir/bin/$1"; chmod +x "$dir/bin/$1"; }
user_id() { stand_in id "echo $1"; }

# Everything that debian/control names is installed, but for the packages given.
installed_without() {
    local missing
    missing=$(printf '^%s$|' "$@")
    sed -nE 's/^ ([a-z0-9.+-]+).*/\1/p' "$SLUICE_SOURCE/debian/control" | grep -vE "${missing%|}" > "$dir/packages"
    stand_in dpkg-query "sed 's/.*/installed &, /' $dir/packages"
}

claim() {
    local name=$1
    shift
    if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not so: $name"; fi
}

# Notes the call and what policy-rc.d says during it; takes its time if told to.
stand_in apt-get 'echo "$@" >> $DIR/apt; sh $SLUICE_POLICY; echo $? > $DIR/during
[ ! -e $DIR/slow ] || { touch $DIR/waiting; sleep 1; }'

installed_without nothing
user_id 0
output=$("$script" check)
claim "nothing to do is silent and succeeds" test "$?/$output" = "0/"
claim "nothing to do calls no apt" test ! -e "$dir/apt"

installed_without doctest-dev zlib1g-dev
user_id 1000
output=$("$script" check)
claim "without root the exit code is 1" test $? -eq 1
claim "without root the missing packages are named" grep -q "missing packages: doctest-dev zlib1g-dev$" <<<"$output"
output=$("$script" build)
claim "the build does not need what only the tests need" grep -q "missing packages: zlib1g-dev$" <<<"$output"

user_id 0
"$script" check > "$dir/log"
claim "the missing packages are installed" grep -q "install doctest-dev zlib1g-dev$" "$dir/apt"
claim "daemons are forbidden meanwhile" test "$(cat "$dir/during")" = 101
claim "no policy stays behind" test ! -e "$SLUICE_POLICY"

echo "exit 104" > "$SLUICE_POLICY"
"$script" check > "$dir/log"
claim "daemons are forbidden although another policy was there" test "$(cat "$dir/during")" = 101
claim "the other policy is back" test "$(cat "$SLUICE_POLICY")" = "exit 104"

touch "$dir/slow"
"$script" check > "$dir/log" &
while [ ! -e "$dir/waiting" ]; do sleep 0.1; done
kill -TERM $!
wait $!
claim "a signal ends it" test $? -eq 143
claim "the other policy is back after a signal" test "$(cat "$SLUICE_POLICY")" = "exit 104"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
