#!/usr/bin/env python3
"""Each lint can fail: small wrong trees, and what the lint says about them.

The last line counts like every test script's: `N passed, N failed`.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOMS = "base pure -\nsys door base\ndeb pure base\ncli face base sys deb\n"
LIBRARIES = "fmt/ * yes\nzlib.h deb no\n"


class Tree(unittest.TestCase):
    """A lint applied to a tree in a temporary directory."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        self.write("src/rooms.txt", ROOMS)
        self.write("src/libraries.txt", LIBRARIES)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def expect(self, lint, *needles, arguments=()):
        messages = __import__(lint).check(self.root, *arguments)
        self.assertEqual(len(messages), len(needles), messages)
        for needle, message in zip(needles, messages):
            self.assertIn(needle, message)


class Arrows(Tree):
    def test_an_include_against_the_arrows_is_found(self):
        self.write("src/deb/a.cc", '#include "deb/a.h"\n#include "base/x.h"\n#include "sys/f.h"\n')
        self.expect("arrows", "src/deb/a.cc:3: deb may not include sys")

    def test_an_include_in_a_comment_is_none(self):
        self.write("src/deb/a.cc", '// #include "sys/f.h"\n/*\n#include "sys/f.h"\n*/\n')
        self.expect("arrows")

    def test_an_include_without_a_room_is_found(self):
        self.write("src/deb/a.cc", '#include "a.h"\n')
        self.expect("arrows", "is not room/file.h")

    def test_a_cycle_is_found(self):
        self.write("src/rooms.txt", "base pure deb\ndeb pure base\n")
        self.expect("arrows", "cycle")

    def test_a_library_in_the_wrong_room_or_in_a_header_is_found(self):
        self.write("src/base/a.cc", "#include <zlib.h>\n#include <fmt/core.h>\n#include <vector>\n")
        self.write("src/deb/a.h", "#include <zlib.h>\n")
        self.expect("arrows", "<zlib.h> belongs to deb", "does not go into a header")

    def test_headers_of_the_machine_are_for_sys(self):
        self.write("src/sys/a.cc", "#include <unistd.h>\n#include <sys/stat.h>\n")
        self.write("src/deb/a.cc", "#include <sys/stat.h>\n")
        self.expect("arrows", "src/deb/a.cc:1")

    def test_an_unknown_library_is_found(self):
        self.write("src/deb/a.cc", "#include <QtCore/QString>\n")
        self.expect("arrows", "of no library")

    def test_a_folder_that_is_no_room_is_found(self):
        self.write("src/util/a.cc", "")
        self.expect("arrows", "no room util")


class Pure(Tree):
    def test_clock_environment_and_files_are_found(self):
        self.write(
            "src/deb/a.cc",
            "#include <fstream>\nauto t = std::chrono::system_clock::now();\nauto e = getenv(x);\n",
        )
        self.expect("pure", "fstream", "now(", "getenv")

    def test_words_in_comments_and_texts_are_fine(self):
        self.write("src/deb/a.cc", 'auto a = "now()";  // never now()\nauto known(int);\n')
        self.expect("pure")

    def test_a_door_may(self):
        self.write("src/sys/a.cc", "#include <mutex>\nauto t = clock.now();\n")
        self.expect("pure")


class Sizes(Tree):
    def function(self, lines):
        return "int f(int a)\n{\n" + "  a += 1;\n" * (lines - 2) + "}\n"

    def test_a_long_file_is_found(self):
        self.write("src/deb/a.cc", "\n" * 501)
        self.expect("sizes", "501 lines")

    def test_a_long_function_is_found(self):
        self.write("src/deb/a.cc", "namespace deb {\n" + self.function(61) + self.function(60) + "}\n")
        self.expect("sizes", "src/deb/a.cc:3: f has 61 lines")

    def test_a_method_is_found_and_a_table_is_none(self):
        table = "constexpr int kTable[] = {\n" + "1,\n" * 80 + "};\n"
        method = "class A : public B {\n" + self.function(70) + "};\n"
        self.write("src/deb/a.cc", table + method)
        self.expect("sizes", "f has 70 lines")

    def test_a_constructor_with_initialisers_is_measured(self):
        body = "A::A(int b) : a_{b}, c_(b) {\n" + "  a_ += 1;\n" * 70 + "}\n"
        self.write("src/deb/a.cc", body)
        self.expect("sizes", "has 72 lines")

    def test_a_waiver_excuses_up_to_the_hard_limit(self):
        self.write("src/deb/a.cc", self.function(80))
        self.write("src/deb/b.cc", self.function(101))
        waivers = "sizes src/deb/a.cc:f 2026-11-21 one table in words\n"
        self.write("tests/lint/waivers.txt", waivers)
        self.expect("sizes", "src/deb/b.cc:2: f has 101 lines: cut it")

    def test_a_stale_or_broken_waiver_is_found(self):
        self.write("tests/lint/waivers.txt", "sizes src/x.cc 2026-11-21 was long\nsizes nothing\n")
        self.expect("sizes", "not `lint path", "nothing to excuse")

    def test_a_long_python_function_is_found(self):
        self.write("tools/a.py", "def f():\n" + "    pass\n" * 61)
        self.expect("sizes", "f has 62 lines")


