// TestDesk: all that the autopkgtest policy keeps between the items of one run. Internal to the
// policy. Source: migration 4.6.
#pragma once

#include <vector>

#include "migrate/policies.h"
#include "migrate/test_answer.h"
#include "migrate/test_index.h"
#include "migrate/test_ledger.h"
#include "migrate/test_links.h"
#include "migrate/test_selection.h"
#include "migrate/touched.h"

namespace sluice::migrate {

class TestDesk {
 public:
  // Both must outlive this.
  TestDesk(PolicyRun& run, TestsOfArchive& tests);
  TestDesk(const TestDesk&) = delete;
  TestDesk& operator=(const TestDesk&) = delete;

  // ADT_ARCHES, as far as the run has them, in their order.
  const std::vector<ArchIndex>& archs() const { return archs_; }
  const TestRules& rules() const { return rules_; }

  // One result of the facts is another now (JudgeScope::some_items).
  void take_over(const TestKey& key) { ledger_.take_over(key.trigger, key.source, key.arch); }

  // Selects the item's tests on one architecture, requests what is missing, and appends what is
  // known of each to `outcomes`.
  void add_tests(const Excuse& excuse, ArchIndex arch, std::vector<TestOutcome>& outcomes);

 private:
  void find_archs();
  const std::string* end_of(const TestQuestion& question, TestStatus status) const;
  TestOutcome outcome_of(const TestQuestion& question);

  const World& world_;
  PolicyRun& run_;
  TestRules rules_;
  TestIndex& index_;
  TestSelection selection_;
  TestLedger ledger_;
  TestLinks links_;
  std::vector<ArchIndex> archs_;
};

}  // namespace sluice::migrate
