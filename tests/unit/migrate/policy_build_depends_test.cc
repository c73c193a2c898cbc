#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::DependencyType;
using migrate::PolicyId;
using migrate::RuleSet;
using support::answer_of;
using support::archive;
using support::ArchiveBuilder;
using support::TestWorld;
using Texts = std::vector<std::string>;

namespace {

// "Build-Depends(-Arch) amd64 bar" for each dependency of that kind.
Texts build_needs(const migrate::Excuse& excuse, const deb::Snapshot& snapshot) {
  Texts out;
  for (const auto& dependency : excuse.dependencies) {
    if (dependency.type != DependencyType::build_depends &&
        dependency.type != DependencyType::build_depends_indep)
      continue;
    for (const auto& alternative : dependency.alternatives)
      out.push_back(std::string(words_of(dependency.type).display) + " " +
                    std::string(snapshot.arch_name(*dependency.arch)) + " " + alternative.item);
  }
  return out;
}

struct Outcome {
  support::PolicyAnswer answer;
  Texts needs;
  Texts messages;
};

Outcome judged(ArchiveBuilder& builder, const std::string& breaks = {},
               const std::string& all_buildarch = {}) {
  TestWorld test(builder.build(), RuleSet::debian);
  if (!breaks.empty()) test.settings.break_archs = {breaks};
  test.settings.all_buildarch = all_buildarch;
  const auto world = test.world();
  const auto judgement = migrate::judge(world, test.facts);
  return {answer_of(judgement, "foo", PolicyId::build_depends, world),
          build_needs(*support::excuse_of(judgement, "foo"), test.snapshot()), judgement.messages};
}

// foo 2 with these fields in its paragraph, and a binary on each architecture named.
void add_foo(ArchiveBuilder& builder, const std::string& fields,
             std::initializer_list<const char*> archs) {
  builder.unstable().source("foo", "2", {.extra = fields});
  for (const auto* arch : archs) builder.binary("foo", arch, "2");
}

}  // namespace

namespace {

struct ClauseRow {
  const char* name;
  const char* field;
  const char* verdict;
  Texts texts, needs;
  const char* info;
};

const ClauseRow kClause[] = {
    {"in the target", "old", "PASS", {}, {}, "{}"},
    {"a version in the target", "old (>= 1)", "PASS", {}, {}, "{}"},
    {"by the item", "foo (>= 2)", "PASS", {}, {}, "{}"},
    {"by a new source", "bar", "PASS", {}, {"Build-Depends(-Arch) amd64 bar"}, "{}"},
    {"by all that solve it",
     "bar | baz",
     "PASS",
     {},
     {"Build-Depends(-Arch) amd64 bar", "Build-Depends(-Arch) amd64 baz"},
     "{}"},
    {"of all clauses",
     "bar, baz",
     "PASS",
     {},
     {"Build-Depends(-Arch) amd64 bar", "Build-Depends(-Arch) amd64 baz"},
     "{}"},
    {"each source once", "bar, bar (>= 1)", "PASS", {}, {"Build-Depends(-Arch) amd64 bar"}, "{}"},
    {"of an unchanged source, by architecture",
     "old (>= 1+b1)",
     "PASS",
     {},
     {"Build-Depends(-Arch) amd64 old/amd64"},
     "{}"},
    {"by nobody",
     "nowhere (>= 1) , bar",
     "REJECTED_PERMANENTLY",
     {"foo unsatisfiable Build-Depends(-Arch) on amd64: nowhere (>= 1)"},
     {"Build-Depends(-Arch) amd64 bar"},
     R"j({"unsatisfiable-arch-build-depends": {"amd64": ["nowhere (>= 1)"]}})j"},
    {"not for this architecture", "nowhere [arm64], nothing [!amd64]", "PASS", {}, {}, "{}"},
    {"only with a profile", "nowhere <cross>", "PASS", {}, {}, "{}"},
    {"unless with a profile",
     "nowhere <!nocheck>",
     "REJECTED_PERMANENTLY",
     {"foo unsatisfiable Build-Depends(-Arch) on amd64: nowhere <!nocheck>"},
     {},
     R"j({"unsatisfiable-arch-build-depends": {"amd64": ["nowhere <!nocheck>"]}})j"},
    {"one alternative falls",
     "nowhere | old [arm64]",
     "REJECTED_PERMANENTLY",
     {"foo unsatisfiable Build-Depends(-Arch) on amd64: nowhere | old [arm64]"},
     {},
     R"j({"unsatisfiable-arch-build-depends": {"amd64": ["nowhere | old [arm64]"]}})j"},
    {"virtual", "virtual-old", "PASS", {}, {}, "{}"},
    {"virtual with version", "virtual-old (>= 7)", "PASS", {}, {}, "{}"},
    {"virtual with a higher version",
     "virtual-old (>> 7)",
     "REJECTED_PERMANENTLY",
     {"foo unsatisfiable Build-Depends(-Arch) on amd64: virtual-old (>> 7)"},
     {},
     R"j({"unsatisfiable-arch-build-depends": {"amd64": ["virtual-old (>> 7)"]}})j"},
    {"native", "old:native (>= 1)", "PASS", {}, {}, "{}"},
    {"native is for real packages",
     "virtual-old:native",
     "REJECTED_PERMANENTLY",
     {"foo unsatisfiable Build-Depends(-Arch) on amd64: virtual-old:native"},
     {},
     R"j({"unsatisfiable-arch-build-depends": {"amd64": ["virtual-old:native"]}})j"},
    {"any needs Multi-Arch: allowed",
     "old:any",
     "REJECTED_PERMANENTLY",
     {"foo unsatisfiable Build-Depends(-Arch) on amd64: old:any"},
     {},
     R"j({"unsatisfiable-arch-build-depends": {"amd64": ["old:any"]}})j"},
    {"any with Multi-Arch: allowed", "perl:any (<< 9)", "PASS", {}, {}, "{}"},
    {"another qualifier",
     "old:arm64",
     "REJECTED_PERMANENTLY",
     {"foo unsatisfiable Build-Depends(-Arch) on amd64: old:arm64"},
     {},
     R"j({"unsatisfiable-arch-build-depends": {"amd64": ["old:arm64"]}})j"},
};

}  // namespace

