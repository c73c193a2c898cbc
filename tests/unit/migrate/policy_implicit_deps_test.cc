#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::PolicyId;
using support::answer_of;
using support::archive;
using support::ArchiveBuilder;
using support::TestWorld;
using Texts = std::vector<std::string>;

namespace {

support::PolicyAnswer implicit(TestWorld& test, std::string_view item = "lib") {
  return answer_of(test, item, PolicyId::implicit_deps);
}

constexpr const char* kNone = R"({"implicit-deps": {"broken-binaries": []}})";
constexpr const char* kAppBroken = R"({"implicit-deps": {"broken-binaries": ["app/1/amd64"]}})";

// lib 2 replaces lib 1; app 1 of both suites has the dependency and the other fields given.
ArchiveBuilder library(const support::BinaryFields& app,
                       const support::BinaryFields& new_lib = {}) {
  auto builder = archive();
  builder.testing().package("lib", "1").package("app", "1", app);
  builder.unstable().package("lib", "2", new_lib).package("app", "1", app);
  return builder;
}

}  // namespace

// migration 4.5.7
TEST_CASE("implicit-deps: a dependent that only the old version satisfies rejects the new one") {
  struct Row {
    const char* name;
    support::BinaryFields app, lib;
    bool broken;
  };
  const Row rows[] = {
      {"any version", {.depends = "lib"}, {}, false},
      {"the old version", {.depends = "lib (= 1)"}, {}, true},
      {"below the new version", {.depends = "lib (<< 2)"}, {}, true},
      {"another name as alternative", {.depends = "lib (= 1) | other"}, {}, true},
      {"the new version breaks it", {.depends = "lib"}, {.breaks = "app (<= 1)"}, true},
      {"it conflicts with the new version",
       {.depends = "lib", .conflicts = "lib (>= 2)"},
       {},
       true},
      {"only one of two clauses breaks", {.depends = "lib, lib (<< 2)"}, {}, true},
      {"nothing to do with it", {.depends = "app2 | lib"}, {}, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    TestWorld test(library(row.app, row.lib).build());
    const auto answer = implicit(test);
    CHECK(answer.verdict == (row.broken ? "REJECTED_PERMANENTLY" : "PASS"));
    CHECK(answer.texts ==
          (row.broken ? Texts{"migrating lib/2/amd64 to testing makes app/1/amd64 uninstallable"}
                      : Texts{}));
    CHECK(answer.info == (row.broken ? kAppBroken : kNone));
  }
}

// migration 4.5.7
TEST_CASE("implicit-deps: an alternative of another name keeps the dependent, if they get along") {
  auto with_other = [](const support::BinaryFields& app) {
    auto builder = library(app);
    builder.testing().package("other", "1").unstable().package("other", "1");
    return builder;
  };
  TestWorld fine(with_other({.depends = "lib (= 1) | other"}).build());
  CHECK(implicit(fine).verdict == "PASS");

  TestWorld hostile(with_other({.depends = "lib (= 1) | other", .conflicts = "other"}).build());
  CHECK(implicit(hostile).info == kAppBroken);
}

// migration 4.5.7
TEST_CASE("implicit-deps: the relation that breaks is kept as the reason") {
  TestWorld test(library({.depends = "lib, lib (<< 2) | lib (<< 1.5)"}).build());
  const auto judgement = test.judge();
  const auto* excuse = support::excuse_of(judgement, "lib");
  for (const auto& finding : excuse->findings) {
    if (finding.policy != PolicyId::implicit_deps) continue;
    CHECK(test.snapshot().relations.text(finding.relation) == "lib (<< 2) | lib (<< 1.5)");
    CHECK(finding.arch == "amd64");
  }
}

// migration 4.5.7
TEST_CASE("implicit-deps: a dropped binary breaks its dependents unless it may stay") {
  auto build = [] {
    return archive()
        .testing()
        .source("lib", "1")
        .binary("lib1", "amd64", "1", {.section = "libs"})
        .package("app", "1", {.depends = "lib1"})
        .unstable()
        .source("lib", "2")
        .binary("lib2", "amd64", "2")
        .package("app", "1", {.depends = "lib1"})
        .build();
  };
  TestWorld removed(build());
  CHECK(implicit(removed).texts ==
        Texts{"removing lib1/1/amd64 from testing makes app/1/amd64 uninstallable"});

  TestWorld kept(build());
  kept.settings.smooth_updates = {"libs"};
  CHECK(implicit(kept).verdict == "PASS");
  CHECK(implicit(kept).info == kNone);
}

// migration 4.5.7
TEST_CASE("implicit-deps: cruft in the source suite is no replacement") {
  TestWorld test(archive()
                     .testing()
                     .source("lib", "1")
                     .binary("lib1", "amd64", "1")
                     .package("app", "1", {.depends = "lib1"})
                     .unstable()
                     .source("lib", "2")
                     .binary("lib2", "amd64", "2")
                     .binary("lib1", "amd64", "1.5", {.source = "lib (1.5)"})
                     .package("app", "1", {.depends = "lib1"})
                     .build());
  test.settings.ignore_cruft = true;
  CHECK(implicit(test).texts ==
        Texts{"removing lib1/1/amd64 from testing makes app/1/amd64 uninstallable"});
}

// migration 4.5.7
TEST_CASE("implicit-deps: a replacement that another source builds counts") {
  TestWorld test(archive()
                     .testing()
                     .source("lib", "1")
                     .binary("lib1", "amd64", "1")
                     .package("app", "1", {.depends = "lib1"})
                     .unstable()
                     .source("lib", "2")
                     .binary("lib2", "amd64", "2")
                     .source("heir", "5")
                     .binary("lib1", "amd64", "5")
                     .package("app", "1", {.depends = "lib1"})
                     .build());
  CHECK(implicit(test).verdict == "PASS");
}

// migration 4.5.7
TEST_CASE("implicit-deps: a newer version of the dependent becomes a dependency") {
  auto builder = archive();
  builder.testing().package("lib", "1").package("app", "1", {.depends = "lib (<< 2)"});
  builder.unstable().package("lib", "2").package("app", "2", {.depends = "lib (>= 2)"});
  TestWorld test(builder.build());
  const auto world = test.world();
  const auto judgement = migrate::judge(world, test.facts);

  const auto answer = answer_of(judgement, "lib", PolicyId::implicit_deps, world);
  CHECK(answer.verdict == "PASS");
  CHECK(answer.texts == Texts{});
  CHECK(answer.info == kNone);
  const auto* excuse = support::excuse_of(judgement, "lib");
  REQUIRE(excuse->dependencies.size() == 1);
  CHECK(excuse->dependencies.front().type == migrate::DependencyType::implicit);
  REQUIRE(excuse->dependencies.front().alternatives.size() == 1);
  CHECK(excuse->dependencies.front().alternatives.front().item == "app");
  CHECK(excuse->dependencies.front().alternatives.front().package == test.ref("app", "2"));
}

// migration 4.5.7
TEST_CASE("implicit-deps: a newer dependent that breaks as well does not help") {
  auto builder = archive();
  builder.testing().package("lib", "1").package("app", "1", {.depends = "lib (<< 2)"});
  builder.unstable().package("lib", "2").package("app", "2", {.depends = "lib (= 1)"});
  TestWorld test(builder.build());
  CHECK(implicit(test).info == kAppBroken);
}

// migration 4.5.7
TEST_CASE("implicit-deps: a newer source without the dependent helps, named as an item") {
  auto builder = archive();
  builder.testing().package("lib", "1").package("app", "1", {.depends = "lib (<< 2)"});
  builder.unstable().package("lib", "2").source("app", "2").binary("app-ng", "amd64", "2");
  TestWorld test(builder.build());
  const auto judgement = test.judge();
  const auto* excuse = support::excuse_of(judgement, "lib");

  CHECK(excuse->policy_verdicts.at(PolicyId::implicit_deps) == migrate::Verdict::pass);
  REQUIRE(excuse->dependencies.size() == 1);
  REQUIRE(excuse->dependencies.front().alternatives.size() == 1);
  CHECK(excuse->dependencies.front().alternatives.front().item == "app");
  CHECK(excuse->migrate_after.contains("app"));
}

// migration 4.5.7
TEST_CASE("implicit-deps: dependents that do not matter are left out") {
  struct Row {
    const char* name;
    void (*change)(ArchiveBuilder&);
    const char* hint;
  };
  const support::BinaryFields old_lib{.depends = "lib (<< 2)"};
  const Row rows[] = {
      {"hint",
       [](ArchiveBuilder& b) {
         b.testing().package("app", "1", {.depends = "lib (<< 2)"});
         b.unstable().package("app", "1", {.depends = "lib (<< 2)"});
       },
       "allow-uninst app"},
      {"its source leaves",
       [](ArchiveBuilder& b) { b.testing().package("app", "1", {.depends = "lib (<< 2)"}); }, ""},
      {"not in the target",
       [](ArchiveBuilder& b) { b.unstable().package("app", "1", {.depends = "lib (<< 2)"}); }, ""},
      {"cruft in the target",
       [](ArchiveBuilder& b) {
         b.testing()
             .source("app", "2")
             .binary("app", "amd64", "1", {.depends = "lib (<< 2)", .source = "app (1)"});
         b.unstable().source("app", "2");
       },
       ""},
      {"arch:all off NOBREAKALL_ARCHES",
       [](ArchiveBuilder& b) {
         b.testing().source("app", "1").binary("app", "all", "1", {.depends = "lib (<< 2)"});
         b.unstable().source("app", "1").binary("app", "all", "1", {.depends = "lib (<< 2)"});
       },
       ""},
      {"uninstallable already",
       [](ArchiveBuilder& b) {
         b.testing().package("app", "1", {.depends = "lib (<< 2), app2"});
         b.unstable().package("app", "1", {.depends = "lib (<< 2), app2"}).package("app2", "1");
       },
       ""},
      {"the same source",
       [](ArchiveBuilder& b) {
         b.testing().binary("lib-tools", "amd64", "1",
                            {.depends = "lib (<< 2)", .source = "lib (1)"});
         b.unstable().binary("lib-tools", "amd64", "2",
                             {.depends = "lib (>= 2)", .source = "lib (2)"});
       },
       ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto builder = archive();
    builder.testing().package("lib", "1").unstable().package("lib", "2");
    row.change(builder);
    TestWorld test(builder.build());
    if (*row.hint != '\0') test.hint(row.hint);
    const auto answer = implicit(test);
    CHECK(answer.verdict == "PASS");
    CHECK(answer.info == kNone);
  }
}

// migration 4.5.7, 10
TEST_CASE("implicit-deps: new sources and missing builds are not looked at") {
  TestWorld fresh(archive().unstable().package("lib", "1").build());
  CHECK(implicit(fresh) == support::PolicyAnswer{"PASS", {}, "{}"});

  TestWorld missing(archive({"amd64", "arm64"})
                        .testing()
                        .package("lib", "1")
                        .unstable()
                        .source("lib", "2")
                        .binary("lib", "amd64", "2")
                        .binary("lib", "arm64", "1", {.source = "lib (1)"})
                        .build());
  CHECK(implicit(missing) ==
        support::PolicyAnswer{"PASS",
                              {"missing build, not checking implict dependencies on amd64",
                               "missing build, not checking implict dependencies on arm64"},
                              "{}"});
}

// migration 4.5.7
TEST_CASE("implicit-deps: architectures are merged, break and new ones left out") {
  auto build = [] {
    auto builder = archive({"amd64", "arm64", "riscv64"});
    builder.testing().package("lib", "1").package("app", "1", {.depends = "lib (<< 2)"});
    builder.unstable().package("lib", "2").package("app", "1", {.depends = "lib (<< 2)"});
    return builder.build();
  };
  TestWorld test(build());
  test.settings.break_archs = {"riscv64"};
  CHECK(implicit(test).info ==
        R"({"implicit-deps": {"broken-binaries": ["app/1/amd64", "app/1/arm64"]}})");
  test.settings.new_archs = {"amd64"};
  CHECK(implicit(test).info == R"({"implicit-deps": {"broken-binaries": ["app/1/arm64"]}})");
}

// migration 4.5.7
TEST_CASE("implicit-deps: broken dependents are named in the order of their names") {
  auto builder = archive();
  builder.testing().package("lib", "1");
  for (const auto* name : {"zoo", "app", "mid"})
    builder.testing().package(name, "1", {.depends = "lib (= 1)"});
  builder.unstable().package("lib", "2");
  for (const auto* name : {"mid", "zoo", "app"})
    builder.unstable().package(name, "1", {.depends = "lib (= 1)"});
  TestWorld test(builder.build());
  CHECK(implicit(test).texts ==
        Texts{"migrating lib/2/amd64 to testing makes app/1/amd64 uninstallable",
              "migrating lib/2/amd64 to testing makes mid/1/amd64 uninstallable",
              "migrating lib/2/amd64 to testing makes zoo/1/amd64 uninstallable"});
}

// migration 1.3
TEST_CASE("implicit-deps: switched off it says nothing") {
  TestWorld test(library({.depends = "lib (= 1)"}).build());
  test.settings.implicit_deps = false;
  CHECK(implicit(test).verdict.empty());
}
