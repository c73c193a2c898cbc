#!/usr/bin/env python3
"""The examples in docs/formats/ are what they claim to be. # migration 8

A fence ```yaml and ```json is loaded; ```text part-of FILE stands in that file as it is; every line of
```ini file FILE stands in that file.
"""

import json
import os
import pathlib
import re
import sys

import yaml

ROOT = pathlib.Path(os.environ.get("SLUICE_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
FENCE = re.compile(r"^```(\w+)(?: (part-of|file) (\S+))?\n(.*?)^```$", re.M | re.S)


def trouble_of_yaml(document):
    """Excuses are a map with sources; failure rules are a list, and each finds its own texts."""
    if isinstance(document, dict):
        return None if "sources" in document else "no list of sources"
    for rule in document:
        found = [hit for hit in rule["hits"] if any(p in hit for p in rule["patterns"])]
        missed = [miss for miss in rule["misses"] if any(p in miss for p in rule["patterns"])]
        if len(found) != len(rule["hits"]) or missed:
            return f"the rule {rule['id']} fails its own texts"
    return None


def trouble(language, relation, name, text):
    """Nothing, or what is wrong with the example."""
    if language == "yaml":
        return trouble_of_yaml(yaml.safe_load(text))
    if language == "json":
        return None if isinstance(json.loads(text), dict) else "no object"
    if relation is None:
        return None
    whole = (ROOT / name).read_text("utf-8")
    if relation == "part-of":
        return None if text in whole else f"not a part of {name}"
    missing = set(text.splitlines()) - set(whole.splitlines())
    return f"not in {name}: {sorted(missing)}" if missing else None


def main():
    passed = failed = 0
    for path in sorted((ROOT / "docs/formats").glob("*.md")):
        for language, relation, name, text in FENCE.findall(path.read_text("utf-8")):
            try:
                wrong = trouble(language, relation or None, name, text)
            except (ValueError, yaml.YAMLError, OSError) as error:
                wrong = str(error)
            if wrong:
                print(f"{path.name}: {wrong}")
            passed += not wrong
            failed += bool(wrong)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
