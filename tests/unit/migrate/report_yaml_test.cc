#include <doctest/doctest.h>

#include "codec/yaml.h"
#include "support/excuse_fixture.h"

using namespace sluice;
using namespace sluice::migrate;
using codec::List;
using codec::Map;
using codec::Value;
using support::ReportFixture;
using support::sentence;

namespace {

Value value_of(const ReportFixture& fixture, const Excuse& excuse, std::string_view key) {
  const auto whole = excuse_value(excuse, fixture.world());
  const auto* found = whole.find(key);
  return found == nullptr ? Value("(no such key)") : *found;
}
const Value kAbsent = "(no such key)";

Hint hint_of(HintType type, const char* user) {
  Hint hint;
  hint.type = type;
  hint.user = user;
  return hint;
}

}  // namespace

// migration 4.7
TEST_CASE("report yaml: a plain excuse has exactly the keys that always exist") {
  const ReportFixture fixture;
  auto excuse = fixture.excuse("foo");
  excuse.maintainer.clear();

  CHECK(excuse_value(excuse, fixture.world()) ==
        Value(Map{{"excuses", List{"Migration status for foo (1 to 2): Will attempt migration (Any "
                                   "information below is purely informational)"}},
                  {"is-candidate", true},
                  {"item-name", "foo"},
                  {"migration-policy-verdict", "PASS"},
                  {"new-version", "2"},
                  {"old-version", "1"},
                  {"reason", List{}},
                  {"source", "foo"}}));
}

// migration 4.7
TEST_CASE("report yaml: maintainer and component are there if known") {
  const ReportFixture fixture;
  auto excuse = fixture.excuse("foo");
  excuse.section = "universe/libs";
  CHECK(value_of(fixture, excuse, "maintainer") == Value("Jo Doe"));
  CHECK(value_of(fixture, excuse, "component") == Value("universe"));
  excuse.section = "libs";
  CHECK(value_of(fixture, excuse, "component") == kAbsent);
}

// migration 4.4, 4.7
TEST_CASE("report yaml: every policy that applied stands there with its verdict and its facts") {
  const ReportFixture fixture;
  auto excuse = fixture.excuse("foo");
  excuse.policy_verdicts = {{PolicyId::age, Verdict::rejected_temporarily},
                            {PolicyId::block, Verdict::pass},
                            {PolicyId::linux_meta, Verdict::not_applicable}};
  excuse.policy_info[PolicyId::age] = {{"current-age", 10.0}, {"age-requirement", 5}};

  CHECK(value_of(fixture, excuse, "policy_info") ==
        Value(Map{{"age", Map{{"age-requirement", 5},
                              {"current-age", 10.0},
                              {"verdict", "REJECTED_TEMPORARILY"}}},
                  {"block", Map{{"verdict", "PASS"}}}}));
}

// migration 4.7
TEST_CASE("report yaml: missing builds and old binaries are sorted") {
  const ReportFixture fixture;
  auto excuse = fixture.excuse("foo");
  excuse.missing_builds = {"arm64", "amd64"};
  excuse.old_binaries = {{"1", {"foo-b", "foo-a"}}};

  CHECK(value_of(fixture, excuse, "missing-builds") ==
        Value(Map{{"on-architectures", List{"amd64", "arm64"}},
                  {"on-unimportant-architectures", List{}}}));
  CHECK(value_of(fixture, excuse, "old-binaries") == Value(Map{{"1", List{"foo-a", "foo-b"}}}));
}

// migration 4.7
TEST_CASE("report yaml: Ubuntu's dependencies may be an empty map") {
  const ReportFixture fixture;
  auto excuse = fixture.excuse("foo");
  CHECK(value_of(fixture, excuse, "dependencies") == kAbsent);
  excuse.dependencies.emplace_back();
  CHECK(value_of(fixture, excuse, "dependencies") == Value(Map{}));
  excuse.blocked_by = {"bar"};
  excuse.migrate_after = {"zoo", "baz"};
  excuse.invalidated_by_dependency = true;
  CHECK(value_of(fixture, excuse, "dependencies") ==
        Value(Map{{"blocked-by", List{"bar"}}, {"migrate-after", List{"baz", "zoo"}}}));
  CHECK(value_of(fixture, excuse, "invalidated-by-other-package") == Value(true));
}

