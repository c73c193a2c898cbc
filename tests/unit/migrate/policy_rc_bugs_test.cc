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

std::string bug_link(const std::string& bug) {
  return "<a href=\"https://bugs.debian.org/" + bug + "\">#" + bug + "</a>";
}

TestWorld rc_bugs_world(RuleSet rules = RuleSet::ubuntu) {
  return TestWorld(archive()
                       .testing()
                       .source("foo", "1")
                       .binary("foo-bin", "amd64", "1")
                       .unstable()
                       .source("foo", "2")
                       .binary("foo-bin", "amd64", "2")
                       .build(),
                   rules);
}

}  // namespace

// migration 4.5.2
TEST_CASE("rc-bugs: the bugs of a source are its own, src: ones and those of its binaries") {
  struct Row {
    const char* key;
    bool counts;
  };
  const Row rows[] = {{"foo", true}, {"src:foo", true}, {"foo-bin", true}, {"other", false}};
  for (const auto& row : rows) {
    CAPTURE(row.key);
    auto test = rc_bugs_world();
    test.facts.bugs_in_source = {{row.key, {"11"}}};

    const auto answer = answer_of(test, "foo", PolicyId::rc_bugs);
    CHECK(answer.verdict == (row.counts ? "REJECTED_PERMANENTLY" : "PASS"));
    CHECK(answer.texts ==
          (row.counts ? Texts{"Updating foo introduces new bugs: " + bug_link("11")} : Texts{}));
  }
}

// migration 4.5.2
TEST_CASE("rc-bugs: new, fixed and shared bugs are told apart, as sorted text") {
  auto test = rc_bugs_world();
  test.facts.bugs_in_source = {{"foo", {"9", "10", "77"}}};
  test.facts.bugs_in_target = {{"foo-bin", {"77", "5", "44"}}};
  const auto world = test.world();
  const auto judgement = migrate::judge(world, test.facts);

  const auto answer = answer_of(judgement, "foo", PolicyId::rc_bugs, world);
  CHECK(answer.texts ==
        Texts{"Updating foo introduces new bugs: " + bug_link("10") + ", " + bug_link("9"),
              "Updating foo fixes old bugs: " + bug_link("44") + ", " + bug_link("5")});
  CHECK(answer.info == R"({"shared-bugs": ["77"], "unique-source-bugs": ["10", "9"], )"
                       R"("unique-target-bugs": ["44", "5"]})");
  CHECK(support::excuse_of(judgement, "foo")->reasons.empty());
}

// migration 4.5.2
TEST_CASE("rc-bugs: a source that the target lacks has no bugs there") {
  TestWorld test(archive().unstable().package("foo", "2").build());
  test.facts.bugs_in_source = {{"foo", {"1"}}};
  test.facts.bugs_in_target = {{"foo", {"1"}}};
  CHECK(answer_of(test, "foo", PolicyId::rc_bugs).verdict == "REJECTED_PERMANENTLY");
}

// migration 4.5.2
TEST_CASE("rc-bugs: the first hint that names a bug of the new version takes its bugs out") {
  auto test = rc_bugs_world();
  test.facts.bugs_in_source = {{"foo", {"1", "2"}}};
  test.facts.bugs_in_target = {{"foo", {"3"}}};
  test.hint("ignore-rc-bugs 8,9 foo/2", "bob").hint("ignore-rc-bugs 2,1,3 foo/2", "eve");
  test.hint("ignore-rc-bugs 1 foo/2", "zoe");

  const auto answer = answer_of(test, "foo", PolicyId::rc_bugs);
  CHECK(answer.verdict == "PASS_HINTED");
  CHECK(answer.texts == Texts{});
  CHECK(answer.info ==
        R"({"ignored-bugs": {"bugs": ["1", "2", "3"], "issued-by": "eve"}, "shared-bugs": [], )"
        R"("unique-source-bugs": [], "unique-target-bugs": []})");
}

// migration 4.5.2
TEST_CASE("rc-bugs: bugs that the hint leaves still reject, and other versions get no hint") {
  auto partly = rc_bugs_world();
  partly.facts.bugs_in_source = {{"foo", {"1", "2"}}};
  partly.hint("ignore-rc-bugs 1 foo/2");
  CHECK(answer_of(partly, "foo", PolicyId::rc_bugs).verdict == "REJECTED_PERMANENTLY");

  auto other = rc_bugs_world();
  other.facts.bugs_in_source = {{"foo", {"1"}}};
  other.hint("ignore-rc-bugs 1 foo/1");
  CHECK(answer_of(other, "foo", PolicyId::rc_bugs).verdict == "REJECTED_PERMANENTLY");
}

// migration 4.8
TEST_CASE("rc-bugs: Debian complains when more bugs are fixed than introduced") {
  auto test = rc_bugs_world(RuleSet::debian);
  test.facts.bugs_in_source = {{"foo", {"1"}}};
  test.facts.bugs_in_target = {{"foo", {"2", "3"}}};
  CHECK(answer_of(test, "foo", PolicyId::rc_bugs).texts ==
        Texts{"Updating foo introduces new bugs: " + bug_link("1"),
              "Updating foo fixes old bugs: " + bug_link("2") + ", " + bug_link("3"),
              "foo introduces new bugs, so still ignored (even though it fixes more than it "
              "introduces, whine at debian-release)"});

  auto even = rc_bugs_world(RuleSet::debian);
  even.facts.bugs_in_source = {{"foo", {"1"}}};
  even.facts.bugs_in_target = {{"foo", {"2"}}};
  CHECK(answer_of(even, "foo", PolicyId::rc_bugs).texts.size() == 2);
}

// migration 4.4: primary source only
TEST_CASE("rc-bugs: items of additional suites and of one architecture are not asked") {
  TestWorld test(archive()
                     .testing()
                     .package("foo", "1")
                     .source("bar", "1")
                     .binary("bar", "amd64", "1")
                     .unstable()
                     .package("foo", "1")
                     .source("bar", "1")
                     .binary("bar", "amd64", "1+b1", {.source = "bar (1)"})
                     .tpu()
                     .package("foo", "2")
                     .build());
  CHECK(answer_of(test, "foo_tpu", PolicyId::rc_bugs).verdict.empty());
  CHECK(answer_of(test, "bar/amd64", PolicyId::rc_bugs).verdict.empty());
}
