#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::PolicyId;
using support::answer_of;
using support::archive;
using support::TestWorld;
using Texts = std::vector<std::string>;

namespace {

support::PolicyAnswer depends(TestWorld& test, std::string_view item = "foo") {
  return answer_of(test, item, PolicyId::depends);
}

}  // namespace

// migration 4.5.1
TEST_CASE("depends: what the target or the item itself satisfies needs nothing") {
  TestWorld test(archive()
                     .testing()
                     .package("libbar", "1")
                     .unstable()
                     .package("libbar", "1")
                     .source("foo", "1")
                     .binary("foo", "amd64", "1", {.depends = "libbar, foo-data"})
                     .binary("foo-data", "all", "1")
                     .build());
  const auto world = test.world();
  const auto judgement = migrate::judge(world, test.facts);

  const auto answer = answer_of(judgement, "foo", PolicyId::depends, world);
  CHECK(answer.verdict == "PASS");
  CHECK(answer.texts == Texts{});
  CHECK(answer.info == "{}");
  CHECK(support::excuse_of(judgement, "foo")->dependencies.empty());
}

// migration 4.5.1
TEST_CASE("depends: what only another item brings becomes a dependency on its packages") {
  TestWorld test(archive()
                     .unstable()
                     .package("bar", "1")
                     .package("baz", "1")
                     .source("foo", "1")
                     .binary("foo", "amd64", "1", {.depends = "bar (>= 1) | baz"})
                     .build());
  const auto judgement = test.judge();

  const auto* excuse = support::excuse_of(judgement, "foo");
  REQUIRE(excuse->dependencies.size() == 1);
  const auto& dependency = excuse->dependencies.front();
  CHECK(dependency.type == migrate::DependencyType::depends);
  CHECK(dependency.arch == 0);
  CHECK(dependency.dependent == test.ref("foo", "1"));
  CHECK(test.snapshot().relations.text(dependency.relation) == "bar (>= 1) | baz");
  REQUIRE(dependency.alternatives.size() == 2);
  CHECK(dependency.alternatives[0].item == "bar");
  CHECK(dependency.alternatives[1].item == "baz");
}

// migration 4.5.1
TEST_CASE("depends: a package that no suite can satisfy is rejected") {
  TestWorld test(archive({"amd64", "arm64"})
                     .unstable()
                     .source("foo", "1")
                     .binary("foo", "amd64", "1", {.depends = "nowhere (>= 2), bar"})
                     .binary("foo", "arm64", "1")
                     .package("bar", "1")
                     .build());
  const auto world = test.world();
  const auto judgement = migrate::judge(world, test.facts);

  const auto answer = answer_of(judgement, "foo", PolicyId::depends, world);
  CHECK(answer.verdict == "REJECTED_PERMANENTLY");
  CHECK(answer.texts == Texts{"foo/amd64 has unsatisfiable dependency"});
  const auto* excuse = support::excuse_of(judgement, "foo");
  CHECK(excuse->reasons.contains("depends"));
  CHECK(excuse->unsatisfiable_archs.contains("amd64"));
  CHECK_FALSE(excuse->unsatisfiable_archs.contains("arm64"));
  REQUIRE(excuse->findings.front().relation.valid());
  CHECK(test.snapshot().relations.text(excuse->findings.front().relation) == "nowhere (>= 2)");
}

// migration 4.5.1
TEST_CASE("depends: a malformed relation makes its package unsatisfiable, with that relation") {
  TestWorld test(archive()
                     .unstable()
                     .source("foo", "1")
                     .binary("foo", "amd64", "1", {.depends = "foo bar"})
                     .build());
  CHECK(depends(test).texts == Texts{"foo/amd64 has unsatisfiable dependency"});
}