// migration 4.8
TEST_CASE("report yaml: Debian's dependencies are never empty and hold its two lists more") {
  const ReportFixture fixture(RuleSet::debian);
  auto excuse = fixture.excuse("foo");
  excuse.dependencies.emplace_back();
  CHECK(value_of(fixture, excuse, "dependencies") == kAbsent);
  excuse.unimportant_dependencies = {"baz"};
  excuse.unsatisfiable_dependencies = {{"amd64", {"x (>= 2)"}}};
  CHECK(value_of(fixture, excuse, "dependencies") ==
        Value(Map{{"unimportant-dependencies", List{"baz"}},
                  {"unsatisfiable-dependencies", Map{{"amd64", List{"x (>= 2)"}}}}}));
  CHECK(value_of(fixture, excuse, "invalidated-by-other-package") == kAbsent);
  excuse.blocked_by = {"bar"};
  CHECK(value_of(fixture, excuse, "invalidated-by-other-package") == Value(true));
}

// migration 4.7
TEST_CASE("report yaml: an item of an additional suite says whether it was approved") {
  const ReportFixture fixture;
  auto excuse = fixture.excuse("foo");
  CHECK(value_of(fixture, excuse, "manual-approval-status") == kAbsent);
  excuse.item.suite = 2;
  CHECK(value_of(fixture, excuse, "manual-approval-status") == Value("not-approved"));
  const auto hint = hint_of(HintType::unblock, "ada");
  excuse.hints = {&hint};
  CHECK(value_of(fixture, excuse, "manual-approval-status") == Value("approved"));
  CHECK(value_of(fixture, excuse, "hints") ==
        Value(List{Map{{"hint-from", "ada"}, {"hint-type", "unblock"}}}));
}

// migration 4.7
TEST_CASE("report yaml: a forced excuse keeps its reasons apart") {
  const ReportFixture fixture;
  auto excuse = fixture.excuse("foo");
  excuse.reasons = {"depends", "block"};
  CHECK(value_of(fixture, excuse, "reason") == Value(List{"block", "depends"}));
  CHECK(value_of(fixture, excuse, "forced-reason") == kAbsent);
  excuse.forced = true;
  CHECK(value_of(fixture, excuse, "reason") == Value(List{}));
  CHECK(value_of(fixture, excuse, "forced-reason") == Value(List{"block", "depends"}));
}

// migration 4.7, 4.8
TEST_CASE("report yaml: details are a list of their own, but not under Debian's rules") {
  for (const auto rules : {RuleSet::ubuntu, RuleSet::debian}) {
    const ReportFixture fixture(rules);
    auto excuse = fixture.excuse("foo");
    excuse.findings = {sentence("detail", Place::detail)};
    CHECK(value_of(fixture, excuse, "detailed-info") ==
          (rules == RuleSet::ubuntu ? Value(List{"detail"}) : kAbsent));
  }
}

// migration 4.7
TEST_CASE("report yaml: the document has a time without zone and the excuses in report order") {
  const ReportFixture fixture;
  std::vector excuses = {fixture.excuse("bar"), fixture.excuse("foo")};
  excuses[0].days_old = 3;

  const auto document =
      codec::parse_yaml(excuses_yaml(excuses, fixture.world(), base::instant_of_seconds(60)));

  REQUIRE(document);
  CHECK(*document->find("generated-date") == Value(codec::Timestamp{"1970-01-01 00:01:00"}));
  const auto& sources = *document->find("sources")->list();
  CHECK(*sources[0].find("source") == Value("foo"));
  CHECK(*sources[1].find("source") == Value("bar"));
}

// migration 4.7
TEST_CASE("report yaml: without excuses the list is empty") {
  const ReportFixture fixture;
  CHECK(excuses_yaml({}, fixture.world(), base::instant_of_seconds(0)) ==
        "generated-date: 1970-01-01 00:00:00\nsources: []\n");
}
