#include "migrate/notices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "migrate/mail_due.h"
#include "migrate/policy_queries.h"
#include "migrate/why.h"

namespace sluice::migrate {
namespace {

bool is_of_primary(const Excuse& excuse) {
  return excuse.item.kind == ItemKind::source && excuse.item.suite == kPrimary;
}

// As the peers' policy sees it, which is the last one: verdicts of policies are put together after
// it (4.4), so that only builds and whatever else the finder looks at make a version invalid.
bool is_valid_before_policies(const Excuse& excuse) {
  return std::ranges::none_of(excuse.findings, [](const Finding& finding) {
    return finding.policy == PolicyId::finder && is_rejected(finding.verdict) &&
           !is_about_others(finding.kind);
  });
}

}  // namespace

std::optional<StuckVersion> stuck_version(const Excuse& excuse) {
  if (!is_of_primary(excuse) || !excuse.days_old || excuse.reasons.contains("block"))
    return std::nullopt;
  if (excuse.tentative_verdict() == Verdict::rejected_temporarily) return std::nullopt;
  const auto kind = is_valid_before_policies(excuse) ? StuckKind::valid : StuckKind::invalid;
  const auto days = static_cast<std::int64_t>(std::floor(*excuse.days_old));
  if (days < stuck_from(kind)) return std::nullopt;
  return StuckVersion{days, mail_due(days, kind)};
}

std::vector<std::string> final_regressions(const Excuse& excuse) {
  if (!is_of_primary(excuse) || !excuse.reasons.contains("autopkgtest")) return {};
  std::vector<std::string> lines;
  for (const auto& finding : excuse.findings) {
    if (finding.kind != FindingKind::test_results) continue;
    std::vector<std::string> archs;
    for (const auto& test : finding.tests) {
      if (test.status == TestStatus::running) return {};
      if (test.status == TestStatus::regression) archs.push_back(test.arch);
    }
    if (archs.empty()) continue;
    const auto& test = finding.tests.front();
    lines.push_back(fmt::format("{}{}{} ({})", test.source, test.version.empty() ? "" : "/",
                                test.version, base::join(archs, ", ")));
  }
  return lines;
}

}  // namespace sluice::migrate
