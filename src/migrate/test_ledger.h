// TestLedger: what is known, pending and wanted about tests while a run goes on. It writes into the
// Judgement; flow sends what is wanted afterwards. One per run, one thread. Source:
// migration 4.6.1, 4.6.2, 4.6.6, 4.6.7 (baseline).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "migrate/policies.h"
#include "migrate/test_rules.h"

namespace sluice::migrate {

using adt::kReferenceTrigger;

enum class QueueSize : std::uint8_t { normal, huge };

// Whether a result of this version says nothing, and is not even recorded (Debian's rules with a
// baseline by reference: the version is in no suite; 4.6.1).
bool is_dropped(const World& world, const TestRules& rules, std::string_view source,
                std::string_view version);

class TestLedger {
 public:
  // Works on the results and pending tests of `run.out`. Both must outlive this.
  TestLedger(PolicyRun& run, const TestRules& rules);

  // Fills them from the facts: distrusts what is too old, and records the news that came along.
  void take_over();
  // The same for one stored result that changed.
  void take_over(std::string_view trigger, std::string_view source, std::string_view arch);

  const World& world() const { return world_; }
  const TestRules& rules() const { return rules_; }
  const adt::Results& results() const { return out_.tests; }

  // Null: not known.
  const adt::TestResult* result(std::string_view trigger, std::string_view source,
                                std::string_view arch) const {
    return out_.tests.find(trigger, source, arch);
  }

  // What became of the requests for a test if they ended without a run; else null.
  const std::string* end_of(std::string_view trigger, std::string_view source,
                            std::string_view arch) const;

  // What all results of a source on an architecture say, without baseline by reference.
  static adt::ResultCode baseline_of(const adt::Results::OneSource& results);

  // What the source said before; `none` only with a baseline by reference.
  adt::ResultCode baseline(std::string_view source, std::string_view arch);

  // Requests the test for an item's trigger unless its result is known and final, or its requests
  // ended without a run: they would again. `triggers` is called only for a request; its first
  // element is `trigger`.
  using TriggerList = std::function<const std::vector<std::string>&()>;
  struct Wish {
    std::string_view trigger, source, arch;
    QueueSize size = QueueSize::normal;
  };
  void want(const Wish& wish, const TriggerList& triggers);

  // Requests the reference run of a source unless it is pending, or has ended as above.
  void want_reference(std::string_view source, std::string_view arch);

 private:
  void distrust();
  void distrust(std::string_view trigger, std::string_view source, std::string_view arch,
                const adt::TestResult& result);
  bool is_too_old(const adt::TestResult& result) const;
  bool accept(std::string_view trigger, const adt::TestNews& news);
  void settle(const adt::TestNews& news);
  void fetch(std::string_view source, std::string_view arch);
  bool needs_request(const Wish& wish);
  bool may_retry(const Wish& wish, const adt::TestResult& known);
  void request(const Wish& wish, std::vector<std::string> triggers);
  adt::ResultCode compute_baseline(std::string_view source, std::string_view arch);

  const World& world_;
  const Facts& facts_;
  const AdtSettings& settings_;
  const TestRules& rules_;
  TestLookup* lookup_;  // null: nobody to ask
  Judgement& out_;
  std::int64_t now_;  // seconds since the epoch
  std::string submit_time_, series_;
  std::unordered_set<std::string> asked_;                       // "source/arch"
  std::unordered_map<std::string, adt::ResultCode> baselines_;  // by "source/arch"
};

}  // namespace sluice::migrate
