// The text list of an excuse. Source: migration 4.7; Debian's: 4.8 "Text".
#include <fmt/format.h>

#include <algorithm>

#include "migrate/finding_text.h"
#include "migrate/reports.h"

namespace sluice::migrate {
namespace {

// Highest verdict first; within one verdict as they appeared.
std::vector<const Finding*> by_verdict(const Excuse& excuse) {
  std::vector<const Finding*> findings;
  for (const auto& finding : excuse.findings)
    if (finding.place == Place::verdict) findings.push_back(&finding);
  std::ranges::stable_sort(findings, std::greater(), &Finding::verdict);
  return findings;
}

std::vector<std::string> ubuntu_texts(const Excuse& excuse, const World& world) {
  std::vector<std::string> texts;
  texts.push_back(fmt::format("Migration status for {} ({} to {}): {}", excuse.uvname,
                              excuse.old_version, excuse.new_version,
                              summary_of(excuse.verdict, RuleSet::ubuntu)));
  if (is_rejected(excuse.verdict)) texts.emplace_back("Issues preventing migration:");
  for (const auto* finding : by_verdict(excuse)) texts.push_back(text_of(*finding, excuse, world));
  bool head = false;
  for (const auto& finding : excuse.findings) {
    if (finding.place != Place::info) continue;
    if (!head) texts.emplace_back("Additional info:");
    head = true;
    texts.push_back(text_of(finding, excuse, world));
  }
  return texts;
}

// Debian's list has neither the age (a head line of the HTML) nor what is ignored (its last lines).
bool is_in_debian_list(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::too_young:
    case FindingKind::old_enough:
    case FindingKind::dependency:
    case FindingKind::ignoring_break_arch_dependency: return false;
    default: return true;
  }
}

std::vector<std::string> debian_texts(const Excuse& excuse, const World& world) {
  std::vector<std::string> texts;
  for (const auto& finding : excuse.findings)
    if (is_in_debian_list(finding)) texts.push_back(text_of(finding, excuse, world));
  return texts;
}

}  // namespace

std::string_view summary_of(Verdict verdict, RuleSet rules) {
  const bool debian = rules == RuleSet::debian;
  switch (verdict) {
    case Verdict::not_applicable:
    case Verdict::pass:
      return "Will attempt migration (Any information below is purely informational)";
    case Verdict::pass_hinted:
      return "Will attempt migration due to a hint (Any information below is purely informational)";
    case Verdict::rejected_temporarily:
      return "Waiting for test results, another package or too young (no action required now - "
             "check "
             "later)";
    case Verdict::rejected_waiting_for_another_item:
      return "Waiting for another item to be ready to migrate (no action required now - check "
             "later)";
    case Verdict::rejected_blocked_by_another_item:
      return "BLOCKED: Cannot migrate due to another item, which is blocked (please check which "
             "dependencies are stuck)";
    case Verdict::rejected_needs_approval:
      return "BLOCKED: Needs an approval (either due to a freeze, the source suite or a manual "
             "hint)";
    case Verdict::rejected_cannot_determine_if_permanent:
      return debian ? "BLOCKED: Maybe temporary, maybe blocked but Britney is missing information "
                      "(check below or the buildds)"
                    : "BLOCKED: Maybe temporary, maybe blocked but Britney is missing information "
                      "(check below)";
    case Verdict::rejected_permanently: break;
  }
  return debian ? "BLOCKED: Rejected/introduces a regression"
                : "BLOCKED: Rejected/violates migration policy/introduces a regression";
}

std::vector<std::string> excuse_texts(const Excuse& excuse, const World& world) {
  return world.settings.rules == RuleSet::debian ? debian_texts(excuse, world)
                                                 : ubuntu_texts(excuse, world);
}

}  // namespace sluice::migrate
