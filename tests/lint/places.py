#!/usr/bin/env python3
"""The tree names no path of somebody's machine, and no host but the well-known ones."""

import pathlib
import re

import lint

HOST = re.compile(r"https?://(?:[^@/\s\"']*@)?([A-Za-z0-9_.\-]+)")
# One letter is a placeholder. Then reserved names, and the public places that the field's files
# themselves point to.
ALLOWED = re.compile(
    r"[a-z]|(.*\.)?(example|invalid|test|localhost)|(.*\.)?example\.(com|net|org)|127\.0\.0\.1"
    r"|(.*\.)?(debian\.org|ubuntu\.com|launchpad\.net|launchpadcontent\.net|gnu\.org|fsf\.org|w3\.org|yaml\.org)"
)
PATHS = re.compile(r"(?<![\w./$}\-])/(work|root|home/\w+|Users/\w+|tmp/\w+\.\w+)/")
TEXT = (".md", ".h", ".cc", ".py", ".sh", ".txt", ".cmake", ".json", ".yaml", ".conf", ".1", ".case")
PLAIN = {"run", "check", "rules", "control", "copyright", "changelog", "sluice", "Makefile"}


def is_text(path):
    return path.suffix in TEXT or path.name in PLAIN


def check(root):
    messages = []
    for path in lint.files(root):
        if not is_text(path) or path.name in ("LICENSE", "places.py", "selftest.py"):
            continue
        for number, line in enumerate(lint.text(path).splitlines(), 1):
            where = f"{path.relative_to(root)}:{number}"
            for host in HOST.findall(line):
                if not ALLOWED.fullmatch(host.rstrip(".")):
                    messages.append(f"{where}: host {host}")
            if PATHS.search(line):
                messages.append(f"{where}: path of a machine: {PATHS.search(line).group(0)}")
    return messages


if __name__ == "__main__":
    lint.run(check)
