// Bugs on Launchpad that block an item or merely concern it. Source: migration 4.5.9 (block-bugs),
// 4.5.10 (update-excuse).
#include "migrate/policy_list.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

struct Wording {
  PolicyId policy;
  FindingKind kind;
  Place place;
  Verdict verdict;
};

// Notes every bug of the item's source; false if there is none.
bool note_bugs(const World& world, Excuse& excuse, const ByName<std::vector<LaunchpadBug>>& facts,
               const Wording& wording) {
  const auto at = facts.find(package_of(world, excuse));
  if (at == facts.end() || at->second.empty()) return false;
  auto& info = excuse.policy_info[wording.policy];
  for (const auto& bug : at->second) {
    info[bug.bug] = bug.seconds;
    auto& finding =
        add_finding(excuse, wording.policy, wording.kind, wording.place, wording.verdict);
    finding.words = {bug.bug};
    finding.days = static_cast<double>(bug.seconds);
  }
  return true;
}

}  // namespace

Verdict block_bugs_on_source(PolicyRun& run, Excuse& excuse) {
  const bool found = note_bugs(run.world, excuse, run.facts.blocks,
                               {PolicyId::block_bugs, FindingKind::block_bug, Place::verdict,
                                Verdict::rejected_permanently});
  if (!found) return Verdict::pass;
  excuse.reasons.insert("block");
  return Verdict::rejected_permanently;
}

Verdict update_excuse_on_source(PolicyRun& run, Excuse& excuse) {
  note_bugs(
      run.world, excuse, run.facts.excuse_bugs,
      {PolicyId::update_excuse, FindingKind::excuse_bug, Place::info, Verdict::not_applicable});
  return Verdict::pass;
}

}  // namespace sluice::migrate