class Tested(Tree):
    def test_a_source_without_test_is_found(self):
        for name in ("a", "b", "c", "d"):
            self.write(f"src/deb/{name}.cc", "")
        self.write("tests/unit/deb/a_test.cc", "// covers: b.cc\n")
        self.write("tests/e2e/x.sh", "# covers: deb/c.cc\n")
        self.expect("tested", "src/deb/d.cc")


class Links(Tree):
    def test_broken_links_are_found(self):
        self.write("docs/a.md", "# A title\n[x](b.md) [y](#a-title) [z](#none) [w](https://debian.org)\n")
        self.expect("links", "no b.md", "no heading #none")

    def test_code_links_nowhere(self):
        self.write("docs/a.md", "`[x](b.md)`\n```\n[x](c.md)\n```\n")
        self.expect("links")


class Places(Tree):
    def test_hosts_and_machine_paths_are_found(self):
        self.write("a.md", "https://www.debian.org http://me:pw@internal.corp/x http://a/\n/home/ada/x\n")
        self.expect("places", "internal.corp", "/home/ada/")


class Options(Tree):
    def program(self, option):
        path = self.write("program", f"#!/bin/sh\nprintf 'Options:\\n  -h,--help  show\\n  --{option} X  set\\n'\n")
        os.chmod(path, 0o755)
        return str(path)

    def test_an_undocumented_option_is_found(self):
        self.write("man/sluice.1", ".B \\-\\-help\n")
        self.write("docs/manual/reference.md", "`--help`\n")
        wanted = ("--speed is not in its man page", "--speed is not in docs/manual")
        self.expect("options", *wanted, arguments=[self.program("speed")])

    def test_an_invented_option_is_found(self):
        self.write("man/sluice.1", ".B \\-\\-help\n.B \\-\\-speed\n.BR \\-\\-haste\n")
        self.write("docs/manual/reference.md", "`--help` `--speed`\n")
        self.expect("options", "man page has --haste", arguments=[self.program("speed")])


class Citations(Tree):
    def test_an_unknown_specification_or_section_is_found(self):
        self.write("docs/specification.md", "| migration 4.5 | policies |\n")
        cites = "// migration 4.5.2\n// migration 44.1\n// migrations 4.5.3\n"
        self.write("tests/unit/deb/a_test.cc", cites)
        self.expect("citations", "migration 44.1 is not in", "cites migrations")

    def test_citations_are_counted_by_test_case(self):
        code = '// migration 3.2, 3.3\nTEST_CASE("a") {}\n// migration 3.2\nTEST_CASE("b") {}\n'
        self.write("tests/unit/deb/a_test.cc", code)
        rows = __import__("citations").table(self.root)
        self.assertEqual({k: v[0] for k, v in rows.items()}, {("migration", "3.2"): 2, ("migration", "3.3"): 1})


class Diagram(Tree):
    def test_a_stale_diagram_is_found_and_mended(self):
        diagram = __import__("diagram")
        self.write("ARCHITECTURE.md", f"x\n{diagram.BEGIN}\n{diagram.END}\ny\n")
        self.expect("diagram", "the rooms changed")
        diagram.write(self.root)
        self.expect("diagram")


class Unity(Tree):
    def locals(self, one, other, header="", where="src/deb"):
        self.write(where + "/a.cc", one)
        self.write(where + "/b.cc", other)
        self.write("src/deb/h.h", header)

    def test_names_of_two_files_are_found_whatever_they_name(self):
        for line, name in (
            ("constexpr std::array kOdd = {std::pair{1, 2}};", "kOdd"),
            ("constexpr int kA = 1, kOdd = 2;", "kOdd"),
            ("const std::string kOdd[] = {a};", "kOdd"),
            ("int odd(int x = {}) { return x; }", "odd"),
            ("template <class T>\nauto odd(const T& t) -> std::optional<int> { return 1; }", "odd"),
            ("class Odd final : public base::Log { int x; };", "Odd"),
            ("enum class Odd : std::uint8_t { a, b };", "Odd"),
            ("using Odd = int;", "Odd"),
        ):
            self.locals(f"namespace sluice {{\nnamespace {{\n{line}\n}}\n}}", "namespace {\nstruct %s {};\n}" % name)
            self.expect("unity", f"src/deb/b.cc:2: `{name}` is local to a.cc:")

    def test_what_comes_after_a_value_or_a_body_is_seen(self):
        self.locals("namespace {\nint a = f({1}) + 2;\nstruct S { int x = 1; S() : y{2} {} };\nint odd;\n}", "static int odd() { }")
        self.expect("unity", "b.cc:1: `odd` is local to a.cc:4")

    def test_names_inside_of_others_and_of_other_folders_are_free(self):
        self.locals("namespace {\nstruct S { int odd; };\nvoid f() { int odd = 1; }\n}", "namespace { int odd = 1; }")
        self.write("src/sys/a.cc", "namespace { int odd = 1; }")
        self.expect("unity")

    def test_a_using_may_be_repeated_for_the_same_thing(self):
        self.locals("using deb::Odd;\nusing Odds = std::vector<Odd>;", "using sluice::deb::Odd;\nusing Odds = std::set<Odd>;")
        self.expect("unity", "b.cc:2: `Odds` is local to a.cc:2")

    def test_enumerators_that_a_using_brings_count(self):
        self.locals("using enum Kind;", "using base::odd;", "enum class Kind { even, odd = 2 };")
        self.expect("unity", "b.cc:1: `odd` is local to a.cc:1")

    def test_a_name_of_a_header_of_the_room_is_taken(self):
        header = "namespace sluice {\ninline constexpr int kOdd = 1;\n}"
        self.locals("namespace { const int kOdd = 2; }", "", header, "tests/unit/deb")
        self.expect("unity", "tests/unit/deb/a.cc:1: `kOdd` is also declared by h.h:2")

    def test_a_type_in_a_function_is_none_of_another_file(self):
        self.locals("namespace {\nstruct Odd {};\n}", "void f() {\n  struct Odd {};\n}")
        self.expect("unity", "b.cc:2: `Odd` is local to a.cc:2")

    def test_macros_are_seen(self):
        self.locals("#define ODD 1\n", "#define ODD 1\n")
        self.expect("unity", "b.cc:1: `ODD`")


