#include "migrate/smooth_updates.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/test_run.h"

using namespace sluice;
using support::TestRun;
using support::TestWorld;
using Names = std::vector<std::string>;

namespace {

// A library changes its name; `app` still needs the old one.
TestWorld soname_change(const std::string& section) {
  return TestWorld(support::archive({"amd64"})
                       .testing()
                       .source("lib", "1")
                       .binary("lib1", "amd64", "1", {.section = section})
                       .package("app", "1", {.depends = "lib1"})
                       .unstable()
                       .source("lib", "2")
                       .binary("lib2", "amd64", "2", {.section = section})
                       .package("app", "1", {.depends = "lib1"})
                       .build());
}

}  // namespace

// migration 3.6
TEST_CASE("smooth update: an old library of an allowed section stays while something needs it") {
  auto test = soname_change("universe/libs");
  test.settings.smooth_updates = {"libs"};
  const TestRun run(test);
  CHECK(run.accepted() == Names{"lib"});
  CHECK(run.version("lib1") == "1");
  CHECK(run.version("lib2") == "2");
  CHECK(run.has_line("   added new cruft items to list: -lib1/amd64"));
  CHECK(run.has_line(" lib1: amd64"));
}

// migration 3.6
TEST_CASE("smooth update: other sections do not stay, ALL and a hint let them") {
  auto test = soname_change("devel");
  test.settings.implicit_deps = false;
  test.settings.smooth_updates = {"libs"};
  CHECK(TestRun(test).accepted().empty());
  auto all = soname_change("devel");
  all.settings.smooth_updates = {"ALL"};
  CHECK(TestRun(all).accepted() == Names{"lib"});
  auto hinted = soname_change("devel");
  hinted.hint("allow-smooth-update lib/1");
  CHECK(TestRun(hinted).accepted() == Names{"lib"});
}

// migration 3.6
TEST_CASE("smooth update: what nothing needs leaves with its source") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .source("lib", "1")
                     .binary("lib1", "amd64", "1", {.section = "libs"})
                     .unstable()
                     .source("lib", "2")
                     .binary("lib2", "amd64", "2", {.section = "libs"})
                     .build());
  test.settings.smooth_updates = {"libs"};
  const TestRun run(test);
  CHECK(run.version("lib1").empty());
}

// migration 3.6
TEST_CASE("smooth update: a library that only a kept library needs is kept with it") {
  TestWorld test(support::archive({"amd64"})
                     .testing()
                     .source("lib", "1")
                     .binary("lib1", "amd64", "1", {.depends = "lib1-data", .section = "libs"})
                     .binary("lib1-data", "amd64", "1", {.section = "libs"})
                     .package("app", "1", {.depends = "lib1"})
                     .unstable()
                     .source("lib", "2")
                     .binary("lib2", "amd64", "2", {.section = "libs"})
                     .package("app", "1", {.depends = "lib1"})
                     .build());
  test.settings.smooth_updates = {"libs"};
  const TestRun run(test);
  CHECK(run.version("lib1") == "1");
  CHECK(run.version("lib1-data") == "1");
}

// migration 3.6, 4.8
TEST_CASE("smooth update: Debian compares the full section and always lets cruft stay") {
  auto test = soname_change("contrib/libs");
  test.settings.rules = migrate::RuleSet::debian;
  test.settings.smooth_updates = {"libs"};
  CHECK(!migrate::smooth_update_allowed(test.world(), test.ref("lib1", "1")));
  test.settings.smooth_updates = {"contrib/libs"};
  CHECK(migrate::smooth_update_allowed(test.world(), test.ref("lib1", "1")));
}
