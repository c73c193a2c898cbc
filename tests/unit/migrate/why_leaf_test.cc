#include "migrate/why_leaf.h"

#include <doctest/doctest.h>

#include "support/excuse_fixture.h"

using namespace sluice;
using migrate::Cost;
using migrate::FindingKind;
using migrate::PolicyId;
using migrate::Turn;
using migrate::Verdict;

namespace {

constexpr std::int64_t kLeafNow = 1'700'000'000;

struct LeafScene : support::ReportFixture {
  migrate::Finding finding(FindingKind kind, PolicyId policy, Verdict verdict) const {
    migrate::Finding made;
    made.kind = kind;
    made.policy = policy;
    made.verdict = verdict;
    return made;
  }
  std::vector<migrate::Leaf> leaves(std::vector<migrate::Finding> findings) {
    auto made = excuse("foo");
    made.verdict = Verdict::rejected_permanently;
    made.findings = std::move(findings);
    return migrate::own_leaves(made, world(), {first_seen, base::instant_of_seconds(kLeafNow)});
  }
  migrate::AgeFacts::Dates first_seen;
};

}  // namespace

// migration 4.5.4; testgrid 5.4
TEST_CASE("leaf: a young version waits for a date") {
  LeafScene scene;
  scene.first_seen["foo"] = {"2", kLeafNow - 3 * 86400};
  auto finding =
      scene.finding(FindingKind::too_young, PolicyId::age, Verdict::rejected_temporarily);
  finding.days = 3;
  finding.words = {"10"};
  const auto leaves = scene.leaves({finding});
  REQUIRE(leaves.size() == 1);
  CHECK(leaves[0].what == "foo 2 is 3 of 10 days old");
  CHECK(leaves[0].turn == Turn::time);
  CHECK(leaves[0].cost == Cost::wait);
  CHECK(*leaves[0].until == base::instant_of_seconds(kLeafNow + 7 * 86400));
  CHECK(*leaves[0].since == base::instant_of_seconds(kLeafNow - 3 * 86400));
}

// migration 2.5 (days begin at 19:00), 4.8 (whole days, and no finding says it); testgrid 5.4
TEST_CASE("leaf: under Debian's rules a young version waits for the beginning of a day") {
  LeafScene scene;
  scene.first_seen["foo"] = {"2", kLeafNow - 3 * 86400};
  auto excuse = scene.excuse("foo");
  excuse.verdict = Verdict::rejected_temporarily;
  excuse.policy_verdicts[PolicyId::age] = Verdict::rejected_temporarily;
  excuse.days_old = 3;
  excuse.required_days = 10;
  const auto leaves = migrate::own_leaves(excuse, scene.world(),
                                          {scene.first_seen, base::instant_of_seconds(kLeafNow)});
  REQUIRE(leaves.size() == 1);
  CHECK(leaves[0].key == "age");
  CHECK(leaves[0].what == "foo 2 is 3 of 10 days old");
  CHECK(leaves[0].turn == Turn::time);
  // kNow is 22:13 UTC of a Tuesday, so its day began at 19:00.
  CHECK(*leaves[0].until ==
        base::instant_of_seconds(kLeafNow - kLeafNow % 86400 + 19 * 3600 + 7 * 86400));
}

// migration 4.3
TEST_CASE("leaf: builds that are missing on several architectures are one thing") {
  LeafScene scene;
  auto one = scene.finding(FindingKind::missing_build, PolicyId::finder,
                           Verdict::rejected_cannot_determine_if_permanent);
  one.arch = "amd64";
  auto two = one;
  two.arch = "arm64";
  const auto leaves = scene.leaves({one, two});
  REQUIRE(leaves.size() == 1);
  CHECK(leaves[0].what == "foo 2 is not built on amd64, arm64");
  CHECK(leaves[0].turn == Turn::builders);
  CHECK(leaves[0].archs == std::vector<std::string>{"amd64", "arm64"});
  CHECK(leaves[0].link.contains("foo"));
}