// migration 4.5.1
TEST_CASE("depends: uninstallability that is tolerated is noted, not rejected") {
  struct Row {
    const char* name;
    const char* arch;  // of the binary
    const char* hint;
    bool in_target;
    bool nobreakall;
  };
  const Row rows[] = {
      {"arch:all off NOBREAKALL_ARCHES", "all", "", false, false},
      {"hint for the name", "amd64", "allow-uninst foo", false, true},
      {"hint for the architecture", "amd64", "allow-uninst foo/amd64", false, true},
      {"uninstallable in the target", "amd64", "", true, true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto builder = archive();
    if (row.in_target)
      builder.testing().source("foo", "0").binary("foo", row.arch, "0", {.depends = "gone"});
    builder.unstable().source("foo", "1").binary("foo", row.arch, "1", {.depends = "nowhere"});
    TestWorld test(builder.build());
    if (row.nobreakall) test.settings.nobreakall = {"amd64"};
    if (*row.hint != '\0') test.hint(row.hint);

    const auto answer = depends(test);
    CHECK(answer.verdict == "PASS");
    CHECK(answer.texts == Texts{});
    CHECK(answer.info == R"({"skip_dep_check": ["amd64"]})");
  }
}

// migration 4.5.1
TEST_CASE("depends: a hint for another architecture tolerates nothing") {
  TestWorld test(archive({"amd64", "arm64"})
                     .unstable()
                     .source("foo", "1")
                     .binary("foo", "amd64", "1", {.depends = "nowhere"})
                     .binary("foo", "arm64", "1")
                     .build());
  test.hint("allow-uninst foo/arm64");
  CHECK(depends(test).verdict == "REJECTED_PERMANENTLY");
}

// migration 4.5.1
TEST_CASE("depends: a tolerated package asks for nothing even if others could bring it") {
  TestWorld test(archive()
                     .unstable()
                     .package("bar", "1")
                     .source("foo", "1")
                     .binary("foo", "all", "1", {.depends = "bar"})
                     .build());
  const auto judgement = test.judge();
  CHECK(support::excuse_of(judgement, "foo")->dependencies.empty());
}

// migration 4.5.1
TEST_CASE("depends: break and new architectures pass unchecked") {
  auto build = [] {
    return archive()
        .unstable()
        .source("foo", "1")
        .binary("foo", "amd64", "1", {.depends = "nowhere"})
        .build();
  };
  TestWorld broken(build());
  broken.settings.break_archs = {"amd64"};
  CHECK(depends(broken).verdict == "PASS");

  TestWorld fresh(build());
  fresh.settings.new_archs = {"amd64"};
  CHECK(depends(fresh).verdict == "PASS");
}

// migration 4.5.1
TEST_CASE("depends: cruft of the item is not checked") {
  TestWorld test(archive()
                     .unstable()
                     .source("foo", "2")
                     .binary("foo", "amd64", "2")
                     .binary("old", "amd64", "1", {.depends = "nowhere", .source = "foo (1)"})
                     .build());
  test.settings.ignore_cruft = true;
  CHECK(depends(test).verdict == "PASS");
}

// migration 4.5.1
TEST_CASE("depends: components may use only what they may") {
  struct Row {
    const char* mine;
    const char* theirs;
    const char* text;  // "" if allowed
  };
  const Row rows[] = {
      {"misc", "misc", ""},
      {"misc", "universe/misc", "foo/amd64 in main cannot depend on bar in universe"},
      {"misc", "restricted/misc", "foo/amd64 in main cannot depend on bar in restricted"},
      {"restricted/misc", "misc", ""},
      {"restricted/misc", "restricted/misc", ""},
      {"restricted/misc", "universe/misc",
       "foo/amd64 in restricted cannot depend on bar in universe"},
      {"universe/misc", "misc", ""},
      {"universe/misc", "universe/misc", ""},
      {"universe/misc", "multiverse/misc",
       "foo/amd64 in universe cannot depend on bar in multiverse"},
      {"multiverse/misc", "restricted/misc", ""},
      {"multiverse/misc", "universe/misc", ""},
      {"contrib/misc", "universe/misc", ""},
      {"misc", "non-free/misc", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.mine);
    CAPTURE(row.theirs);
    TestWorld test(archive()
                       .testing()
                       .package("bar", "1", {.section = row.theirs})
                       .unstable()
                       .package("bar", "1", {.section = row.theirs})
                       .source("foo", "1", {.section = row.mine})
                       .binary("foo", "amd64", "1", {.depends = "bar", .section = row.mine})
                       .build());
    const auto answer = depends(test);
    const bool allowed = *row.text == '\0';
    CHECK(answer.verdict == (allowed ? "PASS" : "REJECTED_PERMANENTLY"));
    CHECK(answer.texts == (allowed ? Texts{} : Texts{row.text}));

    test.settings.components_checked = false;
    CHECK(depends(test).verdict == "PASS");
  }
}

// migration 4.5.1
TEST_CASE("depends: an alternative in a forbidden component is no way out, an allowed one is") {
  TestWorld test(archive()
                     .testing()
                     .package("bar", "1", {.section = "universe/misc"})
                     .unstable()
                     .package("bar", "1", {.section = "universe/misc"})
                     .package("baz", "1")
                     .source("foo", "1")
                     .binary("foo", "amd64", "1", {.depends = "bar | baz"})
                     .build());
  const auto judgement = test.judge();
  const auto* excuse = support::excuse_of(judgement, "foo");
  REQUIRE(excuse->dependencies.size() == 1);
  REQUIRE(excuse->dependencies.front().alternatives.size() == 1);
  CHECK(excuse->dependencies.front().alternatives.front().item == "baz");
}

// migration 4.5.1
TEST_CASE("depends: arch:all binaries of an item of one architecture are tolerated") {
  TestWorld test(archive()
                     .testing()
                     .source("foo", "1")
                     .binary("foo", "amd64", "1")
                     .unstable()
                     .source("foo", "1")
                     .binary("foo", "amd64", "1+b1", {.source = "foo (1)"})
                     .binary("foo-data", "all", "1", {.depends = "nowhere"})
                     .build());
  test.settings.nobreakall = {"amd64"};
  const auto answer = depends(test, "foo/amd64");
  CHECK(answer.verdict == "PASS");
  CHECK(answer.info == R"({"skip_dep_check": ["amd64"]})");
}
