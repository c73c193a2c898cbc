#include "adt/exit_code.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "adt/classify.h"

namespace sluice::adt {
namespace {

std::vector<Outcome> all_outcomes() {
  std::vector<Outcome> all;
  for (int i = 0; i <= int(Outcome::aborted_infra); ++i) all.push_back(static_cast<Outcome>(i));
  return all;
}

// The words of what the exit code can mean, of the classes that have verdicts.
std::string verdicts_of(int exit_code) {
  std::string words;
  for (const auto outcome : all_outcomes())
    if (is_verdict(outcome) && can_mean(exit_code, outcome))
      words += (words.empty() ? "" : " ") + std::string(text_of(outcome));
  return words;
}

// Every text that a rule could ask for is there: what is found depends on the rule alone.
RunEvidence evidence(int exit_code, const std::string& summary, const std::string& log) {
  RunEvidence run;
  run.exit_code = exit_code;
  run.sources = {"gzip"};
  run.summary = parse_summary(summary);
  run.booted = run.has_source = true;
  run.setup_log = run.test_log = log;
  return run;
}

FailureRules rules_for(Outcome outcome) {
  const auto rule = [&](const std::string& scope) {
    return "- id: " + scope + "\n  scope: " + scope +
           "\n  exit: [4, 6, 16]\n  outcome: " + std::string(text_of(outcome)) +
           "\n  patterns: [\"broken\"]\n  hits: [\"broken\"]\n";
  };
  auto rules = parse_failure_rules(rule("testbed") + rule("tool") + rule("setup") + rule("test"));
  REQUIRE(rules);
  for (auto& each : *rules) each.exit_codes.clear();
  return *rules;
}

}  // namespace

// testgrid 1.1
TEST_CASE("exit code: infrastructure is never a failure") {
  CHECK(outcome_of_exit(0) == Outcome::pass);
  CHECK(outcome_of_exit(2) == Outcome::pass_partial);
  CHECK(outcome_of_exit(6) == Outcome::fail);
  CHECK(outcome_of_exit(8) == Outcome::neutral);
  CHECK(class_of(outcome_of_exit(14)) == OutcomeClass::untestable);
  for (const int code : {16, 20, 1, 3, 137, 254, 255, 300, -9})
    CHECK_MESSAGE(class_of(outcome_of_exit(code)) == OutcomeClass::infra, code);
  CHECK(outcome_of_exit(99) == Outcome::excluded);
}

// testgrid 1.1; autopkgtest 2.3, 2.5
TEST_CASE("exit code: each can mean its own verdicts and no other") {
  const struct {
    int exit_code;
    const char* verdicts;
  } rows[] = {{0, "PASS"},
              {2, "PASS_PARTIAL"},
              {4, "FAIL FAIL_TIMEOUT"},
              {6, "FAIL FAIL_TIMEOUT"},
              {8, "NEUTRAL"},
              {12, "UNTESTABLE.DEPS UNTESTABLE.CONTROL UNTESTABLE.BUILD"},
              {14, "UNTESTABLE.DEPS UNTESTABLE.CONTROL UNTESTABLE.BUILD"},
              {16, "UNTESTABLE.DEPS UNTESTABLE.CONTROL UNTESTABLE.BUILD"},
              {20, "UNTESTABLE.DEPS UNTESTABLE.CONTROL UNTESTABLE.BUILD"},
              {99, "EXCLUDED"},
              {1, ""},
              {3, ""},
              {137, ""},
              {-1, ""}};
  for (const auto& row : rows)
    CHECK_MESSAGE(verdicts_of(row.exit_code) == row.verdicts, row.exit_code);
}

// testgrid 1.1
TEST_CASE("exit code: infrastructure is told by the codes of what it broke") {
  for (const int code : {12, 14, 16, 20}) CHECK(can_mean(code, Outcome::infra_boot));
  for (const int code : {0, 2, 4, 6, 8, 99, 1, 137})
    CHECK_FALSE(can_mean(code, Outcome::infra_boot));
  for (const int code : {0, 4, 16, 99, 137}) {
    CHECK(can_mean(code, Outcome::infra_store_upload));
    CHECK(can_mean(code, Outcome::infra_timeout));
  }
  CHECK(can_mean(0, Outcome::infra_unknown));
  CHECK(can_mean(137, Outcome::infra_worker_crash));
  CHECK_FALSE(can_mean(137, Outcome::infra_unknown));
}

// testgrid 1.1 (class D)
TEST_CASE("exit code: of the lifecycle a worker tells what never began, and the grid the rest") {
  CHECK(can_mean(20, Outcome::cancelled));
  CHECK(can_mean(20, Outcome::rejected));
  for (const int code : {0, 4, 16, 99}) CHECK_FALSE(can_mean(code, Outcome::cancelled));
  for (const int code : {0, 4, 16, 20, 99}) {
    CHECK_FALSE(can_mean(code, Outcome::superseded));
    CHECK_FALSE(can_mean(code, Outcome::aborted_infra));
  }
}

// testgrid 1.1, 1.3: the check of what workers tell must never refuse an honest one
TEST_CASE("exit code: whatever the evidence and the rules, the classification is in the table") {
  const std::string summaries[] = {"",
                                   "one PASS\n",
                                   "one PASS\ntwo FAIL stderr: x\n",
                                   "one FAIL timed out\n",
                                   "one SKIP why\n",
                                   "one FAIL badpkg\nblame: x\nbadpkg: broken depends\n",
                                   "erroneous package: rules build failed, broken\n",
                                   "testbed failure: broken\n",
                                   "testbed failure: timed out on command \"x\" (kind: install)\n",
                                   "quitting: broken control file\n"};
  const std::string logs[] = {"", "it is broken"};
  std::vector<FailureRules> all_rules = {{}};
  for (const auto outcome : all_outcomes())
    if (is_for_rules(outcome)) all_rules.push_back(rules_for(outcome));
  int told = 0;
  for (int code = 0; code <= 255; ++code)
    for (const auto& summary : summaries)
      for (const auto& log : logs)
        for (const auto& rules : all_rules) {
          auto run = evidence(code, summary, log);
          run.over_limit = code % 7 == 3;
          run.booted = code % 3 != 0;
          if (code % 5 == 1) run.disk_free_bytes = 0;
          if (code % 11 == 5) run.disk_short = DiskShortage{"/tmp", 1, 2};
          const auto outcome = classify(run, rules).outcome;
          if (!can_mean(code, outcome)) FAIL(code, " ", text_of(outcome), " ", summary, log);
          ++told;
        }
  CHECK(told > 100'000);
}

}  // namespace sluice::adt
