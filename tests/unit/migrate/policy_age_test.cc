#include <doctest/doctest.h>

#include "migrate/policy_list.h"
#include "migrate/policy_queries.h"
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

constexpr std::int64_t kAgeDay = 86'400;
constexpr std::int64_t kFriday = 1'700'864'000;  // a Friday at 22:13 UTC

enum class In { unstable_only, both };

// foo 2, first seen `days` ago.
TestWorld aged(double days, In where = In::both, RuleSet rules = RuleSet::ubuntu) {
  auto builder = archive();
  if (where == In::both) builder.testing().package("foo", "1");
  builder.unstable().package("foo", "2");
  TestWorld test(builder.build(), rules);
  test.settings.age.days_of_urgency = {{"low", 10}, {"medium", 5}, {"high", 2}, {"critical", 0}};
  test.facts.age_now = base::instant_of_seconds(kFriday);
  const auto seconds = static_cast<std::int64_t>(days * static_cast<double>(kAgeDay));
  test.facts.age.first_seen["foo"] = {"2", kFriday - seconds};
  return test;
}

support::PolicyAnswer age(TestWorld& test) { return answer_of(test, "foo", PolicyId::age); }

}  // namespace

// migration 4.5.4
TEST_CASE("age: the urgency's days are needed, days count as fractions") {
  struct Row {
    const char* name;
    double days;
    const char* urgency;
    const char* verdict;
    const char* text;
    const char* info;
  };
  const Row rows[] = {
      {"old enough", 10, "", "PASS", "10 days old (needed 5 days)",
       R"({"age-requirement": 5, "current-age": 10.0})"},
      {"just old enough", 5, "", "PASS", "5 days old (needed 5 days)",
       R"({"age-requirement": 5, "current-age": 5.0})"},
      {"a fraction too young", 4.5, "", "REJECTED_TEMPORARILY", "Too young, only 4 of 5 days old",
       R"({"age-requirement": 5, "current-age": 4.5})"},
      {"quicker urgency", 2.5, "high", "PASS", "2 days old (needed 2 days)",
       R"({"age-requirement": 2, "current-age": 2.5})"},
      {"slower urgency", 9.75, "low", "REJECTED_TEMPORARILY", "Too young, only 9 of 10 days old",
       R"({"age-requirement": 10, "current-age": 9.75})"},
      {"no days needed", 0, "critical", "PASS", "0 days old",
       R"({"age-requirement": 0, "current-age": 0.0})"},
      {"unknown urgency", 5, "asap", "PASS", "5 days old (needed 5 days)",
       R"({"age-requirement": 5, "current-age": 5.0, "unknown-urgency": "asap"})"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto test = aged(row.days);
    if (*row.urgency != '\0') test.facts.age.urgency["foo"] = row.urgency;

    const auto answer = age(test);
    CHECK(answer.verdict == row.verdict);
    CHECK(answer.texts == Texts{row.text});
    CHECK(answer.info == row.info);
  }
}

// migration 4.5.4
TEST_CASE("age: a new package does not get a quicker urgency than the default") {
  auto quick = aged(3, In::unstable_only);
  quick.facts.age.urgency["foo"] = "high";
  CHECK(age(quick).info == R"({"age-requirement": 5, "current-age": 3.0, )"
                           R"("urgency-reduced": {"from": "high", "to": "medium"}})");

  auto slow = aged(3, In::unstable_only);
  slow.facts.age.urgency["foo"] = "low";
  CHECK(age(slow).info == R"({"age-requirement": 10, "current-age": 3.0})");
}

// migration 4.5.4
TEST_CASE("age: a version that was not seen before is seen now, and remembered") {
  struct Row {
    const char* name;
    const char* known;  // version with a date; "" none
  };
  const Row rows[] = {{"no date", ""}, {"date of another version", "1"}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto test = aged(0);
    test.facts.age.first_seen.clear();
    if (*row.known != '\0') test.facts.age.first_seen["foo"] = {row.known, 5};
    const auto judgement = test.judge();

    CHECK(support::excuse_of(judgement, "foo")->days_old == 0.0);
    CHECK(judgement.first_seen.at("foo").version == "2");
    CHECK(judgement.first_seen.at("foo").seconds == kFriday);
  }
}

// migration 4.5.4, 4.7
TEST_CASE("age: the report's order gets the exact age") {
  auto test = aged(4.25);
  const auto judgement = test.judge();
  CHECK(support::excuse_of(judgement, "foo")->days_old == 4.25);
}

namespace {

struct HintedRow {
  const char* name;
  double days;
  const char* hints;
  const char* verdict;
  Texts texts;
  const char* info;
};

const HintedRow kHinted[] = {
    {"lowered",
     3,
     "age-days 3 foo/2",
     "PASS",
     {"Overriding age needed from 3 days to 3 by ada", "3 days old (needed 3 days)"},
     R"({"age-requirement": 3, "age-requirement-reduced": {"changed-by": "ada", )"
     R"("new-requirement": 3}, "current-age": 3.0, "original-age-requirement": 5})"},
    {"raised",
     7,
     "age-days 9 foo/2",
     "REJECTED_TEMPORARILY",
     {"Overriding age needed from 9 days to 9 by ada", "Too young, only 7 of 9 days old"},
     R"({"age-requirement": 9, "age-requirement-reduced": {"changed-by": "ada", )"
     R"("new-requirement": 9}, "current-age": 7.0, "original-age-requirement": 5})"},
    {"to nothing",
     1,
     "age-days 0 foo/2",
     "PASS",
     {"Too young, but urgency pushed by ada", "1 days old"},
     R"({"age-requirement": 0, "age-requirement-reduced": {"changed-by": "ada", )"
     R"("new-requirement": 0}, "current-age": 1.0, "original-age-requirement": 5})"},
    {"pushed",
     1,
     "urgent foo/2",
     "PASS_HINTED",
     {"Too young, but urgency pushed by ada", "1 days old"},
     R"({"age-requirement": 5, "age-requirement-reduced": {"changed-by": "ada", )"
     R"("new-requirement": 0}, "current-age": 1.0})"},
    {"pushed although old enough",
     6,
     "urgent foo/2",
     "PASS",
     {"6 days old (needed 5 days)"},
     R"({"age-requirement": 5, "current-age": 6.0})"},
    {"pushed after raising",
     6,
     "age-days 9 foo/2\nurgent foo/2",
     "PASS_HINTED",
     {"Too young, but urgency pushed by ada", "6 days old"},
     R"({"age-requirement": 9, "age-requirement-reduced": {"changed-by": "ada", )"
     R"("new-requirement": 0}, "current-age": 6.0, "original-age-requirement": 5})"},
    {"another version",
     1,
     "urgent foo/1",
     "REJECTED_TEMPORARILY",
     {"Too young, only 1 of 5 days old"},
     R"({"age-requirement": 5, "current-age": 1.0})"},
};

}  // namespace

// migration 4.5.4
TEST_CASE("age: hints change the requirement, the last age-days wins") {
  for (const auto& row : kHinted) {
    CAPTURE(row.name);
    auto test = aged(row.days);
    test.hint(row.hints);

    const auto answer = age(test);
    CHECK(answer.verdict == row.verdict);
    CHECK(answer.texts == row.texts);
    CHECK(answer.info == row.info);
  }
}

namespace {

struct DebianRow {
  const char* name;
  double days;
  const char* hints;
  const char* verdict;
  Texts texts;
  const char* info;
  double shown;
};

const DebianRow kDebian[] = {
    {"plain", 10, "", "PASS", {}, R"({"age-requirement": 5, "current-age": 10})", 5},
    {"too young",
     4,
     "",
     "REJECTED_TEMPORARILY",
     {},
     R"({"age-requirement": 5, "current-age": 4})",
     5},
    {"lowered",
     3,
     "age-days 3 foo/2",
     "PASS",
     {"Overriding age needed from 5 days to 3 by ada"},
     R"({"age-requirement": 5, "age-requirement-reduced": {"changed-by": "ada", )"
     R"("new-requirement": 3}, "current-age": 3})",
     3},
    {"same",
     6,
     "age-days 5 foo/2",
     "PASS",
     {"Overriding age needed from 5 days to 5 by ada"},
     R"({"age-requirement": 5, "age-requirement-reduced": {"changed-by": "ada", )"
     R"("new-requirement": 5}, "current-age": 6})",
     5},
    {"to nothing, old enough",
     6,
     "age-days 0 foo/2",
     "PASS",
     {"Too young, but urgency pushed by ada"},
     R"({"age-requirement": 5, "age-requirement-reduced": {"changed-by": "ada", )"
     R"("new-requirement": 0}, "current-age": 6})",
     5},
    {"to less than nothing",
     6,
     "age-days -5 foo/2",
     "PASS",
     {"Too young, but urgency pushed by ada"},
     R"({"age-requirement": 5, "age-requirement-reduced": {"changed-by": "ada", )"
     R"("new-requirement": -5}, "current-age": 6})",
     5},
    {"pushed",
     1,
     "urgent foo/2",
     "PASS_HINTED",
     {"Too young, but urgency pushed by ada"},
     R"({"age-requirement": 5, "age-requirement-reduced": {"changed-by": "ada", )"
     R"("new-requirement": 0}, "current-age": 1})",
     5},
};

}  // namespace

// migration 4.8
TEST_CASE(
    "age: Debian counts whole days, shows the rule's requirement and leaves the age line out") {
  for (const auto& row : kDebian) {
    CAPTURE(row.name);
    auto test = aged(row.days, In::both, RuleSet::debian);
    if (*row.hints != '\0') test.hint(row.hints);
    const auto world = test.world();
    const auto judgement = migrate::judge(world, test.facts);

    const auto answer = answer_of(judgement, "foo", PolicyId::age, world);
    CHECK(answer.verdict == row.verdict);
    CHECK(answer.texts == row.texts);
    CHECK(answer.info == row.info);
    CHECK(support::excuse_of(judgement, "foo")->required_days == row.shown);
  }
}

// migration 2.5, 4.8
TEST_CASE("age: Debian's day begins at 19:00 UTC") {
  struct Row {
    const char* name;
    std::int64_t seconds_before_19;  // of the upload, on the day of the run (22:13)
    const char* age;
  };
  const std::int64_t seven = kFriday - (kFriday % kAgeDay) + 19 * 3'600;
  const Row rows[] = {{"after", -60, "0"}, {"before", 60, "1"}, {"long before", kAgeDay + 60, "2"}};
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto test = aged(0, In::both, RuleSet::debian);
    test.facts.age.first_seen["foo"].seconds = seven - row.seconds_before_19;
    CHECK(age(test).info ==
          std::string(R"({"age-requirement": 5, "current-age": )") + row.age + "}");
  }
}

