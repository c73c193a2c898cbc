// NONINST_STATUS and --print-uninst: which target packages are uninstallable. Source:
// migration 8.4, 8.5.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "migrate/reports.h"

namespace sluice::migrate {
namespace {

std::vector<std::string_view> sorted_texts(const std::set<NameId>& names,
                                           const deb::Snapshot& snapshot) {
  std::vector<std::string_view> texts;
  texts.reserve(names.size());
  for (const auto name : names) texts.push_back(snapshot.text(name));
  std::ranges::sort(texts);
  return texts;
}

void append_names(std::string& out, std::string_view key, const std::set<NameId>& names,
                  const deb::Snapshot& snapshot) {
  const auto texts = sorted_texts(names, snapshot);
  fmt::format_to(std::back_inserter(out), "{}: {}\n", key, fmt::join(texts, " "));
}

// (source, source version) -> the uninstallable binaries that were built from it.
using BySource =
    std::map<std::pair<std::string_view, std::string_view>, std::set<std::string_view>>;

BySource by_source(const TargetState& target, ArchIndex arch) {
  const auto& snapshot = target.snapshot();
  BySource sources;
  for (const auto name : target.nuninst(arch).counted) {
    const auto package = target.binary(arch, name);
    if (!package.valid()) continue;
    const auto& record = snapshot.record(arch, package);
    sources[{snapshot.text(record.source), snapshot.text(record.source_version)}].insert(
        snapshot.text(name));
  }
  return sources;
}

}  // namespace

std::string noninst_status(const TargetState& target, base::Instant now) {
  const auto& snapshot = target.snapshot();
  const auto stamp = base::stamp_of(now);
  auto out = fmt::format("Built on: {}\nLast update: {}\n\n", stamp, stamp);
  for (std::size_t i = 0; i < snapshot.archs.size(); ++i) {
    const auto arch = static_cast<ArchIndex>(i);
    const std::string name(snapshot.arch_name(arch));
    append_names(out, name, target.nuninst(arch).counted, snapshot);
    append_names(out, name + "+all", target.nuninst(arch).all, snapshot);
  }
  return out;
}

std::string uninst_report(const TargetState& target) {
  const auto& snapshot = target.snapshot();
  std::string out;
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (std::size_t i = 0; i < snapshot.archs.size(); ++i) {
    const auto arch = static_cast<ArchIndex>(i);
    counts.emplace_back(snapshot.arch_name(arch), target.nuninst(arch).counted.size());
    out += fmt::format("* {}\n", snapshot.arch_name(arch));
    for (const auto& [source, names] : by_source(target, arch))
      out += fmt::format("  {} ({}): {}\n", source.first, source.second, fmt::join(names, " "));
    out += '\n';
  }
  return out + uninst_summary(counts);
}

std::string uninst_summary(std::span<const std::pair<std::string, std::size_t>> counts) {
  std::string out = "* summary\n";
  for (const auto& [arch, count] : counts) out += fmt::format("{:4} {}\n", count, arch);
  return out;
}

}  // namespace sluice::migrate
