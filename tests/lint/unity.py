#!/usr/bin/env python3
"""What is local to a source file has a name of its own within its folder and its room's headers, so that
any of the folder's files can be compiled together as one (SLUICE_UNITY in CMakeLists.txt).

Local are the declarations in namespaces without a name, `static` and `const` ones, macros, and what a
`using` brings; the last may be repeated for the same thing. Also good for readers: a name that is found
by searching means one thing.
"""

import collections
import pathlib
import re

import lint

ANONYMOUS = "(local)"
SPACE = re.compile(r"\s*(?:inline\s+)?namespace\s*([\w:]*)\s*")
TYPE = re.compile(r"(?:struct|class|union|enum(?:\s+(?:class|struct))?)\s+(?:\[\[.*?\]\]\s*)?(\w+)")
INNER_TYPE = re.compile(r"\s+(?:struct|class|enum class|using) (\w+)(?: =| \{| final| :|;)")
TEST_MACRO = re.compile(r"(?:TEST_CASE|TEST_SUITE|SCENARIO|TYPE_TO_STRING|REGISTER)\w*\s*\(")

# `means`: what a `using` stands for, else nothing.
Local = collections.namedtuple("Local", "name line kind means")


def without_templates(text):
    """The text with the innermost `<...>` removed until none is left."""
    while True:
        shorter = re.sub(r"<[^<>()]*>|<[^<>]*>", " ", text)
        if shorter == text:
            return text
        text = shorter


def declared(head, line):
    """What one declaration at namespace scope declares, as Locals."""
    head = re.sub(r"\s+", " ", head).strip()
    head = re.sub(r"^template ?<[^{]*?> (?=struct|class|[\w:]+)", "", head)
    if not head or head.startswith((",", "namespace", "static_assert", "friend")) or TEST_MACRO.match(head):
        return []
    if match := re.fullmatch(r"using (enum )?([\w:]+::)?(\w+)", head):
        scope = (match.group(2) or "").split("::")[-2:-1]
        kind = "enumerators" if match.group(1) else "using"
        return [Local(match.group(3), line, kind, "::".join([*scope, match.group(3)]))]
    if match := re.match(r"using (\w+) ?= ?(.*)", head):
        return [Local(match.group(1), line, "using", match.group(2))]
    if head.startswith("using "):
        return []
    if match := TYPE.match(head):
        return [Local(match.group(1), line, "type", None)]
    plain = without_templates(re.sub(r"\[\[.*?\]\]", "", head))
    if match := re.match(r"[^=(]*?\b(operator ?\S+?|\w+) ?\(.*\)[^)]*$", plain):
        if "::" + match.group(1) in plain.replace(" ", "") and "=" not in plain:
            return []  # the body of what a class or a named namespace declares
        return [Local(match.group(1), line, "function", None)]
    if match := re.match(r"[^=]*?\b(\w+) ?(?:\[[^=]*\])* ?(?:=.*)?$", plain):
        more = re.findall(r", (\w+) =", without_parentheses(plain))
        return [Local(name, line, "variable", None) for name in [match.group(1), *more]]
    return []


def without_parentheses(text):
    while "(" in text and (shorter := re.sub(r"\([^()]*\)", " ", text)) != text:
        text = shorter
    return text


def has_value(head):
    """Is there a `=` outside of parentheses, other than that of an operator's name?"""
    return re.search(r"(?<!operator)(?<!operator=)=", without_parentheses(head)) is not None


