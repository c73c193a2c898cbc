// covers: iterate.cc
#include "migrate/plan.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/test_run.h"

using namespace sluice;
using support::TestRun;
using support::TestWorld;
using Names = std::vector<std::string>;

// migration 7.3
TEST_CASE("run: an independent candidate migrates and the log says so") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("foo", "1")
                     .unstable()
                     .package("foo", "2")
                     .build());
  const TestRun run(test);
  CHECK(run.accepted() == Names{"foo"});
  CHECK(run.version("foo") == "2");
  CHECK(run.has_line("info: main run"));
  CHECK(run.has_line("trying: foo"));
  CHECK(run.has_line("accepted: foo"));
  CHECK(run.has_line("SUCCESS (1/0)"));
}

// migration 7.3, 5.5
TEST_CASE("run: what makes the target worse is skipped with the names that broke") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("lib", "1")
                     .package("app", "1", {.depends = "lib (<< 2)"})
                     .unstable()
                     .package("lib", "2")
                     .package("app", "1", {.depends = "lib (<< 2)"})
                     .build());
  test.settings.implicit_deps = false;  // else the policy says it first
  const TestRun run(test);
  CHECK(run.accepted().empty());
  CHECK(run.version("lib") == "1");
  CHECK(run.has_line("skipped: lib (0, 0, 0)"));
  CHECK(run.has_line("    got: 1+0: a-1"));
  CHECK(run.has_line("    * amd64: app"));
  REQUIRE(run.result.leftover.size() == 1);
}

// migration 7.5, 7.2
TEST_CASE("run: items that need each other move as one component") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("a", "1", {.depends = "b (= 1)"})
                     .package("b", "1", {.depends = "a (= 1)"})
                     .unstable()
                     .package("a", "2", {.depends = "b (= 2)"})
                     .package("b", "2", {.depends = "a (= 2)"})
                     .build());
  const TestRun run(test);
  CHECK(run.has_line("trying: a b"));
  CHECK(run.accepted() == Names{"a", "b"});
  CHECK(run.result.components.size() == 1);
}

// migration 7.3
TEST_CASE("run: a component that fails is split into its items") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("a", "1", {.depends = "b (= 1)"})
                     .package("b", "1", {.depends = "a (= 1)"})
                     .package("old", "1", {.depends = "a (= 1)"})
                     .unstable()
                     .package("a", "2", {.depends = "b (= 2)"})
                     .package("b", "2", {.depends = "a (= 2)"})
                     .package("old", "1", {.depends = "a (= 1)"})
                     .build());
  test.settings.implicit_deps = false;
  const TestRun run(test);
  CHECK(run.has_line("    - splitting the component into single items and retrying them"));
  CHECK(run.has_line("trying: b"));
  CHECK(run.accepted().empty());
}

// migration 7.4
TEST_CASE(
    "hint: easy moves together what the run would refuse one by one, if the whole is as good") {
  // p and q break each other's user by turns; together one broken package replaces another.
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("p", "1")
                     .package("user", "1", {.depends = "p (<< 2)"})
                     .package("sad", "1", {.depends = "p (>= 2)"})
                     .unstable()
                     .package("p", "2")
                     .package("user", "1", {.depends = "p (<< 2)"})
                     .package("sad", "1", {.depends = "p (>= 2)"})
                     .package("q", "1")
                     .build());
  test.settings.implicit_deps = false;
  test.hint("easy p/2 q/1");
  const TestRun run(test);
  CHECK(run.has_line("Trying easy from ada: p/2 q/1"));
  CHECK(run.has_line("easy: 1+0: a-1"));
  CHECK(run.has_line("final: p,q"));
  CHECK(run.accepted() == Names{"p", "q"});
}

// migration 7.4
TEST_CASE("hint: an easy hint that makes it worse fails and is taken back whole") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("p", "1")
                     .package("user", "1", {.depends = "p (<< 2)"})
                     .package("q", "1")
                     .unstable()
                     .package("p", "2")
                     .package("user", "1", {.depends = "p (<< 2)"})
                     .package("q", "2")
                     .build());
  test.settings.implicit_deps = false;
  test.hint("easy p/2 q/2");
  const TestRun run(test);
  CHECK(run.has_line("FAILED"));
  CHECK(run.version("p") == "1");
  CHECK(run.accepted() == Names{"q"});  // on its own, in the main run
}