class Count(Tree):
    """tools/count-tests.py, whose last line is the last line of ./check."""

    def count(self, status, output, more=""):
        case = f'<testcase name="x" status="{status}">{more}<system-out>{output}</system-out></testcase>'
        path = self.write("junit.xml", f"<testsuite>{case}</testsuite>")
        script = HERE.parents[1] / "tools/count-tests.py"
        done = subprocess.run([sys.executable, script, path], capture_output=True, text=True)
        self.said = done.stdout.splitlines()[:-1]
        return done.stdout.splitlines()[-1]

    def test_what_failed_is_shown_last_with_its_complaint(self):
        noise = "\n".join(f"line {number}" for number in range(40))
        self.count("fail", f"{noise}\nx_test.cc:3: ERROR: CHECK( a == b )\n  values: 1 == 2\n{noise}")
        shown = self.said[self.said.index("FAILED x") :]
        self.assertEqual(len(shown), 15)
        self.assertEqual(shown[2].strip(), "x_test.cc:3: ERROR: CHECK( a == b )")
        self.count("fail", noise)
        self.assertEqual(self.said[-1].strip(), "line 39")

    def test_a_second_try_counts_and_is_told(self):
        def file(name, status, output):
            case = f'<testcase name="x" status="{status}"><system-out>{output}</system-out></testcase>'
            return self.write(name, f"<testsuite>{case}</testsuite>")

        script = HERE.parents[1] / "tools/count-tests.py"
        first = file("first.xml", "fail", "ERROR: the port is taken")
        for status, passed, failed in (("run", 1, 0), ("fail", 0, 1)):
            done = subprocess.run([sys.executable, script, first, file("again.xml", status, "")],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, failed)
            self.assertTrue(done.stdout.endswith(f"{passed} passed, {failed} failed\n"))
            self.assertIn("SECOND TRY x\n    ERROR: the port is taken\n", done.stdout)

    def test_doctest_cases_are_counted(self):
        line = "[doctest] test cases:  5 |  4 passed | 1 failed | 0 skipped"
        self.assertEqual(self.count("fail", line), "4 passed, 1 failed")

    def test_a_program_that_crashed_is_a_failure(self):
        self.assertEqual(self.count("fail", "Segmentation fault"), "0 passed, 1 failed")

    def test_a_leak_after_good_cases_is_a_failure(self):
        line = "[doctest] test cases:  5 |  5 passed | 0 failed | 0 skipped\nleak"
        self.assertEqual(self.count("fail", line), "5 passed, 1 failed")

    def test_scripts_count_what_they_say_or_one(self):
        self.assertEqual(self.count("run", "ok\n7 passed, 0 failed\n"), "7 passed, 0 failed")
        self.assertEqual(self.count("run", "fine"), "1 passed, 0 failed")

    def test_what_cannot_run_here_is_neither_but_what_is_missing_failed(self):
        said = '<skipped message="SKIP_RETURN_CODE=77"/>'
        self.assertEqual(self.count("notrun", "skipped: no schroot", said), "0 passed, 0 failed")
        self.assertEqual(self.count("notrun", "", '<skipped message="Unable to find executable"/>'), "0 passed, 1 failed")


class Format(Tree):
    def test_an_unformatted_file_is_found(self):
        shutil.copy(HERE.parents[1] / ".clang-format", self.root)
        for code, status in (("int a;\n", 0), ("int   a;\n", 123)):
            self.write("src/deb/a.cc", code)
            done = subprocess.run([HERE / "format.sh", self.root], capture_output=True)
            self.assertEqual(done.returncode, status, done.stderr)


if __name__ == "__main__":
    result = unittest.main(exit=False).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