def heads(code):
    """(namespaces around it, text before its `{` or `;`, line) of everything at namespace scope."""
    code = re.sub(r"^[ \t]*#(?:\\\n|.)*$", "", lint.bare(code), flags=re.M)
    spaces, parentheses, depth, start, in_value = [], 0, 0, 0, False
    for match in re.finditer(r"[(){};]", code):
        mark = match.group(0)
        parentheses += {"(": 1, ")": -1}.get(mark, 0)
        if mark in "()" or parentheses:  # `= {}` of a parameter is part of a head
            continue
        head = code[start : match.start()]
        if depth == 0 and mark in "{;":
            if mark == "{" and (space := SPACE.fullmatch(head)):
                spaces.append(space.group(1) or ANONYMOUS)
                start = match.end()
                continue
            in_value = mark == "{" and has_value(head)  # until its `;`
            if head.strip() and not in_value:
                yield spaces, head, code.count("\n", 0, start + len(head) - len(head.lstrip())) + 1
        if mark == "}" and depth == 0:
            spaces.pop()
        depth += {"{": 1, "}": -1 if depth else 0}.get(mark, 0)
        if not in_value:
            start = match.end()


def enumerators_of(root):
    """{enumeration of a header in src: its enumerators}; those of one name together."""
    table = collections.defaultdict(set)
    for path in lint.files(pathlib.Path(root, "src"), ".h"):
        for name, body in re.findall(r"enum class (\w+)[^{;]*\{([^}]*)\}", lint.bare(lint.text(path))):
            table[name] |= {word for word in re.findall(r"(?:^|,)\s*(\w+)", body)}
    return table


def locals_of(code, enumerators):
    """The declarations that only this file should see, as Locals."""
    for spaces, head, line in heads(code):
        hidden = ANONYMOUS in spaces or head.split()[0] in ("static", "const", "constexpr")
        for local in declared(head, line):
            if local.kind == "enumerators":
                for name in sorted(enumerators[local.name]):
                    yield Local(name, line, "using", f"{local.name}::{name}")
            elif hidden or local.kind == "using":
                yield local
    for number, text in enumerate(code.splitlines(), 1):
        if match := re.match(r"\s*#\s*define\s+(\w+)", text):
            yield Local(match.group(1), number, "macro", None)


def of_headers(folder):
    """{name: where} of the types and values that the headers of a folder declare."""
    return {
        declaration.name: f"{path.name}:{line}"
        for path in sorted(folder.glob("*.h"))
        for _, head, line in heads(lint.text(path))
        for declaration in declared(head, line)
        if declaration.kind in ("type", "variable")
    }


def inner_types(code):
    """(name, line) of the types that functions declare; those of classes and name spaces mostly not."""
    for number, text in enumerate(lint.bare(code).splitlines(), 1):
        if match := INNER_TYPE.match(text):
            yield match.group(1), number


def complaints(folder, enumerators, headers):
    """Two files' locals of one name, and locals of a name that a header has, of one folder."""
    first = {}  # by name: the file and its Local; a name that is right may stand in many files
    for path in sorted(folder.glob("*.cc")):
        for local in locals_of(lint.text(path), enumerators):
            other, known = first.setdefault(local.name, (path, local))
            same = known.means is not None and known.means == local.means
            if other != path and not same:
                yield path, local, f"is local to {other.name}:{known.line} as well"
            if local.name in headers and local.kind in ("type", "variable"):
                yield path, local, f"is also declared by {headers[local.name]}"
    for path in sorted(folder.glob("*.cc")):  # g++ takes these for shadows: -Wshadow
        for name, line in inner_types(lint.text(path)):
            other, known = first.get(name, (path, None))
            if other != path and known.kind in ("type", "using"):
                yield path, Local(name, line, "type", None), f"is local to {other.name}:{known.line} as well"


def check(root):
    enumerators = enumerators_of(root)
    folders = {path.parent for top in ("src", "tests") for path in lint.files(pathlib.Path(root, top), ".cc")}
    return [
        f"{path.relative_to(root)}:{local.line}: `{local.name}` {why}: say more in the name, or share it"
        for folder in sorted(folders)
        for path, local, why in complaints(folder, enumerators, of_headers(pathlib.Path(root, "src", folder.name)))
    ]


if __name__ == "__main__":
    lint.run(check)
