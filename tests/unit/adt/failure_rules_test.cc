// covers: default_failure_rules.cc
#include "adt/failure_rules.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace sluice;

namespace {

// A rule that is right, with one line more or another one in the place of its own.
std::string rule_with(const std::string& line) {
  std::string text = "- id: r\n";
  const auto key = line.substr(0, line.find(':'));
  for (const std::string each : {"scope: setup", "outcome: INFRA.NET.DNS",
                                 "patterns: [\"cannot resolve\"]", "hits: [\"cannot resolve x\"]"})
    if (!each.starts_with(key + ":")) text += "  " + each + "\n";
  return text + "  " + line + "\n";
}

}  // namespace

// autopkgtest 2.6
TEST_CASE("failure rules: those of the program pass their own tests") {
  const auto rules = adt::parse_failure_rules(adt::default_failure_rules());

  REQUIRE_MESSAGE(rules, (rules ? "" : rules.error().text()));
  CHECK(rules->size() > 15);
}

// testgrid 1.3
TEST_CASE("failure rules: no text of a test decides more than the kind of a lost testbed") {
  const auto rules = adt::parse_failure_rules(adt::default_failure_rules());

  REQUIRE(rules);
  for (const auto& rule : *rules) {
    if (rule.scope != adt::RuleScope::test) continue;
    CAPTURE(rule.id);
    CHECK_FALSE(rule.exit_codes.empty());
    for (const int code : rule.exit_codes) CHECK((code == 4 || code == 6 || code == 16));
  }
}

// autopkgtest 2.6
TEST_CASE("failure rules: every field is read") {
  const auto rules = adt::parse_failure_rules(
      "- {id: a, scope: testbed, outcome: INFRA.BOOT, blame: worker, exit: [16, 20],\n"
      "   phases: [boot, test-end], failures: [FAIL_TIMEOUT], patterns: [\"one*two\", three3], "
      "packages: [l*], except: "
      "[libx],\n"
      "   hits: [\"x one y two z\"], misses: [\"two one\"]}\n");

  REQUIRE(rules);
  const auto& rule = rules->at(0);
  CHECK(rule.id == "a");
  CHECK(rule.scope == adt::RuleScope::testbed);
  CHECK(rule.outcome == adt::Outcome::infra_boot);
  CHECK(rule.blame == adt::Blame::worker);
  CHECK(rule.exit_codes == std::vector{16, 20});
  CHECK(rule.phases == std::vector{adt::RunPhase::boot, adt::RunPhase::test_end});
  CHECK(rule.failures == std::vector{adt::Outcome::fail_timeout});
  CHECK(rule.patterns == std::vector<std::string>{"one*two", "three3"});
  CHECK(adt::concerns(rule, {"liby"}));
  CHECK(adt::concerns(rule, {"gzip", "liby"}));
  CHECK_FALSE(adt::concerns(rule, {"gzip"}));
  CHECK_FALSE(adt::concerns(rule, {"libx", "liby"}));
}

TEST_CASE("failure rules: a pattern is looked for in one line") {
  const auto rules = adt::parse_failure_rules(rule_with("patterns: [\"cannot*resolve\"]"));

  REQUIRE(rules);
  CHECK(adt::matches_text(rules->at(0), "a\nwe cannot, alas, resolve\nb"));
  CHECK_FALSE(adt::matches_text(rules->at(0), "cannot\nresolve"));
  CHECK_FALSE(adt::matches_text(rules->at(0), ""));
}

// autopkgtest 2.6
TEST_CASE("failure rules: what is wrong is refused and named") {
  struct Row {
    const char* line;
    const char* error;
  };
  const Row rows[] = {
      {"hits: [\"other\"]", "rule r: does not find: other"},
      {"hits: []", "rule r: expected hits: texts that the rule has to find"},
      {"misses: [\"it cannot resolve\"]", "rule r: must not find: it cannot resolve"},
      {"outcome: FAIL", "rule r: outcome: expected one of INFRA or UNTESTABLE"},
      {"outcome: PASS", "rule r: outcome: expected one of INFRA or UNTESTABLE"},
      {"outcome: EXCLUDED", "rule r: outcome: expected one of INFRA or UNTESTABLE"},
      {"outcome: CANCELLED", "rule r: outcome: expected one of INFRA or UNTESTABLE"},
      {"scope: log", "rule r: no such scope: log"},
      {"scope: test", "rule r: scope test: expected exit codes of 4, 6, 16"},
      {"blame: me", "rule r: no such blame: me"},
      {"exit: 16", "rule r: exit: expected a list"},
      {"exit: [x]", "rule r: exit: expected numbers to 255"},
      {"phases: [later]", "rule r: no such phase: later"},
      {"failures: [PASS]", "rule r: failures: expected FAIL or FAIL_TIMEOUT"},
      {"patterns: [\"a*b\"]",
       "rule r: a pattern of fewer than four characters fits by chance: a*b"},
      {"patterns: []", "rule r: expected patterns"},
      {"colour: red", "rule r: unknown key colour"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    const auto rules = adt::parse_failure_rules(rule_with(row.line));
    REQUIRE_FALSE(rules);
    CHECK(rules.error().kind == base::ErrorKind::invalid);
    CHECK(rules.error().text() == row.error);
  }
  CHECK_FALSE(adt::parse_failure_rules("a: b\n"));
  CHECK_FALSE(adt::parse_failure_rules("- a\n"));
  CHECK_FALSE(adt::parse_failure_rules("- [\n"));
  CHECK(adt::parse_failure_rules(rule_with("blame: worker") + rule_with("blame: worker"))
            .error()
            .what == "rule r stands there twice");
}
