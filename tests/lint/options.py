#!/usr/bin/env python3
"""Every option and subcommand of the binary is in its man page and in docs/manual, and no page invents one.

Usage: options.py BINARY. Reads `BINARY --help` and `BINARY SUBCOMMAND --help`.
"""

import pathlib
import re
import subprocess
import sys

import lint

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
SECTION = re.compile(r"^(sub)?commands:\s*$", re.I)


def help_of(binary, *words):
    done = subprocess.run([binary, *words, "--help"], capture_output=True, text=True, timeout=60)
    return done.stdout


def subcommands(text):
    """First words of the indented lines below a heading `Subcommands:` or `Commands:`."""
    names, inside = [], False
    for line in text.splitlines():
        if SECTION.match(line):
            inside = True
        elif line and not line[0].isspace():
            inside = False
        elif inside and re.match(r"\s{1,4}[a-z]", line):
            names.append(line.split()[0])
    return names


def options(text):
    """Options that the help defines: those at the start of an indented line, aliases included."""
    found = set()
    for line in text.splitlines():
        if re.match(r"\s+(-\w[, ]\s*)?--[a-z]", line):
            found.update(OPTION.findall(re.split(r"\s{2,}", line.strip())[0]))
    return found


def page(root, subcommand):
    path = pathlib.Path(root, "man", f"sluice-{subcommand}.1" if subcommand else "sluice.1")
    return lint.text(path).replace("\\-", "-") if path.exists() else None


def check(root, binary):
    manual = "\n".join(lint.text(p) for p in lint.files(pathlib.Path(root, "docs/manual"), ".md"))
    manual_options = set(OPTION.findall(manual))
    top = help_of(binary)
    messages = []
    for name in ["", *subcommands(top)]:
        called = f"sluice {name}".strip()
        man = page(root, name)
        if man is None:
            messages.append(f"{called}: no man page man/sluice-{name}.1")
            continue
        known = options(help_of(binary, name) if name else top)
        written = set(OPTION.findall(man))
        messages += [f"{called}: {o} is not in its man page" for o in sorted(known - written)]
        messages += [f"{called}: {o} is not in docs/manual" for o in sorted(known - manual_options)]
        defined = set(re.findall(r"^\.(?:BR?|IR?) .*?(--[a-z][a-z0-9-]*)", man, re.M))
        messages += [f"{called}: man page has {o}, the program not" for o in sorted(defined - known) if known]
    return messages


if __name__ == "__main__":
    lint.run(check, sys.argv[1])
