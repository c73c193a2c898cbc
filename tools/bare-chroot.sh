#!/bin/bash
# What a newcomer has: a minimal Debian 12 with nothing but ca-certificates and this checkout. Makes one
# below DIR, runs commands in it, and tells their times. Needs root and mmdebstrap.
#
#   MIRROR=<base URL of a Debian mirror> tools/bare-chroot.sh DIR ['./check --quick' ./run ...]
#
# Without commands: ./check and ./run, each twice. APT_CONF may name a directory whose files are put
# into the chroot's /etc/apt/apt.conf.d: the settings that this machine needs to reach the mirror.
# An existing DIR/root is used again. The checkout is copied without build directories and .git.
set -euo pipefail
: "${MIRROR:?set MIRROR to the base URL of a Debian mirror}"
dir=${1:?usage: MIRROR=URL tools/bare-chroot.sh DIR [COMMAND...]}
shift
if [ $# -eq 0 ]; then set -- ./check ./run ./check ./run; fi
source=$(cd "$(dirname "$0")/.." && pwd)
root=$dir/root

if [ ! -e "$root/etc/debian_version" ]; then
    mkdir -p "$dir"
    mmdebstrap --variant=minbase --include=ca-certificates bookworm "$root" "$MIRROR"
    if [ -n "${APT_CONF:-}" ]; then cp "$APT_CONF"/* "$root/etc/apt/apt.conf.d/"; fi
fi
cp /etc/resolv.conf /etc/hosts "$root/etc/"

mkdir -p "$root/checkout"
tar -C "$source" --exclude=./build --exclude=./.git --exclude=./.cache -cf - . | tar -C "$root/checkout" -xf -

mount -t proc proc "$root/proc"
mount -t devpts devpts "$root/dev/pts"
trap 'umount "$root/proc" "$root/dev/pts"' EXIT
for command in "$@"; do
    begin=$SECONDS
    status=0
    chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
        sh -c "cd /checkout && $command" || status=$?
    echo "== $command: exit $status, $((SECONDS - begin)) s"
done
