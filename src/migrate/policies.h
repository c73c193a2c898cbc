// Policies: functions of facts that return findings. Source: migration 4.4, 4.5, 4.8. The list of a
// run is one explicit ordered array; adding a policy cannot break another.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "migrate/judge.h"

namespace sluice::migrate {

// What a policy may touch while a run goes on: later items see what earlier ones left (first-seen
// dates, PPA groups, meta packages of kernels).
// Who asked for what while items were judged; items are numbered in the order of judging, as they
// stand in `out.excuses` before those are sorted.
struct JudgeTrace {
  std::vector<std::size_t> wanted_end, messages_end;     // by item: their number when it was judged
  std::vector<std::pair<NameId, std::uint32_t>> tested;  // source with a test of the item
};

// Whether a run judges from nothing, or some items of an archive that was judged before: then
// `out.tests` and `out.pending` are up to date, nobody is asked, and no news have come.
enum class JudgeScope : std::uint8_t { everything, some_items };

struct PolicyRun {
  const World& world;
  const Facts& facts;
  Judgement& out;  // age, source_ppas, wanted, messages

  // Asks the finder to invalidate an excuse that was already judged (4.5.11, 4.5.12).
  struct Invalidation {
    std::string uvname;
    Finding finding;
    std::string reason;
  };
  std::vector<Invalidation> invalidations = {};

  // Asks the finder to complete the policy_info of an excuse that was already judged (4.5.11).
  struct InfoUpdate {
    std::string uvname;
    PolicyId policy;
    std::string key, value;
  };
  std::vector<InfoUpdate> info_updates = {};
  // State between items, one block per policy that needs it; only its own file touches it.
  struct Memory;
  std::shared_ptr<Memory> memory = nullptr;
  JudgeScope scope = JudgeScope::everything;
  JudgeTrace* trace = nullptr;  // null: nobody wants to know
};

// What runs for a source item (4.4). An item of one architecture gets on_arch alone, whatever the
// scope, and nothing where that is null.
enum class PolicyScope : std::uint8_t { source_only, every_arch, both };

struct PolicySpec {
  PolicyId id;
  bool additional_suites;  // applies to TPU/PU items too
  PolicyScope scope;
  // Null where the scope has no such call. They append findings, reasons and info to the excuse and
  // return the verdict of this call.
  Verdict (*on_source)(PolicyRun&, Excuse&);
  Verdict (*on_arch)(PolicyRun&, Excuse&, ArchIndex);
};

// The policies of this run, in order (4.4).
std::vector<PolicySpec> policies_of(const Settings& settings);

// Before the first item.
void begin_policies(PolicyRun& run);

// Runs them all on one excuse and raises its verdict afterwards.
void run_policies(PolicyRun& run, std::span<const PolicySpec> policies, Excuse& excuse);

}  // namespace sluice::migrate