// migration 4.5.5
TEST_CASE("build-depends: a clause is met by the target, by the item, by others, or not") {
  for (const auto& row : kClause) {
    CAPTURE(row.name);
    auto builder = archive();
    builder.testing()
        .package("old", "1", {.provides = "virtual-old (= 7)"})
        .package("perl", "5", {.multi_arch = "allowed"});
    builder.unstable()
        .source("old", "1")
        .binary("old", "amd64", "1+b1", {.source = "old (1)"})
        .package("perl", "5", {.multi_arch = "allowed"})
        .package("bar", "1")
        .package("baz", "1");
    add_foo(builder, "Build-Depends: " + std::string(row.field) + "\n", {"amd64"});

    const auto outcome = judged(builder);
    CHECK(outcome.answer.verdict == row.verdict);
    CHECK(outcome.answer.texts == row.texts);
    CHECK(outcome.needs == row.needs);
    CHECK(outcome.answer.info == row.info);
    CHECK(outcome.messages.empty());
  }
}

// migration 3.3, 4.5.5
TEST_CASE("build-depends: a malformed clause is unsatisfiable and reported with its package") {
  auto builder = archive();
  add_foo(builder, "Build-Depends: bar (1)\n", {"amd64"});
  const auto outcome = judged(builder);
  CHECK(outcome.answer.texts == Texts{"foo unsatisfiable Build-Depends(-Arch) on amd64: bar (1)"});
  CHECK(outcome.messages ==
        Texts{"source foo, field Build-Depends(-Arch): relation expected, got 'bar (1)'"});
}

// migration 4.5.5
TEST_CASE("build-depends: every architecture with binaries of its own is checked") {
  auto builder = archive({"amd64", "arm64", "riscv64"});
  builder.unstable().source("bar", "1").binary("bar", "amd64", "1");
  add_foo(builder, "Build-Depends: bar\nBuild-Depends-Arch: nowhere [arm64]\n", {"amd64", "arm64"});
  const auto outcome = judged(builder);
  CHECK(outcome.needs == Texts{"Build-Depends(-Arch) amd64 bar"});
  CHECK(outcome.answer.texts ==
        Texts{"foo unsatisfiable Build-Depends(-Arch) on arm64: bar",
              "foo unsatisfiable Build-Depends(-Arch) on arm64: nowhere [arm64]"});
}