namespace {

struct BountyRow {
  const char* name;
  std::int64_t bounty, penalty;
  const char* urgency;
  const char* floor;
  Texts texts;
  std::int64_t required;
};

const BountyRow kBounty[] = {
    {"bounty",
     3,
     0,
     "medium",
     "0",
     {"Required age reduced by 3 days because of adt", "9 days old (needed 2 days)"},
     2},
    {"penalty",
     0,
     2,
     "medium",
     "0",
     {"Required age increased by 2 days because of adt", "9 days old (needed 7 days)"},
     7},
    {"immune to penalties", 0, 2, "high", "0", {"9 days old (needed 2 days)"}, 2},
    {"floor in days",
     4,
     0,
     "medium",
     "3",
     {"Required age reduced by 4 days because of adt",
      "Required age is not allowed to drop below 3 days", "9 days old (needed 3 days)"},
     3},
    {"floor by urgency",
     9,
     0,
     "low",
     "high",
     {"Required age reduced by 9 days because of adt",
      "Required age is not allowed to drop below 2 days", "9 days old (needed 2 days)"},
     2},
    {"floor above the urgency's days",
     1,
     0,
     "high",
     "5",
     {"Required age reduced by 1 days because of adt",
      "Required age is not allowed to drop below 2 days", "9 days old (needed 2 days)"},
     2},
    {"floor nobody knows",
     9,
     0,
     "medium",
     "asap",
     {"Required age reduced by 9 days because of adt",
      "Required age is not allowed to drop below 0 days", "9 days old"},
     0},
};

}  // namespace

