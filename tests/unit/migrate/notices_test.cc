#include "migrate/notices.h"

#include <doctest/doctest.h>

#include <utility>

#include "support/excuse_fixture.h"

namespace sluice::migrate {
namespace {

struct NoticesScene : support::ReportFixture {
  // A version that lacks a build, and that its tests hold.
  Excuse held(double days) const {
    auto one = excuse("foo");
    one.valid = false;
    one.days_old = days;
    Finding finding;
    finding.kind = FindingKind::missing_build;
    finding.verdict = Verdict::rejected_permanently;
    one.findings.push_back(finding);
    one.reasons = {"autopkgtest"};
    one.policy_verdicts[PolicyId::autopkgtest] = Verdict::rejected_permanently;
    return one;
  }
};

using Tests = std::vector<TestOutcome>;

Finding results(Tests tests) {
  Finding finding;
  finding.kind = FindingKind::test_results;
  finding.policy = PolicyId::autopkgtest;
  finding.tests = std::move(tests);
  return finding;
}

TestOutcome test(std::string source, std::string version, std::string arch, TestStatus status) {
  TestOutcome outcome;
  outcome.source = std::move(source);
  outcome.version = std::move(version);
  outcome.arch = std::move(arch);
  outcome.status = status;
  return outcome;
}

const auto kBroken = test("green", "2", "amd64", TestStatus::regression);

}  // namespace

// migration 4.5.13, 4.4: the verdicts of policies are put together after the last of them
TEST_CASE("notices: without builds a version is stuck after a day, one of policies after five") {
  const NoticesScene scene;
  auto one = scene.held(0.99);
  CHECK_FALSE(stuck_version(one));
  one.days_old = 1.0;
  CHECK(stuck_version(one) == StuckVersion{1, 1});
  one.days_old = 4.7;
  CHECK(stuck_version(one) == StuckVersion{4, 3});

  one.findings.clear();
  auto tests = results({kBroken});
  tests.verdict = Verdict::rejected_permanently;
  one.findings.push_back(tests);
  CHECK_FALSE(stuck_version(one));
  one.days_old = 5.0;
  CHECK(stuck_version(one) == StuckVersion{5, 5});
  // Another item is rejected only once all are looked at.
  one.findings.emplace_back().kind = FindingKind::invalidated_by_dependency;
  one.findings.back().verdict = Verdict::rejected_waiting_for_another_item;
  CHECK(stuck_version(one) == StuckVersion{5, 5});
}

// migration 4.5.13
TEST_CASE("notices: what is blocked, waits for tests or has no age is not stuck") {
  const NoticesScene scene;
  auto blocked = scene.held(9);
  blocked.reasons.insert("block");
  CHECK_FALSE(stuck_version(blocked));

  auto waiting = scene.held(9);
  waiting.policy_verdicts[PolicyId::autopkgtest] = Verdict::rejected_temporarily;
  CHECK_FALSE(stuck_version(waiting));
  // Another policy holds it for good.
  waiting.policy_verdicts[PolicyId::block_bugs] = Verdict::rejected_permanently;
  CHECK(stuck_version(waiting));

  auto ageless = scene.held(9);
  ageless.days_old.reset();
  CHECK_FALSE(stuck_version(ageless));
}

// migration 4.5.13, 4.5.14
TEST_CASE("notices: only sources of the primary suite are told") {
  const NoticesScene scene;
  auto one = scene.held(9);
  one.findings = {results({kBroken})};
  CHECK(stuck_version(one));
  CHECK(final_regressions(one).size() == 1);

  auto other_suite = one;
  other_suite.item.suite = 2;
  CHECK_FALSE(stuck_version(other_suite));
  CHECK(final_regressions(other_suite).empty());
  for (const auto kind : {ItemKind::binaries, ItemKind::source_removal}) {
    auto other_kind = one;
    other_kind.item.kind = kind;
    CHECK_FALSE(stuck_version(other_kind));
    CHECK(final_regressions(other_kind).empty());
  }
}

// migration 4.5.14
TEST_CASE("notices: regressions are told by test and architecture, others are not") {
  const NoticesScene scene;
  auto one = scene.held(1);
  one.findings = {results({kBroken, test("green", "2", "arm64", TestStatus::regression),
                           test("green", "2", "i386", TestStatus::pass)}),
                  results({test("blue", "1", "amd64", TestStatus::always_fail)}),
                  results({test("red", "", "amd64", TestStatus::regression)})};
  CHECK(final_regressions(one) ==
        std::vector<std::string>{"green/2 (amd64, arm64)", "red (amd64)"});
}

// migration 4.5.14
TEST_CASE("notices: nothing is told while a test runs, or without the reason autopkgtest") {
  const NoticesScene scene;
  auto one = scene.held(1);
  one.findings = {results({kBroken}), results({test("blue", "1", "amd64", TestStatus::running)})};
  CHECK(final_regressions(one).empty());

  // A test that never passed is nobody's news, even while it runs.
  one.findings = {results({kBroken, test("green", "2", "i386", TestStatus::running_always_fail)})};
  CHECK(final_regressions(one).size() == 1);
  one.reasons = {"skiptest"};
  CHECK(final_regressions(one).empty());
  one.reasons = {"autopkgtest"};
  one.findings.clear();
  CHECK(final_regressions(one).empty());
}

}  // namespace sluice::migrate