// migration 7.4
TEST_CASE("hint: force-hint moves whatever it breaks and names it") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("p", "1")
                     .package("user", "1", {.depends = "p (<< 2)"})
                     .unstable()
                     .package("p", "2")
                     .package("user", "1", {.depends = "p (<< 2)"})
                     .build());
  test.settings.implicit_deps = false;
  test.hint("force-hint p/2");
  const TestRun run(test);
  CHECK(run.has_line("force breaks:"));
  CHECK(run.has_line("    * amd64: user"));
  CHECK(run.has_line("Newly uninstallable packages in the target suite:"));
  CHECK(run.accepted() == Names{"p"});
}

// migration 7.4
TEST_CASE(
    "hint: wrong versions, unknown sources and non-candidates are said and cost the hint alone") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("foo", "1")
                     .package("bar", "1")
                     .unstable()
                     .package("foo", "2")
                     .package("bar", "1")
                     .build());
  test.hint("easy foo/3 nosuch/1").hint("easy foo/2 bar/1");
  const TestRun run(test);
  CHECK(run.has_line(
      "Version mismatch, foo 2 != 3, Source nosuch has no version in unstable: Not using hint"));
  CHECK(run.has_line("failed: bar is not a valid candidate (or it already migrated)"));
  CHECK(run.accepted() == Names{"foo"});
}

// migration 7.4
TEST_CASE("hint: `hint` goes on with the main loop inside its transaction") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("p", "1")
                     .package("user", "1", {.depends = "p (<< 2)"})
                     .unstable()
                     .package("p", "2")
                     .package("user", "2", {.depends = "p (>= 2)"})
                     .build());
  test.settings.implicit_deps = false;
  test.hint("block user").hint("hint p/2");
  const TestRun run(test);
  CHECK(run.has_line("Trying hint from ada: p/2"));
  CHECK(run.has_line("FAILED"));
  CHECK(run.accepted().empty());
}

// migration 7.4, 3.7
TEST_CASE("run: sources without binaries and old libraries leave at the end") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .source("gone", "1")
                     .package("foo", "1")
                     .unstable()
                     .source("gone", "1")
                     .package("foo", "1")
                     .build());
  const TestRun run(test);
  CHECK(run.has_line("Removing obsolete source packages from the target suite (1):"));
  CHECK(run.accepted() == Names{"-gone"});
  CHECK(run.has_line("List of old libraries in the target suite (0):"));
}

// migration 5.5
TEST_CASE("run: a break architecture may get worse, the others may not") {
  const auto make = [](const std::string& depends) {
    return support::archive({"amd64", "hurd"})
        .testing()
        .package("p", "1")
        .source("user", "1")
        .binary("user", "hurd", "1", {.depends = depends})
        .unstable()
        .package("p", "2")
        .source("user", "1")
        .binary("user", "hurd", "1", {.depends = depends})
        .build();
  };
  TestWorld test(make("p (<< 2)"));
  test.settings.implicit_deps = false;
  test.settings.break_archs = {"hurd"};
  const TestRun run(test);
  CHECK(run.accepted() == Names{"p"});
  CHECK(run.has_line("info: broken arch run for hurd"));
  CHECK(run.has_line("   now: 0+1: a-0:h-1"));
}

// migration 5.5, 2.6
TEST_CASE(
    "run: what a constraint names must stay installable even on a break architecture's bargain") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("p", "1")
                     .package("keep", "1", {.depends = "p (<< 2)"})
                     .package("sad", "1", {.depends = "p (>= 2)"})
                     .unstable()
                     .package("p", "2")
                     .package("keep", "1", {.depends = "p (<< 2)"})
                     .package("sad", "1", {.depends = "p (>= 2)"})
                     .build());
  test.settings.implicit_deps = false;
  CHECK(TestRun(test).accepted() == Names{"p"});  // one broken for one broken
  TestWorld strict(support::archive({"amd64"})
                       .testing()
                       .package("p", "1")
                       .package("keep", "1", {.depends = "p (<< 2)"})
                       .package("sad", "1", {.depends = "p (>= 2)"})
                       .unstable()
                       .package("p", "2")
                       .package("keep", "1", {.depends = "p (<< 2)"})
                       .package("sad", "1", {.depends = "p (>= 2)"})
                       .build());
  strict.settings.implicit_deps = false;
  CHECK(TestRun(strict, {"keep"}).accepted().empty());
}

// migration 4.8
TEST_CASE("auto hinter: Debian's rules try groups that depend on each other as easy hints") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .package("x", "1")
                     .unstable()
                     .package("x", "2")
                     .package("y", "2", {.depends = "x (>= 2)"})
                     .build(),
                 migrate::RuleSet::debian);
  test.hint("block x");
  const TestRun run(test);
  CHECK(run.accepted().empty());
}