// migration 4.5.4; no policy of this list gives days, the autopkgtest policy does
TEST_CASE("age: bounties and penalties change the requirement, down to a floor") {
  for (const auto& row : kBounty) {
    CAPTURE(row.name);
    auto test = aged(9);
    test.settings.age.bounty_min_age = row.floor;
    test.settings.age.no_penalties = {"high"};
    test.facts.age.urgency["foo"] = row.urgency;
    const auto world = test.world();
    migrate::Judgement out;
    migrate::PolicyRun run{.world = world, .facts = test.facts, .out = out};
    migrate::Excuse excuse;
    excuse.item = {migrate::ItemKind::source, test.snapshot().symbols.find_name("foo"),
                   test.snapshot().symbols.find_version("2"), migrate::kPrimary, 0};
    if (row.bounty != 0) excuse.bounties["adt"] = row.bounty;
    if (row.penalty != 0) excuse.penalties["adt"] = row.penalty;

    CHECK(migrate::age_ubuntu(run, excuse) == migrate::Verdict::pass);
    Texts texts;
    for (const auto& finding : excuse.findings)
      texts.push_back(migrate::text_of(finding, excuse, world));
    CHECK(texts == row.texts);
    CHECK(std::get<std::int64_t>(excuse.policy_info[PolicyId::age]["age-requirement"]) ==
          row.required);
  }
}
