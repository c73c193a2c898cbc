#include "migrate/judge.h"

#include <algorithm>

#include "migrate/candidates.h"
#include "migrate/candidates_debian.h"
#include "migrate/old_libraries.h"
#include "migrate/policies.h"
#include "migrate/propagate.h"
#include "migrate/propagate_debian.h"

namespace sluice::migrate {
namespace {

// The way of one peer, whole.
struct JudgeRules {
  FinderRules finder;
  void (*propagate)(const World&, std::span<Excuse>);
};

JudgeRules rules_of(const World& world) {
  switch (world.settings.rules) {
    case RuleSet::ubuntu: return {ubuntu_finder(world.settings), propagate};
    case RuleSet::debian: return {debian_finder(world), propagate_debian};
  }
  return {};
}

}  // namespace

Judgement judge(const World& world, const Facts& facts) {
  Judgement out;
  out.age = facts.age;
  const auto rules = rules_of(world);
  const auto policies = policies_of(world.settings);
  PolicyRun run{.world = world, .facts = facts, .out = out};
  begin_policies(run);
  find_candidates(run, rules.finder, policies);
  std::ranges::sort(out.excuses, {}, &Excuse::uvname);
  rules.propagate(world, out.excuses);
  for (auto& excuse : out.excuses) {
    excuse.valid = !is_rejected(excuse.verdict);
    if (excuse.valid) out.candidates.push_back(excuse.item);
  }
  out.cruft = old_libraries(world);
  return out;
}

}  // namespace sluice::migrate
