#include <doctest/doctest.h>

#include "support/excuse_fixture.h"

using namespace sluice;
using namespace sluice::migrate;
using support::ReportFixture;
using support::sentence;
using Texts = std::vector<std::string>;

// migration 4.7
TEST_CASE(
    "report texts: verdict lines stand highest first, then in order of appearance, then infos") {
  const ReportFixture fixture;
  auto excuse = fixture.excuse("foo");
  excuse.verdict = Verdict::rejected_permanently;
  excuse.findings = {sentence("info one", Place::info),
                     sentence("young", Place::verdict, Verdict::rejected_temporarily),
                     sentence("bug b", Place::verdict, Verdict::rejected_permanently),
                     sentence("detail", Place::detail),
                     sentence("bug a", Place::verdict, Verdict::rejected_permanently),
                     sentence("info two", Place::info)};

  CHECK(excuse_texts(excuse, fixture.world()) ==
        Texts{"Migration status for foo (1 to 2): BLOCKED: Rejected/violates migration "
              "policy/introduces a regression",
              "Issues preventing migration:", "bug b", "bug a", "young",
              "Additional info:", "info one", "info two"});
}

// migration 4.7
TEST_CASE("report texts: an accepted item has no head for issues, and no infos no head for them") {
  const ReportFixture fixture;
  auto excuse = fixture.excuse("foo");
  excuse.findings = {sentence("Depends: ...", Place::verdict, Verdict::pass)};

  CHECK(excuse_texts(excuse, fixture.world()) ==
        Texts{"Migration status for foo (1 to 2): Will attempt migration (Any information below is "
              "purely informational)",
              "Depends: ..."});
}

// migration 4.8
TEST_CASE(
    "report texts: Debian's list is in order of appearance, details included, without age line") {
  const ReportFixture fixture(RuleSet::debian);
  auto excuse = fixture.excuse("foo");
  excuse.verdict = Verdict::rejected_permanently;
  auto age = sentence("", Place::verdict, Verdict::rejected_temporarily);
  age.kind = FindingKind::too_young;
  age.policy = PolicyId::age;
  auto ignored = sentence("bar", Place::info);
  ignored.kind = FindingKind::ignoring_break_arch_dependency;
  excuse.findings = {sentence("detail", Place::detail), age, ignored, sentence("info", Place::info),
                     sentence("bug", Place::verdict, Verdict::rejected_permanently)};

  CHECK(excuse_texts(excuse, fixture.world()) == Texts{"detail", "info", "bug"});
}

// migration 4.2
TEST_CASE("report texts: each verdict has its summary, and two differ under Debian's rules") {
  CHECK(summary_of(Verdict::pass_hinted, RuleSet::ubuntu) ==
        "Will attempt migration due to a hint (Any information below is purely informational)");
  CHECK(summary_of(Verdict::rejected_temporarily, RuleSet::ubuntu) ==
        "Waiting for test results, another package or too young (no action required now - check "
        "later)");
  CHECK(summary_of(Verdict::rejected_waiting_for_another_item, RuleSet::debian) ==
        "Waiting for another item to be ready to migrate (no action required now - check later)");
  CHECK(summary_of(Verdict::rejected_blocked_by_another_item, RuleSet::debian) ==
        "BLOCKED: Cannot migrate due to another item, which is blocked (please check which "
        "dependencies are stuck)");
  CHECK(summary_of(Verdict::rejected_needs_approval, RuleSet::debian) ==
        "BLOCKED: Needs an approval (either due to a freeze, the source suite or a manual hint)");
  CHECK(summary_of(Verdict::rejected_cannot_determine_if_permanent, RuleSet::ubuntu) ==
        "BLOCKED: Maybe temporary, maybe blocked but Britney is missing information (check below)");
  CHECK(
      summary_of(Verdict::rejected_cannot_determine_if_permanent, RuleSet::debian) ==
      "BLOCKED: Maybe temporary, maybe blocked but Britney is missing information (check below or "
      "the buildds)");
  CHECK(summary_of(Verdict::rejected_permanently, RuleSet::debian) ==
        "BLOCKED: Rejected/introduces a regression");
}
