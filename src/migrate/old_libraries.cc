#include "migrate/old_libraries.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "migrate/target.h"

namespace sluice::migrate {
namespace {

// Ubuntu keeps old kernels' meta packages and restricted modules until a person removes them.
constexpr std::array<std::string_view, 2> kUbuntuNeverListed = {"linux-meta",
                                                                "linux-restricted-modules"};

std::span<const std::string_view> never_listed(RuleSet rules) {
  switch (rules) {
    case RuleSet::ubuntu: return kUbuntuNeverListed;
    case RuleSet::debian: return {};
  }
  return {};
}

const deb::Suite* primary_suite(const deb::Snapshot& snapshot) {
  for (const auto& suite : snapshot.suites)
    if (suite.suite_class == deb::SuiteClass::primary) return &suite;
  return nullptr;
}

void sort_by_uvname(std::vector<Item>& items, const deb::Snapshot& snapshot) {
  std::vector<std::pair<std::string, Item>> keyed;
  for (const auto& item : items) keyed.emplace_back(uvname(item, snapshot), item);
  std::ranges::sort(keyed, [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    return snapshot.text(a.second.version) < snapshot.text(b.second.version);
  });
  std::ranges::transform(keyed, items.begin(), [](const auto& pair) { return pair.second; });
}

// Walks the pkg-ids of each architecture in the order of loading, which is the order of memory.
template <class InTarget, class SourceOf>
std::vector<Item> list(const World& world, InTarget in_target, SourceOf source_of) {
  const auto& snapshot = world.snapshot;
  const auto* primary = primary_suite(snapshot);
  const auto exempt = never_listed(world.settings.rules);
  std::vector<Item> items;
  for (std::size_t i = 0; i < snapshot.archs.size(); ++i) {
    const auto arch = static_cast<ArchIndex>(i);
    const bool out_of_sync = world.settings.outofsync.contains(snapshot.arch_name(arch));
    for (std::size_t p = 0; p < snapshot.archs[i].records.size(); ++p) {
      const deb::BinaryRef ref{arch, deb::PackageIndex(p)};
      if (!in_target(ref)) continue;
      const auto& record = snapshot.record(ref);
      const deb::SourcePackage* source = source_of(record.source);
      if (source != nullptr && source->version == record.source_version) continue;
      if (out_of_sync && primary != nullptr && primary->binary(arch, record.name).valid()) continue;
      const auto name = snapshot.text(record.source);
      if (std::ranges::any_of(exempt, [&](auto prefix) { return name.starts_with(prefix); }))
        continue;
      items.push_back({ItemKind::cruft_removal, record.name, record.version, deb::kTarget, arch});
    }
  }
  sort_by_uvname(items, snapshot);
  return items;
}

}  // namespace

std::vector<Item> old_libraries(const World& world) {
  const auto& target = world.target();
  return list(
      world,
      [&](deb::BinaryRef ref) {
        return target.binary(ref.arch, world.snapshot.record(ref).name) == ref.package;
      },
      [&](NameId name) { return target.source(name); });
}

std::vector<Item> old_libraries_now(const World& world, const SourceNow& source_now) {
  return list(world, [&](deb::BinaryRef ref) { return world.in_target(ref); }, source_now);
}

}  // namespace sluice::migrate
