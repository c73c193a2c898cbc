// The sentences about tests. Source: migration 4.6.3, 4.6.8.
#include <fmt/format.h>

#include "base/text.h"
#include "codec/html.h"
#include "migrate/finding_text.h"
#include "migrate/policy_queries.h"

namespace sluice::migrate {
namespace {

std::string need_build(const std::string& arch) {
  if (arch.empty()) return "nothing built yet, autopkgtest delayed";
  return fmt::format("arch:{} not built yet, autopkgtest delayed{}", arch,
                     arch == "all" ? "" : " there");
}

std::string uninstallable(const Finding& finding) {
  return fmt::format("uninstallable on arch {}, {}", finding.arch,
                     finding.place == Place::verdict ? "autopkgtest delayed there"
                                                     : "not running autopkgtest there");
}

// What has ended is not in progress, whatever the status has to say to the peers' readers.
std::string label_text(const TestOutcome& test) {
  if (test.end.empty()) return std::string(label_of(test.status));
  const auto end = codec::escape_html(test.end);
  if (test.status == TestStatus::running_reference)
    return "Reference test " + end + ", but real test failed already";
  if (test.status == TestStatus::running_always_fail)
    return "Test " + end + " (would not be considered a regression)";
  return "Test " + end;
}

// One architecture: its history, its log, and what can be done about it.
std::string outcome_text(const TestOutcome& test) {
  auto text = test.history_url.empty()
                  ? test.arch
                  : fmt::format(R"(<a href="{}">{}</a>)", test.history_url, test.arch);
  text += fmt::format(R"(: <a href="{}"><span style="background:#{}">{}</span></a>)", test.log_url,
                      color_of(test.status), label_text(test));
  if (!test.retry_url.empty())
    text += fmt::format(R"( <a href="{}" style="text-decoration: none;">♻ </a> )", test.retry_url);
  if (!test.artifact_url.empty())
    text += fmt::format(R"( <a href="{}">[artifacts]</a>)", test.artifact_url);
  return text;
}

std::string results_text(const std::vector<TestOutcome>& tests) {
  if (tests.empty()) return "";
  std::vector<std::string> archs;
  for (const auto& test : tests) archs.push_back(outcome_text(test));
  const auto& first = tests.front();
  return fmt::format("autopkgtest for {}{}{}: {}", first.source, first.version.empty() ? "" : "/",
                     first.version, base::join(std::span<const std::string>(archs), ", "));
}

}  // namespace

std::string tests_text(const Finding& finding, const Excuse& excuse, const World& world) {
  if (finding.kind == FindingKind::tests_need_build) return need_build(finding.arch);
  if (finding.kind == FindingKind::tests_uninstallable) return uninstallable(finding);
  if (finding.kind == FindingKind::tests_skipped)
    return fmt::format("Should wait for tests relating to {} {}, but forced by {}",
                       package_of(world, excuse), version_of(world, excuse), finding.user);
  return results_text(finding.tests);
}

}  // namespace sluice::migrate
