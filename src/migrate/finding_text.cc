#include "migrate/finding_text.h"

namespace sluice::migrate {

std::string text_of(const Finding& finding, const Excuse& excuse, const World& world) {
  // `unsatisfiable_dependency` comes from Debian's finder as well; policies have its sentence.
  const bool by_finder =
      finding.policy == PolicyId::finder && finding.kind != FindingKind::unsatisfiable_dependency;
  return by_finder ? finder_text(finding, excuse, world) : policy_text(finding, excuse, world);
}

}  // namespace sluice::migrate
