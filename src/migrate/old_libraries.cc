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

// Tells of a binary whether its source has moved on without it.
template <class InTarget, class SourceOf>
class LeftBehind {
 public:
  LeftBehind(const World& world, const InTarget& in_target, const SourceOf& source_of)
      : world_(world),
        in_target_(in_target),
        source_of_(source_of),
        primary_(primary_suite(world.snapshot)),
        never_(never_listed(world.settings.rules)) {
    for (std::size_t i = 0; i < world.snapshot.archs.size(); ++i)
      out_of_sync_.push_back(
          world.settings.outofsync.contains(world.snapshot.arch_name(static_cast<ArchIndex>(i)))
              ? 1
              : 0);
  }

  bool operator()(deb::BinaryRef ref) const {
    if (!in_target_(ref)) return false;
    const auto& record = world_.snapshot.record(ref);
    const deb::SourcePackage* source = source_of_(record.source);
    if (source != nullptr && source->version == record.source_version) return false;
    if (out_of_sync_[ref.arch] != 0 && primary_ != nullptr &&
        primary_->binary(ref.arch, record.name).valid())
      return false;
    const auto name = world_.snapshot.text(record.source);
    return std::ranges::none_of(never_, [&](auto prefix) { return name.starts_with(prefix); });
  }

 private:
  const World& world_;
  const InTarget& in_target_;
  const SourceOf& source_of_;
  const deb::Suite* primary_;
  std::span<const std::string_view> never_;
  std::vector<std::uint8_t> out_of_sync_;  // by ArchIndex
};

Item removal_of(deb::BinaryRef ref, const deb::Snapshot& snapshot) {
  const auto& record = snapshot.record(ref);
  return {ItemKind::cruft_removal, record.name, record.version, deb::kTarget, ref.arch};
}

// Walks the pkg-ids of each architecture in the order of loading, which is the order of memory.
template <class InTarget, class SourceOf>
std::vector<Item> list(const World& world, const InTarget& in_target, const SourceOf& source_of) {
  const auto& snapshot = world.snapshot;
  const LeftBehind is_left_behind(world, in_target, source_of);
  std::vector<Item> items;
  for (std::size_t i = 0; i < snapshot.archs.size(); ++i)
    for (std::size_t p = 0; p < snapshot.archs[i].records.size(); ++p) {
      const deb::BinaryRef ref{static_cast<ArchIndex>(i), deb::PackageIndex(p)};
      if (is_left_behind(ref)) items.push_back(removal_of(ref, snapshot));
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

std::vector<Item> old_libraries_now(const World& world, const SourceNow& source_now,
                                    std::vector<Item> known,
                                    std::span<const deb::BinaryRef> others) {
  const auto in_target = [&](deb::BinaryRef ref) { return world.in_target(ref); };
  const LeftBehind is_left_behind(world, in_target, source_now);
  for (const auto ref : others)
    if (is_left_behind(ref)) known.push_back(removal_of(ref, world.snapshot));
  sort_by_uvname(known, world.snapshot);
  return known;
}

}  // namespace sluice::migrate
