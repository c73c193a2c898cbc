#include "solve/comparison.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sluice::solve {

Comparison::Comparison(const deb::Snapshot& snapshot, const Universe& universe,
                       const Installability& installability)
    : snapshot_(snapshot),
      universe_(universe),
      installability_(installability),
      before_(universe.size()),
      weakened_(universe.set_count()),
      search_before_(universe, before_),
      search_after_(universe, installability.usable()) {
  for (std::uint32_t p = 0; p < universe.size(); ++p)
    if (universe.essential(PackageIndex(p))) essential_ids_.emplace_back(p);
}

PackageIndex Comparison::image(PackageIndex old) const {
  if (after(old)) return old;
  const auto at = image_.find(old.value);
  return at == image_.end() ? PackageIndex() : at->second;
}

PackageIndex Comparison::origin(PackageIndex now) const {
  if (before(now)) return now;
  const auto at = origin_.find(now.value);
  return at == origin_.end() ? PackageIndex() : at->second;
}

bool Comparison::start(Installability::Mark since) {
  change_ = installability_.usable_change_since(since);
  if (change_.lost.empty() && change_.gained.empty()) return false;
  before_ = installability_.usable();
  for (const auto p : change_.lost) before_[p.value] = 1;
  for (const auto p : change_.gained) before_[p.value] = 0;
  const auto name_of = [&](PackageIndex p) { return snapshot_.record(universe_.arch(), p).name; };
  std::unordered_map<std::uint32_t, PackageIndex> gained_by_name;
  for (const auto p : change_.gained) gained_by_name.emplace(name_of(p).value, p);
  image_.clear();
  origin_.clear();
  for (const auto p : change_.lost) {
    const auto now = gained_by_name.find(name_of(p).value);
    if (now == gained_by_name.end()) continue;
    image_.emplace(p.value, now->second);
    origin_.emplace(now->second.value, p);
  }
  essentials_before_.clear();
  essentials_after_.clear();
  for (const auto p : essential_ids_) {
    if (before(p)) essentials_before_.push_back(p);
    if (after(p)) essentials_after_.push_back(p);
  }
  find_weakened();
  return !change_.lost.empty() || essentials_before_ != essentials_after_;
}

void Comparison::find_weakened() {
  for (const auto set : weakened_list_) weakened_[set.value] = 0;
  weakened_list_.clear();
  for (const auto old : change_.lost) {
    const auto sets = universe_.sets_with(old);
    const auto now = image(old);
    const auto kept = now.valid() ? universe_.sets_with(now) : std::span<const SetIndex>();
    std::ranges::set_difference(sets, kept, std::back_inserter(weakened_list_));
  }
  for (const auto set : weakened_list_) weakened_[set.value] = 1;
}

// Whoever has the old package has a member of the set, whatever was chosen.
bool Comparison::implied(PackageIndex old, SetIndex set) const {
  const auto members = universe_.members(set);
  const auto leads_in = [&](PackageIndex m) {
    if (!before(m)) return true;
    const auto now = image(m);
    return now.valid() && std::ranges::binary_search(members, now);
  };
  return std::ranges::any_of(universe_.depends(old), [&](const DependencyClause& clause) {
    if (clause.set == set) return !weakened(set);
    return std::ranges::all_of(universe_.members(clause.set), leads_in);
  });
}

std::vector<Comparison::Need> Comparison::needs() const {
  std::vector<Need> all;
  for (const auto set : weakened_list_)
    for (const auto dependent : universe_.dependents(set))
      if (before(dependent) && after(dependent)) all.push_back({dependent, set});
  for (const auto now : change_.gained) {
    const auto old = origin(now);
    if (!old.valid()) continue;
    for (const auto& clause : universe_.depends(now))
      if (!implied(old, clause.set)) all.push_back({now, clause.set});
  }
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

bool Comparison::together_before(PackageIndex a, PackageIndex b) {
  auto goals = essentials_before_;
  goals.insert(goals.begin(), {a, b});
  return search_before_.solve(goals).has_value();
}

bool Comparison::together_after(PackageIndex a, PackageIndex b) {
  auto goals = essentials_after_;
  goals.insert(goals.begin(), {a, b});
  return search_after_.solve(goals).has_value();
}

}  // namespace sluice::solve