// migration 4.5.5
TEST_CASE("build-depends: break architectures give lines and a verdict, but no dependency") {
  auto builder = archive({"amd64", "arm64"});
  builder.unstable().package("bar", "1");
  add_foo(builder, "Build-Depends: bar, nowhere [arm64]\n", {"amd64", "arm64"});
  const auto outcome = judged(builder, "arm64");
  CHECK(outcome.needs == Texts{"Build-Depends(-Arch) amd64 bar"});
  CHECK(outcome.answer.verdict == "REJECTED_PERMANENTLY");
  CHECK(outcome.answer.texts ==
        Texts{"foo unsatisfiable Build-Depends(-Arch) on arm64: nowhere [arm64]"});
}

// migration 4.5.5
TEST_CASE("build-depends: Indep needs one architecture, the first of the best") {
  struct Row {
    const char* name;
    const char* field;
    const char* all_buildarch;
    const char* verdict;
    const char* arch;
    Texts texts, needs;
  };
  const Row rows[] = {
      {"satisfied on the first", "old", "", "PASS", "arm64", {}, {}},
      {"ALL_BUILDARCH first", "old", "riscv64", "PASS", "riscv64", {}, {}},
      {"its own architectures before the others",
       "old [!arm64], bar [arm64]",
       "",
       "PASS",
       "amd64",
       {},
       {}},
      {"waiting beats failing",
       "bar [arm64], nowhere [!arm64]",
       "",
       "PASS",
       "arm64",
       {},
       {"Build-Depends-Indep arm64 bar"}},
      {"all fail: the first counts",
       "nowhere",
       "riscv64",
       "REJECTED_PERMANENTLY",
       "riscv64",
       {"foo unsatisfiable Build-Depends-Indep on riscv64: nowhere"},
       {}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto builder = archive({"amd64", "arm64", "riscv64"});
    builder.testing().package("old", "1").unstable().package("old", "1").package("bar", "1");
    add_foo(builder, "Build-Depends-Indep: " + std::string(row.field) + "\n", {"arm64"});

    const auto outcome = judged(builder, "", row.all_buildarch);
    Texts texts = {"Checking build-dependency (indep) on " + std::string(row.arch)};
    texts.insert(texts.end(), row.texts.begin(), row.texts.end());
    CHECK(outcome.answer.verdict == row.verdict);
    CHECK(outcome.answer.texts == texts);
    CHECK(outcome.needs == row.needs);
    CHECK(outcome.answer.info ==
          R"j({"check-build-depends-indep-on-arch": ")j" + std::string(row.arch) + "\"}");
  }
}

// migration 4.5.5
TEST_CASE("build-depends: a source with arch:all binaries only needs one architecture") {
  auto builder = archive({"amd64", "arm64"});
  builder.unstable().source("bar", "1").binary("bar", "arm64", "1");
  add_foo(builder, "Build-Depends: bar\n", {"all"});
  const auto outcome = judged(builder);
  CHECK(outcome.answer.texts == Texts{"Checking build-dependency on arm64"});
  CHECK(outcome.answer.info == R"j({"check-build-depends-on-arch": "arm64"})j");
  CHECK(outcome.needs == Texts{"Build-Depends(-Arch) arm64 bar"});
}

// migration 4.5.5
TEST_CASE("build-depends: an item of an additional suite never sees the primary one") {
  auto builder = archive();
  builder.testing().package("foo", "1").unstable().package("foo", "1").package("bar", "1");
  builder.tpu()
      .source("foo", "1.1", {.extra = "Build-Depends: bar\n"})
      .binary("foo", "amd64", "1.1");
  TestWorld test(builder.build(), RuleSet::debian);
  CHECK(answer_of(test, "foo_tpu", PolicyId::build_depends).texts ==
        Texts{"foo unsatisfiable Build-Depends(-Arch) on amd64: bar"});
}

// migration 4.4
TEST_CASE("build-depends: Ubuntu's rules do not ask") {
  auto builder = archive();
  add_foo(builder, "Build-Depends: nowhere\n", {"amd64"});
  TestWorld test(builder.build());
  CHECK(answer_of(test, "foo", PolicyId::build_depends).verdict.empty());
}
