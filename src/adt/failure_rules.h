// FailureRules: what texts of a failed run say about its cause, as data that can be reloaded. A
// rule tells one infrastructure failure from another, or raises suspicion about a failure; no rule
// turns anything into a verdict. Format: docs/formats/failure-rules.md. Source: autopkgtest 2.6;
// testgrid 1.3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adt/evidence.h"
#include "adt/outcome.h"
#include "base/result.h"

namespace sluice::adt {

// Where a text stands, from the least to the most under the control of what is tested.
enum class RuleScope : std::uint8_t {
  testbed,  // what the tool says of a testbed failure: written on the host
  tool,     // what the tool says when it gives up: written on the host
  setup,    // the log before the first test; a package that is built writes there too
  test      // the log of the tests: raises suspicion, and tells kinds of a lost testbed
};

struct FailureRule {
  std::string id;
  RuleScope scope = RuleScope::setup;
  Outcome outcome = Outcome::infra_unknown;  // of the classes infra and untestable
  Blame blame = Blame::unknown;
  std::vector<int> exit_codes;        // empty: every one that the scope has a say in
  std::vector<RunPhase> phases;       // empty: all
  std::vector<Outcome> failures;      // of a suspicion: FAIL, FAIL_TIMEOUT; empty: both
  std::vector<std::string> patterns;  // parts between "*" that a line has in this order; not empty
  std::vector<std::string> packages;  // globs over the tested source and its triggers; empty: all
  std::vector<std::string> except;    // globs over the tested source
};

using FailureRules = std::vector<FailureRule>;  // the first that fits counts

// Every rule brings its own tests (`hits`, `misses`), and a document whose rules fail them is
// refused. Errors: invalid (names the rule), corrupt (no YAML).
base::Result<FailureRules> parse_failure_rules(std::string_view yaml);

// The rules that come with the program, as text: what a site starts its own from.
std::string_view default_failure_rules();

// The first line of the text that has all parts of one of the rule's patterns, in `text`; "" none.
std::string_view matched_line(const FailureRule& rule, std::string_view text);
bool matches_text(const FailureRule& rule, std::string_view text);
// `sources`: the tested one first, then those of the triggers.
bool concerns(const FailureRule& rule, const std::vector<std::string>& sources);

}  // namespace sluice::adt
