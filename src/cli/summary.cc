#include "cli/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace sluice::cli {
namespace {

// More names than this do not help anybody who reads a terminal.
constexpr std::size_t kNamesShown = 8;

constexpr std::array<std::pair<std::string_view, std::string_view>, 24> kReasons{{
    {"age", "too young"},
    {"autopkgtest", "tests failed or are running"},
    {"block", "a hint or a freeze"},
    {"block-bugs", "a bug asks for it"},
    {"build-depends", "a build dependency that is not there, or that is blocked itself"},
    {"build-depends-indep", "a build dependency that is not there, or that is blocked itself"},
    {"builtonbuildd", "binaries that were not built on a builder"},
    {"built-using", "built with a source that is not there"},
    {"cruft", "old binaries are left in the source suite"},
    {"depends", "a dependency that cannot be satisfied, or that is blocked itself"},
    {"implicit-dependency", "would break a package that has no fix"},
    {"implicit-deps", "would break a package that has no fix"},
    {"linux-meta-not-ready", "the meta package of the kernel is not ready"},
    {"missingbuild", "not built on every architecture"},
    {"newerintesting", "the target suite has a newer version"},
    {"no-binaries", "has no binaries on any architecture"},
    {"not-downgrading", "a binary of the target suite is newer"},
    {"other", "see the excuses"},
    {"piuparts", "installing or removing it fails"},
    {"rc-bugs", "new release critical bugs"},
    {"removal", "a hint removes it"},
    {"skiptest", "tests were skipped by a hint"},
    {"source-ppa", "waits for another item of the same PPA"},
    {"wrong-source", "binaries that another version of the source built"},
}};

std::string names_text(const std::vector<std::string>& names) {
  const auto shown = std::min(names.size(), kNamesShown);
  std::string text = base::join(std::span(names).first(shown), " ");
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

// "2,655": thousands are easier to read apart.
std::string counted(std::int64_t number) {
  auto digits = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

// Most frequent first, then by key.
std::vector<std::pair<std::string, std::int64_t>> reasons_by_count(
    const flow::BatchSummary& summary) {
  std::vector<std::pair<std::string, std::int64_t>> reasons(summary.rejected_by_reason.begin(),
                                                            summary.rejected_by_reason.end());
  std::ranges::sort(reasons, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return reasons;
}

std::string heading(const RunContext& context) {
  std::string text;
  for (const auto& note : context.notes) text += note + "\n";
  text += fmt::format("Migration from {} to {}", context.source, context.target);
  if (!context.archive.empty()) text += " of " + context.archive;
  text += " (" + base::join(context.architectures, " ") + ")";
  if (!context.date.empty()) text += ", as of " + context.date;
  return text + "\n\n";
}

std::string reasons_text(const flow::BatchSummary& summary) {
  if (summary.rejected_by_reason.empty()) return {};
  std::string text = "\nWhat blocks the rest (one may have several reasons):\n";
  for (const auto& [key, count] : reasons_by_count(summary))
    text += fmt::format("  {:>7}  {:<20} {}\n", counted(count), key, meaning_of_reason(key));
  return text;
}

std::string groups_text(const flow::BatchSummary& summary) {
  const auto groups = largest_groups(summary);
  if (groups.empty()) return "\nNothing has to move together.\n";
  std::string text = "\nThe largest groups that move together:\n";
  for (const auto& group : groups)
    text += fmt::format("  {:>7}  {}\n", group.size(), names_text(group));
  return text;
}

std::string uninstallable_text(const flow::BatchSummary& summary) {
  std::string text = "\nUninstallable in the target, before and after:\n";
  for (const auto& [arch, counts] : summary.uninstallable)
    text += fmt::format("  {:>7}  {} -> {}\n", arch, counted(counts.first), counted(counts.second));
  return summary.uninstallable.empty() ? std::string() : text;
}

}  // namespace

std::string_view meaning_of_reason(std::string_view key) {
  for (const auto& [name, meaning] : kReasons)
    if (name == key) return meaning;
  return {};
}

std::vector<std::vector<std::string>> largest_groups(const flow::BatchSummary& summary) {
  std::vector<std::vector<std::string>> groups;
  for (auto group : summary.groups) {
    if (group.size() < 2) continue;
    std::ranges::sort(group);
    groups.push_back(std::move(group));
  }
  std::ranges::sort(groups, [](const auto& a, const auto& b) {
    return a.size() != b.size() ? a.size() > b.size() : a.front() < b.front();
  });
  if (groups.size() > kGroupsShown) groups.resize(kGroupsShown);
  return groups;
}

std::string summary_text(const flow::BatchSummary& summary, const RunContext& context) {
  auto text = heading(context);
  text += fmt::format("  {:>7}  sources are newer in {}\n", counted(summary.newer_sources),
                      context.source);
  text += fmt::format("  {:>7}  items may migrate, of {} judged\n", counted(summary.candidates),
                      counted(summary.excuses));
  text += fmt::format("  {:>7}  items do\n", counted(summary.accepted));
  if (!summary.not_accepted.empty())
    text += fmt::format("  {:>7}  may, but something would become uninstallable: {}\n",
                        counted(static_cast<std::int64_t>(summary.not_accepted.size())),
                        names_text(summary.not_accepted));
  text += reasons_text(summary) + groups_text(summary) + uninstallable_text(summary);
  text += "\nFiles in " + context.directory + ":\n";
  for (const auto& output : summary.outputs) text += "  " + output + "\n";
  if (context.log_warnings + context.log_errors > 0)
    text += fmt::format("\nThe log has {} warnings and {} errors.\n", counted(context.log_warnings),
                        counted(context.log_errors));
  return text;
}

codec::Value summary_value(const flow::BatchSummary& summary, const RunContext& context) {
  codec::Map reasons, uninstallable, out;
  codec::List groups;
  for (const auto& [key, count] : summary.rejected_by_reason) reasons[key] = count;
  for (const auto& [arch, counts] : summary.uninstallable)
    uninstallable[arch] = codec::Map{{"before", counts.first}, {"after", counts.second}};
  for (const auto& group : largest_groups(summary)) groups.emplace_back(codec::list_of(group));
  out["accepted"] = summary.accepted;
  out["architectures"] = codec::list_of(context.architectures);
  out["archive"] = context.archive;
  out["candidates"] = summary.candidates;
  out["date"] = context.date;
  out["directory"] = context.directory;
  out["excuses"] = summary.excuses;
  out["files"] = codec::list_of(summary.outputs);
  out["largest-groups"] = std::move(groups);
  out["log-errors"] = context.log_errors;
  out["log-warnings"] = context.log_warnings;
  out["newer-sources"] = summary.newer_sources;
  out["not-accepted"] = codec::list_of(summary.not_accepted);
  out["notes"] = codec::list_of(context.notes);
  out["rejected-by-reason"] = std::move(reasons);
  out["source"] = context.source;
  out["target"] = context.target;
  out["uninstallable"] = std::move(uninstallable);
  return out;
}

}  // namespace sluice::cli
