// Where the two rule sets differ about tests, as one value that is chosen once. Source: migration
// 4.6, 4.8 (paragraph autopkgtest).
#pragma once

#include "migrate/rules.h"
#include "migrate/test_status.h"

namespace sluice::migrate {

class TestLedger;
struct TestQuestion;

struct TestRules {
  // Selection (4.6.4).
  bool own_tests_need_package;  // own tests only where the item has a package
  bool meta_in_source_suite;    // a kernel's meta source counts there too
  bool gcc_of_any_number;       // gcc-12, not only gcc-9
  bool gcc_sorted;
  bool special_sources;  // rules for i386, rust-coreutils, companions of linux-meta*
  // Trigger list (4.6.5).
  bool triggers_must_differ;  // from the target's version
  // Requesting and results (4.6.1, 4.6.6).
  bool requests_have_time;
  bool distrusted_are_dropped;  // else they become OLD_*
  // Status (4.6.7).
  TestStatus (*of_failure)(TestLedger& ledger, const TestQuestion& question);
  bool blacklisted_is_special;  // as version of a force-badtest hint
  // Evaluation and links (4.6.3, 4.6.8).
  bool uninstallable_delays;
  bool ignored_are_shown;
  bool reference_has_retry;
  bool logs_in_swift;
};

TestRules test_rules_of(RuleSet rules);

}  // namespace sluice::migrate
