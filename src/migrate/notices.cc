#include "migrate/notices.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "migrate/mail_due.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

bool is_of_primary(const Excuse& excuse) {
  return excuse.item.kind == ItemKind::source && excuse.item.suite == kPrimary;
}

}  // namespace

std::optional<StuckVersion> stuck_version(const Excuse& excuse) {
  if (!is_of_primary(excuse) || !excuse.days_old || excuse.reasons.contains("block"))
    return std::nullopt;
  if (excuse.tentative_verdict() == Verdict::rejected_temporarily) return std::nullopt;
  const auto kind = excuse.valid ? StuckKind::valid : StuckKind::invalid;
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
