#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::PolicyId;
using migrate::RuleSet;
using support::answer_of;
using support::archive;
using support::TestWorld;
using Texts = std::vector<std::string>;

namespace {

struct EntryRow {
  const char* name;
  const char* entry;
  bool break_arch;
  const char* verdict;
  Texts texts;
  bool dependency;
};

const EntryRow kEntry[] = {
    {"in the target", "gcc-12 (= 12.1)", false, "PASS", {}, false},
    {"older than in the target", "gcc-12 (= 12.0)", false, "PASS", {}, false},
    {"coming", "gcc-12 (= 12.2)", false, "PASS", {"foo/amd64 has Built-Using on gcc-12"}, true},
    {"newer than anywhere",
     "gcc-12 (= 13)",
     false,
     "REJECTED_PERMANENTLY",
     {"foo/amd64 has unsatisfiable Built-Using on gcc-12 13"},
     false},
    {"nowhere",
     "gone (= 1)",
     false,
     "REJECTED_PERMANENTLY",
     {"foo/amd64 has unsatisfiable Built-Using on gone 1"},
     false},
    {"several",
     "gone (= 1), gcc-12 (= 12.2)",
     false,
     "REJECTED_PERMANENTLY",
     {"foo/amd64 has unsatisfiable Built-Using on gone 1", "foo/amd64 has Built-Using on gcc-12"},
     true},
    {"coming, on a break architecture",
     "gcc-12 (= 12.2)",
     true,
     "PASS",
     {"Ignoring Built-Using for foo/amd64 on gcc-12"},
     false},
    {"nowhere, on a break architecture",
     "gone (= 1)",
     true,
     "PASS",
     {"Ignoring unsatisfiable Built-Using for foo/amd64 on gone 1"},
     false},
};

}  // namespace

// migration 4.8
TEST_CASE("built-using: the source must be, or come, at that version or newer") {
  for (const auto& row : kEntry) {
    CAPTURE(row.name);
    TestWorld test(archive()
                       .testing()
                       .package("gcc-12", "12.1")
                       .unstable()
                       .package("gcc-12", "12.2")
                       .source("foo", "1")
                       .binary("foo", "amd64", "1", {.built_using = row.entry})
                       .build(),
                   RuleSet::debian);
    if (row.break_arch) test.settings.break_archs = {"amd64"};
    const auto world = test.world();
    const auto judgement = migrate::judge(world, test.facts);

    const auto answer = answer_of(judgement, "foo", PolicyId::built_using, world);
    CHECK(answer.verdict == row.verdict);
    CHECK(answer.texts == row.texts);
    const auto& dependencies = support::excuse_of(judgement, "foo")->dependencies;
    REQUIRE(dependencies.size() == (row.dependency ? 1U : 0U));
    if (!row.dependency) continue;
    CHECK(dependencies.front().type == migrate::DependencyType::built_using);
    CHECK(dependencies.front().alternatives.front().item == "gcc-12");
  }
}

// migration 4.8
TEST_CASE("built-using: additional suites also look into the primary one") {
  TestWorld test(archive()
                     .testing()
                     .package("foo", "1")
                     .package("gcc-12", "12.1")
                     .unstable()
                     .package("foo", "1")
                     .package("gcc-12", "12.2")
                     .tpu()
                     .source("foo", "1.1")
                     .binary("foo", "amd64", "1.1", {.built_using = "gcc-12 (= 12.2)"})
                     .build(),
                 RuleSet::debian);
  CHECK(answer_of(test, "foo_tpu", PolicyId::built_using).texts ==
        Texts{"foo/amd64 has Built-Using on gcc-12"});
}

// migration 4.4
TEST_CASE("built-using: items of one architecture are asked as well, Ubuntu's are not") {
  auto build = [] {
    return archive()
        .testing()
        .package("foo", "1")
        .unstable()
        .source("foo", "1")
        .binary("foo", "amd64", "1+b1", {.built_using = "gone (= 1)", .source = "foo (1)"})
        .build();
  };
  TestWorld debian(build(), RuleSet::debian);
  CHECK(answer_of(debian, "foo/amd64", PolicyId::built_using).verdict == "REJECTED_PERMANENTLY");
  TestWorld ubuntu(build());
  CHECK(answer_of(ubuntu, "foo/amd64", PolicyId::built_using).verdict.empty());
}
