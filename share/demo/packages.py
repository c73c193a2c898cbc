"""The packages of the demonstration: what they install, what they need, how they are tested.

Each is a real source package with a test in debian/tests. A test says `take NAME` for each package that it
is about, and finds its files below $root; what that means depends on the testbed.
"""

# In a testbed of its own: autopkgtest has installed the packages (`Depends: @`), as the triggers want them.
INSTALLED = """set -e
root=
take() { echo "with $1 $(dpkg-query -W -f '${Version}' "$1")"; }
"""

# On this machine nothing is installed: the test unpacks the version that a trigger names, else testing's.
# $DEMO_ARCHIVE is the archive's directory; the worker passes it.
UNPACKED = """set -e
take() {
    version=$(printf '%s\\n' $ADT_TEST_TRIGGERS | sed -n "s,^$1/,,p" | head -n 1)
    [ -n "$version" ] || version=$(sed -n "/^Package: $1\\$/,/^$/s/^Version: //p" "$DEMO_ARCHIVE/testing/Packages_$DEMO_ARCH")
    echo "with $1 $version"
    dpkg-deb -x "$DEMO_ARCHIVE/pool/$1_${version}_all.deb" "$AUTOPKGTEST_TMP/root"
}
root=$AUTOPKGTEST_TMP/root
"""


class Package:
    """`files`: path -> text of the binary package; `tests`: name -> (restrictions, script)."""

    def __init__(self, name, version, files, tests, depends=""):
        self.name, self.version, self.depends = name, version, depends
        self.files, self.tests = files, tests


def library(name, version, function, body):
    test = f"take {name}\n. $root/usr/share/{name}/lib.sh\n{function} world\n"
    return Package(name, version, {f"usr/share/{name}/lib.sh": f"{function}() {{ {body}; }}\n"},
                   {"own": ("", test)})


def user(name, of, function):
    test = f"take {of}\ntake {name}\nDESTDIR=$root sh $root/usr/bin/{name}\n"
    program = f"#!/bin/sh\nset -e\n. $DESTDIR/usr/share/{of}/lib.sh\n{function} {name}\n"
    return Package(name, "1.0-1", {f"usr/bin/{name}": program}, {"runs": ("", test)}, depends=of)


def weather(version):
    return Package("weather", version, {"usr/bin/weather": "#!/bin/sh\necho sunny\n"}, {
        "forecast": ("", "take weather\nsh $root/usr/bin/weather | grep sunny\n"),
        "tomorrow": ("flaky", "take weather\nsh $root/usr/bin/weather | grep rain\n"),
    })


def sickbed(version):
    return Package("sickbed", version, {"usr/bin/sickbed": "#!/bin/sh\necho fine\n"},
                   {"own": ("", "take sickbed\nsh $root/usr/bin/sickbed\n")})


TESTING = [
    library("libgreet", "1.0-1", "greet", 'echo "Hello $1"'),
    library("libcount", "1.0-1", "count", 'echo "1 2 3 $1"'),
    user("greeter", "libgreet", "greet"),
    user("counter", "libcount", "count"),
    weather("1.0-1"),
    sickbed("1.0-1"),
]

# (what the reader is told, the upload)
UPLOADS = [
    ("a good one", library("libgreet", "1.1-1", "greet", 'echo "Good morning $1"')),
    ("renames a function, so counter will break", library("libcount", "2.0-1", "count_to", 'echo "1 2 3 4 $1"')),
    ("its test of tomorrow is marked flaky, and fails", weather("1.1-1")),
    ("the testbed that it needs is broken", sickbed("1.1-1")),
]

# These need the big testbed, and that one is broken in this demonstration.
BIG = ["sickbed"]