// migration 4.5.2, 4.5.9
TEST_CASE("leaf: bugs are named by number") {
  LeafScene scene;
  auto bugs =
      scene.finding(FindingKind::new_bugs, PolicyId::rc_bugs, Verdict::rejected_permanently);
  bugs.words = {"123", "456"};
  auto held =
      scene.finding(FindingKind::block_bug, PolicyId::block_bugs, Verdict::rejected_permanently);
  held.words = {"789"};
  held.days = 1000;
  const auto leaves = scene.leaves({bugs, held});
  REQUIRE(leaves.size() == 2);
  CHECK(leaves[0].what.contains("#123, #456"));
  CHECK(leaves[0].who == "Jo Doe");
  CHECK(leaves[0].cost == Cost::fix_package);
  CHECK(leaves[1].what == "bug 789 asks not to let foo migrate");
  CHECK(*leaves[1].since == base::instant_of_seconds(1000));
}

// migration 4.5.6
TEST_CASE("leaf: hints name who gave them") {
  LeafScene scene;
  auto held =
      scene.finding(FindingKind::blocked, PolicyId::block, Verdict::rejected_needs_approval);
  held.user = "ada";
  held.words = {"block-udeb"};
  auto removal =
      scene.finding(FindingKind::removal_request, PolicyId::finder, Verdict::rejected_permanently);
  removal.user = "bob";
  const auto leaves = scene.leaves({held, removal,
                                    scene.finding(FindingKind::trying_to_remove, PolicyId::finder,
                                                  Verdict::rejected_permanently)});
  REQUIRE(leaves.size() == 2);
  CHECK(leaves[0].what == "a block-udeb hint by ada holds foo");
  CHECK(leaves[1].what == "a remove hint by bob wants foo out of the target");
}

// migration 4.6.7; testgrid 5.4
TEST_CASE("leaf: tests that fail are one thing, tests that run another, passed ones none") {
  using migrate::TestStatus;
  LeafScene scene;
  auto results = scene.finding(FindingKind::test_results, PolicyId::autopkgtest,
                               Verdict::rejected_permanently);
  results.tests = {
      {"bar", "1", "amd64", TestStatus::regression, "https://ci.example.org/1", "", "", ""},
      {"bar", "1", "arm64", TestStatus::regression, "", "", "", ""},
      {"bar", "1", "i386", TestStatus::running, "", "", "", ""},
      {"bar", "1", "riscv64", TestStatus::pass, "", "", "", ""}};
  auto passed = results;
  passed.tests = {{"baz", "1", "amd64", TestStatus::pass, "", "", "", ""}};
  const auto leaves = scene.leaves({results, passed});
  REQUIRE(leaves.size() == 2);
  CHECK(leaves[0].what == "the tests of bar 1 fail with 2 on amd64, arm64");
  CHECK(leaves[0].cost == Cost::fix_test);
  CHECK(leaves[0].link == "https://ci.example.org/1");
  CHECK(leaves[1].what == "the tests of bar 1 are still running on i386");
  CHECK(leaves[1].cost == Cost::wait);
}

// testgrid 1.5, 5.4
TEST_CASE("leaf: tests whose requests ended without a run are another thing, with the reason") {
  using migrate::TestStatus;
  LeafScene scene;
  auto results = scene.finding(FindingKind::test_results, PolicyId::autopkgtest,
                               Verdict::rejected_temporarily);
  const std::string end = "was cancelled by ada";
  results.tests = {{"bar", "1", "amd64", TestStatus::running, "", "", "", ""},
                   {"bar", "1", "arm64", TestStatus::running, "", "", "", "", end},
                   {"bar", "1", "i386", TestStatus::running, "", "", "", "", end}};
  const auto leaves = scene.leaves({results});
  REQUIRE(leaves.size() == 2);
  CHECK(leaves[0].what == "the tests of bar 1 are still running on amd64");
  CHECK(leaves[1].what ==
        "the tests of bar 1 did not run on arm64, i386: the request was cancelled by ada");
  CHECK(leaves[1].action == "ask for the tests again: nobody else will");
}

