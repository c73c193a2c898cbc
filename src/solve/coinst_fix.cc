#include "solve/coinst_fix.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sluice::solve {
namespace {

// As for witnesses: who needs more is left to the complete search.
constexpr int kFixStepsMax = 3000;
constexpr int kFixDepthMax = 500;

}  // namespace

FixFinder::FixFinder(const Universe& universe, Comparison& comparison)
    : universe_(universe), comparison_(comparison) {
  for (auto* forced : {&essential_, &own_}) {
    forced->before.stamp.resize(universe.size());
    forced->after.stamp.resize(universe.size());
    forced->held.stamp.resize(universe.set_count());
  }
  zone_.stamp.resize(universe.size());
}

void FixFinder::start() {
  essential_.clear();
  own_.clear();  // of the last package: it does not count here
  force(essential_, comparison_.essentials_before());
}

// Follows the clauses with one choice. Not all that is forced, but quickly told.
void FixFinder::force(Forced& forced, std::vector<PackageIndex> queue) const {
  std::erase_if(queue, [&](PackageIndex p) { return is_forced_before(p); });
  for (const auto p : queue) forced.before.set(p.value);
  while (!queue.empty()) {
    const auto package = queue.back();
    queue.pop_back();
    if (const auto now = comparison_.image(package); now.valid()) forced.after.set(now.value);
    for (const auto& clause : universe_.depends(package)) {
      if (!comparison_.weakened(clause.set)) forced.held.set(clause.set.value);
      PackageIndex only;
      bool open = false;
      for (const auto member : universe_.members(clause.set)) {
        if (!comparison_.before(member)) continue;
        open = only.valid();
        only = member;
        if (open) break;
      }
      if (open || !only.valid() || is_forced_before(only)) continue;
      forced.before.set(only.value);
      queue.push_back(only);
    }
  }
}

bool FixFinder::is_met(SetIndex set) const {
  if (essential_.held.has(set.value) || own_.held.has(set.value)) return true;
  return std::ranges::any_of(universe_.members(set), [&](PackageIndex m) { return is_there(m); });
}

// Was the other one installable together with the package at hand?
bool FixFinder::went_together(PackageIndex other) {
  const auto [at, fresh] = together_.try_emplace(other.value, false);
  if (!fresh) return at->second;
  const bool apart = std::ranges::any_of(universe_.conflicts(other),
                                         [&](PackageIndex c) { return is_forced_before(c); }) ||
                     !comparison_.together_before(origin_, other);
  return at->second = !apart;
}

// Nothing that a solution with the package at hand may have is excluded by this one.
bool FixFinder::fits(PackageIndex package) {
  return std::ranges::all_of(universe_.conflicts(package), [&](PackageIndex other) {
    if (!comparison_.after(other)) return true;
    const auto old = comparison_.origin(other);
    if (is_there(other) && (zone_.has(other.value) || !old.valid())) return false;
    if (!is_there(other) && (!old.valid() || !went_together(old))) return true;
    blockers_.push_back(other);
    return false;
  });
}

bool FixFinder::meet(SetIndex set, int depth) {
  if (is_met(set)) return true;
  const auto members = universe_.members(set);
  return std::ranges::any_of(members, [&](PackageIndex m) { return add(m, depth + 1); });
}

bool FixFinder::add(PackageIndex package, int depth) {
  if (--steps_left_ < 0 || depth > kFixDepthMax) return false;
  if (!comparison_.after(package) || !fits(package)) return false;
  const auto size = added_.size();
  zone_.set(package.value);
  added_.push_back(package);
  const bool closed =
      std::ranges::all_of(universe_.depends(package),
                          [&](const DependencyClause& clause) { return meet(clause.set, depth); });
  if (closed) return true;
  while (added_.size() > size) {
    zone_.stamp[added_.back().value] = zone_.now - 1;
    added_.pop_back();
  }
  return false;
}

Fix FixFinder::find(PackageIndex package, std::span<const Comparison::Need> needs) {
  origin_ = comparison_.origin(package);
  own_.clear();
  ++zone_.now;
  together_.clear();
  added_.clear();
  blockers_.clear();
  steps_left_ = kFixStepsMax;
  force(own_, {origin_});
  Fix fix;
  fix.found =
      std::ranges::all_of(needs, [&](const Comparison::Need& need) { return meet(need.set, 0); });
  const auto excludes_somebody = [&](PackageIndex p) {
    return std::ranges::any_of(universe_.conflicts(p),
                               [&](PackageIndex c) { return comparison_.after(c); });
  };
  std::ranges::copy_if(added_, std::back_inserter(fix.contested), excludes_somebody);
  fix.blockers = std::exchange(blockers_, {});
  std::ranges::sort(fix.blockers);
  fix.blockers.erase(std::ranges::unique(fix.blockers).begin(), fix.blockers.end());
  return fix;
}

}  // namespace sluice::solve
