#!/bin/bash
# Installs the build dependencies of debian/control that are missing. They stand only there.
#
#   tools/packages.sh build    what the product needs: entries without <!nocheck>
#   tools/packages.sh run      the same, and what the demonstration runs beside the product
#   tools/packages.sh check    all of them, also what the tests need
#
# Prints nothing and needs neither root nor network when nothing is missing. Daemons among the
# packages are not started: a policy-rc.d says no while dpkg runs, and goes away afterwards.
set -euo pipefail
cd "$(dirname "$0")/.."

policy=${SLUICE_POLICY:-/usr/sbin/policy-rc.d}  # the test of this script puts it elsewhere
kept=$policy.kept-by-sluice
marker="# put here by sluice/tools/packages.sh for as long as it runs"

# One package a line; of alternatives the first, without versions and restrictions.
wanted() {
    awk '/^Build-Depends:/ { on = 1; sub(/^[^:]*:/, "") } /^[^ \t#]/ && !/^Build-Depends:/ && seen { on = 0 }
         on && !/^#/ { printf "%s", $0; seen = 1 }' debian/control |
        tr ',' '\n' |
        if [ "$1" = check ]; then cat; else grep -v '<!nocheck>'; fi |
        { cat; if [ "$1" = run ]; then printf '%s\n' autopkgtest dpkg-dev mmdebstrap python3 schroot; fi; } |
        sed -E 's/[|([<].*//; s/[[:space:]]//g; /^$/d' | LC_ALL=C sort -u
}

# Installed packages and what they provide: debhelper-compat, for one, is only provided.
installed() {
    dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' |
        sed -n 's/^installed //p' | tr ',' '\n' | sed -E 's/\(.*//; s/[[:space:]]//g; /^$/d' | LC_ALL=C sort -u
}

restore_policy() {
    if [ -e "$policy" ] && grep -qF "$marker" "$policy"; then rm -f "$policy"; fi
    # Also mends what a killed call left behind.
    if [ -e "$kept" ] || [ -L "$kept" ]; then mv -f "$kept" "$policy"; fi
}

forbid_daemons() {
    restore_policy
    trap restore_policy EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [ -e "$policy" ] || [ -L "$policy" ]; then mv "$policy" "$kept"; fi
    printf '#!/bin/sh\n%s\nexit 101\n' "$marker" > "$policy"
    chmod 755 "$policy"
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y \
        -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold -o APT::Install-Recommends=false \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

case "${1:-}" in
    build | run | check) ;;
    *) echo "usage: tools/packages.sh build|run|check" >&2; exit 2 ;;
esac
mapfile -t missing < <(LC_ALL=C comm -23 <(wanted "$1") <(installed))
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

if [ "$(id -u)" -ne 0 ]; then
    echo "missing packages: ${missing[*]}"
    echo "install them as root: apt-get install --no-install-recommends ${missing[*]}"
    exit 1
fi
echo "installing ${#missing[@]} packages and what they need: ${missing[*]}"
forbid_daemons
apt update || echo "apt-get update failed for some source; going on with the lists there are"
apt install "${missing[@]}"
