#include "solve/witness.h"

#include <algorithm>
#include <bit>

namespace sluice::solve {
namespace {

// Real dependency chains are some tens deep; deeper ones go to the complete search.
constexpr int kWitnessDepthMax = 500;

struct Extender {
  const Universe& universe;
  const std::vector<std::uint8_t>& present;
  Witness& witness;
  int steps_left;
  std::vector<PackageIndex> added;

  void undo_to(std::size_t size) {
    while (added.size() > size) {
      witness.flip(added.back());
      added.pop_back();
    }
  }

  bool add(PackageIndex package, int depth) {
    if (--steps_left < 0 || depth > kWitnessDepthMax) return false;
    if (present[package.value] == 0 || !witness.tolerates(universe, package)) return false;
    const auto before = added.size();
    if (added.capacity() == 0) added.reserve(8);  // most need fewer; failures need no memory
    witness.flip(package);
    added.push_back(package);
    for (const auto& clause : universe.depends(package)) {
      if (witness.meets(universe, clause.set)) continue;
      const auto members = universe.members(clause.set);
      if (std::ranges::any_of(members, [&](PackageIndex m) { return add(m, depth + 1); })) continue;
      undo_to(before);
      return false;
    }
    return true;
  }
};

}  // namespace

bool Witness::meets(const Universe& universe, SetIndex set) const {
  return std::ranges::any_of(universe.members(set), [this](PackageIndex m) { return has(m); });
}

bool Witness::tolerates(const Universe& universe, PackageIndex package) const {
  return std::ranges::none_of(universe.conflicts(package),
                              [this](PackageIndex c) { return has(c); });
}

std::vector<PackageIndex> Witness::members() const {
  std::vector<PackageIndex> all;
  for (std::size_t word = 0; word < bits_.size(); ++word)
    for (auto rest = bits_[word]; rest != 0; rest &= rest - 1)
      all.emplace_back(word * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
  return all;
}

std::size_t reduce(const Universe& universe, const std::vector<std::uint8_t>& present,
                   Witness& witness) {
  const auto all = witness.members();
  std::vector<PackageIndex> gone;
  const auto drop = [&](PackageIndex package) {
    witness.flip(package);
    gone.push_back(package);
  };
  const auto fits = [&](PackageIndex package) {
    return present[package.value] != 0 && !universe.broken(package) &&
           witness.tolerates(universe, package);
  };
  const auto unmet = [&](const DependencyClause& clause) {
    return !witness.meets(universe, clause.set);
  };
  for (const auto package : all)
    if (!fits(package)) drop(package);
  for (const auto package : all)
    if (witness.has(package) && std::ranges::any_of(universe.depends(package), unmet))
      drop(package);
  for (std::size_t i = 0; i < gone.size(); ++i)  // grows on the way
    for (const auto set : universe.sets_with(gone[i]))
      if (!witness.meets(universe, set))
        for (const auto dependent : universe.dependents(set))
          if (witness.has(dependent)) drop(dependent);
  return gone.size();
}

std::vector<PackageIndex> extend(const Universe& universe, const std::vector<std::uint8_t>& present,
                                 Witness& witness, PackageIndex package, int steps_max) {
  if (universe.broken(package)) return {};
  Extender extender{universe, present, witness, steps_max, {}};
  if (!extender.add(package, 0)) return {};
  return std::move(extender.added);
}

}  // namespace sluice::solve
