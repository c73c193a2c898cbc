#include "migrate/excuse.h"

#include <algorithm>

namespace sluice::migrate {

DependencyWords words_of(DependencyType type) {
  switch (type) {
    case DependencyType::depends: return {"Depends", "depends", "dependency"};
    case DependencyType::build_depends:
      return {"Build-Depends(-Arch)", "build-depends", "build-dependency"};
    case DependencyType::build_depends_indep:
      return {"Build-Depends-Indep", "build-depends-indep", "build-dependency (indep)"};
    case DependencyType::built_using: return {"Built-Using", "built-using", "built-using"};
    case DependencyType::implicit:
      return {"Implicit dependency", "implicit-dependency", "implicit-dependency"};
  }
  return {};
}

bool ExcuseDependency::valid() const {
  return std::ranges::any_of(alternatives, &Alternative::valid);
}

bool ExcuseDependency::possible() const {
  return std::ranges::any_of(alternatives, &Alternative::possible);
}

// A dependency without alternatives cannot be met at all.
Verdict ExcuseDependency::verdict() const {
  auto least = Verdict::rejected_permanently;
  for (const auto& alternative : alternatives) least = std::min(least, alternative.verdict);
  return least;
}

void Excuse::raise(Verdict to) {
  verdict = worst(verdict, to);
  if (forced && is_rejected(verdict)) verdict = Verdict::pass_hinted;
}

Verdict Excuse::tentative_verdict() const {
  auto most = Verdict::not_applicable;
  for (const auto& [policy, its] : policy_verdicts) most = worst(most, its);
  return most;
}

}  // namespace sluice::migrate
