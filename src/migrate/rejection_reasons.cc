#include "migrate/rejection_reasons.h"

#include <string_view>

namespace sluice::migrate {
namespace {

using migrate::FindingKind;

// The finder's statements that reject; "" for those that only inform.
std::string_view key_of_kind(FindingKind kind) {
  if (kind == FindingKind::missing_build || kind == FindingKind::not_yet_built)
    return "missingbuild";
  if (kind == FindingKind::old_binaries_left || kind == FindingKind::old_cruft) return "cruft";
  if (kind == FindingKind::wrong_source) return "wrong-source";
  if (kind == FindingKind::not_downgrading) return "not-downgrading";
  if (kind == FindingKind::removal_request || kind == FindingKind::trying_to_remove)
    return "removal";
  if (kind == FindingKind::unsatisfiable_dependency) return "depends";
  return "";
}

}  // namespace

std::set<std::string> rejection_reasons(const migrate::Excuse& excuse) {
  std::set<std::string> reasons(excuse.reasons.begin(), excuse.reasons.end());
  if (!excuse.missing_builds.empty()) reasons.emplace("missingbuild");
  return reasons.empty() ? all_rejection_reasons(excuse) : reasons;
}

std::set<std::string> all_rejection_reasons(const migrate::Excuse& excuse) {
  std::set<std::string> reasons(excuse.reasons.begin(), excuse.reasons.end());
  if (!excuse.missing_builds.empty()) reasons.emplace("missingbuild");
  for (const auto& [policy, verdict] : excuse.policy_verdicts)
    if (is_rejected(verdict)) reasons.emplace(text_of(policy));
  for (const auto& finding : excuse.findings)
    if (const auto key = key_of_kind(finding.kind); !key.empty()) reasons.emplace(key);
  if (reasons.empty()) reasons.emplace("other");
  return reasons;
}

}  // namespace sluice::migrate
