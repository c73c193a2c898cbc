#include "migrate/difference.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "migrate/rejection_reasons.h"

namespace sluice::migrate {
namespace {

using Named = std::map<std::string, Item>;  // by name with version

Named named(const std::vector<Item>& items, const deb::Snapshot& snapshot) {
  Named all;
  for (const auto& item : items) all.emplace(name_of(item, snapshot), item);
  return all;
}

std::vector<Item> only_in(const Named& some, const Named& others) {
  std::vector<Item> items;
  for (const auto& [name, item] : some)
    if (!others.contains(name)) items.push_back(item);
  return items;
}

template <class Set>
std::vector<std::string> missing_from(const Set& some, const Set& others) {
  std::vector<std::string> names;
  std::ranges::set_difference(some, others, std::back_inserter(names));
  return names;
}

std::vector<std::string> names_only_in(const std::set<NameId>& some, const std::set<NameId>& others,
                                       const deb::Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const auto name : some)
    if (!others.contains(name)) names.emplace_back(snapshot.text(name));
  std::ranges::sort(names);
  return names;
}

std::set<std::string> held_by(const Excuse& excuse) {
  if (excuse.valid || excuse.uvname.empty()) return {};
  const auto reasons = all_rejection_reasons(excuse);
  return {reasons.begin(), reasons.end()};
}

// Only what is about the fate: an excuse that says the same in other words is no change.
std::vector<ExcuseChange> excuse_changes(const Judgement& before, const Judgement& after) {
  const Excuse none;
  std::map<std::string, std::pair<const Excuse*, const Excuse*>> pairs;
  for (const auto& excuse : before.excuses) pairs[excuse.uvname].first = &excuse;
  for (const auto& excuse : after.excuses) pairs[excuse.uvname].second = &excuse;
  std::vector<ExcuseChange> changes;
  for (const auto& [uvname, pair] : pairs) {
    const auto& old = pair.first != nullptr ? *pair.first : none;
    const auto& now = pair.second != nullptr ? *pair.second : none;
    const auto was = held_by(old);
    const auto is = held_by(now);
    if (old.valid == now.valid && was == is) continue;
    changes.push_back({uvname, old.valid, now.valid, missing_from(is, was), missing_from(was, is)});
  }
  return changes;
}

}  // namespace

Difference difference(const Decision& before, const Decision& after,
                      const deb::Snapshot& snapshot) {
  Difference result;
  const auto old = named(before.run.accepted, snapshot);
  const auto now = named(after.run.accepted, snapshot);
  result.moves = only_in(now, old);
  result.stays = only_in(old, now);
  result.excuses = excuse_changes(before.judgement, after.judgement);
  for (ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch) {
    const auto& was = before.uninstallable[arch].all;
    const auto& is = after.uninstallable[arch].all;
    UninstallableChange change{std::string(snapshot.arch_name(arch)),
                               names_only_in(is, was, snapshot), names_only_in(was, is, snapshot)};
    if (!change.broken.empty() || !change.repaired.empty())
      result.uninstallable.push_back(std::move(change));
  }
  return result;
}

}  // namespace sluice::migrate
