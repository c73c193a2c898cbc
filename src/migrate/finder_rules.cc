#include "migrate/finder_rules.h"

#include <algorithm>
#include <tuple>

namespace sluice::migrate {

FinderRules ubuntu_finder(const Settings& settings) {
  FinderRules rules;
  rules.arch_all_apart = settings.has_arch_all_buildds;
  rules.lists_missing_builds = settings.links_to_launchpad();
  return rules;
}

std::span<const deb::BinaryRef> binaries_on(const deb::SourcePackage& source, ArchIndex arch) {
  const auto range = std::ranges::equal_range(source.binaries, arch, {}, &deb::BinaryRef::arch);
  return {range.begin(), range.end()};
}

std::vector<deb::BinaryRef> sorted_by_name(const deb::Snapshot& snapshot,
                                           std::span<const deb::BinaryRef> binaries) {
  const auto key = [&](deb::BinaryRef ref) {
    const auto& record = snapshot.record(ref);
    return std::tuple(ref.arch, snapshot.text(record.name), snapshot.text(record.version));
  };
  std::vector<deb::BinaryRef> sorted(binaries.begin(), binaries.end());
  std::ranges::sort(sorted, {}, key);
  return sorted;
}

Finding& add_finding(Excuse& excuse, FindingKind kind, Place place, Verdict verdict) {
  auto& finding = excuse.findings.emplace_back();
  finding.kind = kind;
  finding.place = place;
  finding.verdict = verdict;
  return finding;
}

}  // namespace sluice::migrate