// testgrid 5.4; migration 4.6.7: what always fails holds nothing, whether or not it runs again
TEST_CASE("leaf: tests that hold nothing are none, and a reference run is waited for") {
  using migrate::TestStatus;
  LeafScene scene;
  auto results = scene.finding(FindingKind::test_results, PolicyId::autopkgtest,
                               Verdict::rejected_temporarily);
  results.tests = {{"bar", "1", "amd64", TestStatus::running_reference, "", "", "", ""},
                   {"bar", "1", "arm64", TestStatus::running_always_fail, "", "", "", ""}};
  const auto leaves = scene.leaves({results});
  REQUIRE(leaves.size() == 1);
  CHECK(leaves[0].what ==
        "the tests of bar 1 fail with 2, and the reference run that decides is still running on "
        "amd64");
  CHECK(leaves[0].cost == Cost::wait);
  CHECK(leaves[0].turn == Turn::test_admins);
}

// testgrid 5.4: minimal facts
TEST_CASE("leaf: tests that wait for a build are no thing of their own") {
  LeafScene scene;
  auto build =
      scene.finding(FindingKind::missing_build, PolicyId::finder, Verdict::rejected_permanently);
  build.arch = "arm64";
  auto tests = scene.finding(FindingKind::tests_need_build, PolicyId::autopkgtest,
                             Verdict::rejected_temporarily);
  tests.arch = "arm64";
  const auto both = scene.leaves({build, tests});
  REQUIRE(both.size() == 1);
  CHECK(both[0].key == "missingbuild");

  auto nowhere = tests;
  nowhere.arch = "";
  const auto none =
      scene.finding(FindingKind::no_binaries, PolicyId::finder, Verdict::rejected_permanently);
  CHECK(scene.leaves({none, nowhere}).size() == 1);

  const auto alone = scene.leaves({tests});
  REQUIRE(alone.size() == 1);
  CHECK(alone[0].what == "foo 2 is not built on arm64, so that its tests cannot begin");
  CHECK(alone[0].turn == Turn::builders);
}

// testgrid 5.4
TEST_CASE("leaf: what waits for other items is none; a silent policy is one") {
  LeafScene scene;
  const auto other = scene.finding(FindingKind::invalidated_by_dependency, PolicyId::finder,
                                   Verdict::rejected_waiting_for_another_item);
  CHECK(scene.leaves({other}).empty());
  CHECK(migrate::is_about_others(FindingKind::meta_not_candidate));

  auto silent = scene.excuse("foo");
  silent.verdict = Verdict::rejected_temporarily;
  silent.policy_verdicts[PolicyId::autopkgtest] = Verdict::rejected_temporarily;
  const auto leaves = migrate::own_leaves(silent, scene.world(),
                                          {scene.first_seen, base::instant_of_seconds(kLeafNow)});
  REQUIRE(leaves.size() == 1);
  CHECK(leaves[0].key == "autopkgtest");
  CHECK(leaves[0].turn == Turn::test_admins);
  silent.verdict = Verdict::pass;
  CHECK(migrate::own_leaves(silent, scene.world(),
                            {scene.first_seen, base::instant_of_seconds(kLeafNow)})
            .empty());
}

// testgrid 5.4
TEST_CASE("leaf: a kind that nobody thought of has key, turn and action") {
  LeafScene scene;
  auto unknown =
      scene.finding(FindingKind::other, PolicyId::piuparts, Verdict::rejected_permanently);
  unknown.words = {"Something <b>new</b> (<< 2)"};
  const auto leaves = scene.leaves({unknown});
  REQUIRE(leaves.size() == 1);
  CHECK(leaves[0].what == "Something new (<< 2)");
  CHECK(leaves[0].key == "piuparts");
  CHECK(!leaves[0].action.empty());
  CHECK(migrate::text_of(leaves[0].turn) == "maintainer");
}
