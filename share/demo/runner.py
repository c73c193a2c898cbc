#!/usr/bin/python3
"""autopkgtest for the demonstration: a package name stands for its unpacked source.

The virtualisation server `null` runs tests on this machine, whose apt knows nothing of the demonstration's
archive; so the source that apt would fetch is named by its directory: the version of the trigger, else
testing's.
"""
import os
import pathlib
import re
import sys

archive = pathlib.Path(os.environ["DEMO_ARCHIVE"])


def version_of(name, words):
    for word in words:
        if word.startswith("--env=ADT_TEST_TRIGGERS="):
            found = re.search(rf"(?:=|\s){re.escape(name)}/(\S+)", word)
            if found:
                return found.group(1)
    for stanza in (archive / "testing/Sources").read_text().split("\n\n"):
        if re.search(rf"^Package: {re.escape(name)}$", stanza, re.M):
            return re.search(r"^Version: (.*)$", stanza, re.M).group(1)
    return None


def word_for(word, words):
    if not re.fullmatch(r"[a-z0-9][a-z0-9.+-]+", word):
        return word
    version = version_of(word, words)
    path = archive / "source" / f"{word}-{version}"
    return str(path) if version and path.is_dir() else word


def main():
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    named = [word_for(word, words) for word in words[:end]] + words[end:]
    extra = [] if named == words else ["--no-built-binaries"]
    os.execvp("autopkgtest", ["autopkgtest", *extra, *named])


main()
