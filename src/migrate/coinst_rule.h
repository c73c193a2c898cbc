// CoinstRule: the stricter rule of --coinst. What could be installed together in the target can
// still be after a change. Source: docs/adr/0025-coinstallability.md; migration 9.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "migrate/target.h"
#include "migrate/why_chain.h"
#include "solve/coinstallability.h"

namespace sluice::migrate {

// Two binaries that could be installed together before, as they are after the change, and why they
// cannot be now. The first comes first by name.
struct BrokenPair {
  deb::BinaryRef first, second;
  std::vector<solve::Fact> facts;
  Chain chain;
};

class CoinstRule {
 public:
  // `target` is the world's own, as it changes; `allow_uninst`: names by ArchIndex that no rule
  // protects. References must outlive this.
  CoinstRule(const World& world, const TargetState& target,
             const std::vector<std::set<NameId>>& allow_uninst);

  // Pairs that were broken since the mark, which is the last one: sorted, at most `pairs_max`, none
  // only if there is none. A package counts where the counters count it (5.4).
  std::vector<solve::PackagePair> broken_since(const TargetState::Mark& since, ArchIndex arch,
                                               std::size_t pairs_max);
  // Why; the pair is broken now.
  BrokenPair explain(ArchIndex arch, const solve::PackagePair& pair,
                     const std::function<std::string(deb::BinaryRef)>& item_of);

 private:
  solve::Coinstallability& tester(ArchIndex arch);

  const World& world_;
  const TargetState& target_;
  const std::vector<std::set<NameId>>& allow_uninst_;
  std::vector<std::unique_ptr<solve::Coinstallability>> testers_;  // made when needed
  std::vector<std::unique_ptr<solve::Explainer>> explainers_;      // made when needed
};

}  // namespace sluice::migrate
