#!/usr/bin/env python3
"""Relative links in Markdown lead to files, and their anchors to headings."""

import pathlib
import re

import lint

LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.M)


def prose(markdown):
    """Without code: a fence or a code span links nowhere."""
    return re.sub(r"```.*?```|`[^`\n]*`", "``", markdown, flags=re.S)


def anchors(path):
    """The anchors that usual renderers give to headings."""
    result = set()
    for title in HEADING.findall(lint.text(path)):
        plain = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", title).lower())
        result.add(plain.strip().replace(" ", "-"))
    return result


def broken(path, target):
    name, _, anchor = target.partition("#")
    file = path.parent / name if name else path
    if not file.exists():
        return f"no {name}"
    if anchor and file.suffix == ".md" and anchor not in anchors(file):
        return f"no heading #{anchor} in {name or path.name}"
    return None


def check(root):
    messages = []
    for path in lint.files(root, ".md"):
        for target in LINK.findall(prose(lint.text(path))):
            if re.match(r"[a-z]+:", target):
                continue
            wrong = broken(path, target)
            if wrong:
                messages.append(f"{path.relative_to(root)}: link ({target}): {wrong}")
    return messages


if __name__ == "__main__":
    lint.run(check)
