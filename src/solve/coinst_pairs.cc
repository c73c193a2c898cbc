#include "solve/coinst_pairs.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sluice::solve {

PairSearch::PairSearch(const Universe& universe, const Installability& installability,
                       Comparison& comparison, const Coinstallability::Counts& counts)
    : universe_(universe),
      installability_(installability),
      comparison_(comparison),
      counts_(counts) {}

// Who could have had one of them in a solution: a closure against the relations; sorted.
std::vector<PackageIndex> PairSearch::needing(std::span<const PackageIndex> doubtful) const {
  Flags seen(universe_.size());
  std::vector<PackageIndex> found;
  const auto visit = [&](PackageIndex p) {
    if (comparison_.before(p) && std::exchange(seen[p.value], std::uint8_t{1}) == 0)
      found.push_back(p);
  };
  for (const auto p : doubtful) visit(p);
  for (std::size_t next = 0; next < found.size(); ++next)
    for (const auto set : universe_.sets_with(found[next]))
      for (const auto dependent : universe_.dependents(set)) visit(dependent);
  std::ranges::sort(found);
  return found;
}

// A part of a witness that is a solution for the package: closed, with the Essential packages.
std::vector<PackageIndex> PairSearch::solution_of(PackageIndex now) const {
  const auto& home = installability_.witnesses()[installability_.home(now)];
  Flags in(universe_.size());
  std::vector<PackageIndex> solution;
  const auto put = [&](PackageIndex p) {
    if (std::exchange(in[p.value], std::uint8_t{1}) == 0) solution.push_back(p);
  };
  put(now);
  for (const auto p : comparison_.essentials_after()) put(p);
  for (std::size_t next = 0; next < solution.size(); ++next)
    for (const auto& clause : universe_.depends(solution[next])) {
      const auto members = universe_.members(clause.set);
      if (std::ranges::any_of(members, [&](PackageIndex m) { return in[m.value] != 0; })) continue;
      put(*std::ranges::find_if(members, [&](PackageIndex m) { return home.has(m); }));
    }
  return solution;
}

// What has to leave the witness so that the solution can join it; what stays goes together with the
// solution.
std::vector<PackageIndex> PairSearch::fallen(std::uint32_t witness,
                                             std::span<const PackageIndex> excluded,
                                             const Flags& solution) const {
  const auto& members = installability_.witnesses()[witness];
  std::vector<PackageIndex> out;
  for (const auto p : excluded)
    if (members.has(p)) out.push_back(p);
  if (out.empty()) return out;
  Flags gone(universe_.size());
  for (const auto p : out) gone[p.value] = 1;
  const auto stays = [&](PackageIndex m) {
    return solution[m.value] != 0 || (members.has(m) && gone[m.value] == 0);
  };
  for (std::size_t next = 0; next < out.size(); ++next)
    for (const auto set : universe_.sets_with(out[next])) {
      if (std::ranges::any_of(universe_.members(set), stays)) continue;
      for (const auto d : universe_.dependents(set))
        if (members.has(d) && std::exchange(gone[d.value], std::uint8_t{1}) == 0) out.push_back(d);
    }
  return out;
}

// Packages that no witness shows to go together with this one.
std::vector<PackageIndex> PairSearch::suspects(PackageIndex now) {
  const auto members = solution_of(now);
  Flags solution(universe_.size());
  for (const auto p : members) solution[p.value] = 1;
  std::vector<PackageIndex> excluded;
  for (const auto p : members)
    for (const auto other : universe_.conflicts(p))
      if (comparison_.after(other)) excluded.push_back(other);
  std::ranges::sort(excluded);
  excluded.erase(std::ranges::unique(excluded).begin(), excluded.end());
  std::vector<PackageIndex> all;
  for (std::uint32_t w = 0; w < installability_.witnesses().size(); ++w)
    for (const auto p : fallen(w, excluded, solution))
      if (installability_.home(p) == w) all.push_back(p);
  std::ranges::sort(all);
  return all;
}

// Packages that could not be installed together with this one before, as far as clauses with one
// choice tell it: by PackageIndex.
PairSearch::Flags PairSearch::apart_before(PackageIndex old) const {
  Flags needed(universe_.size());
  std::vector<PackageIndex> queue = {old};
  needed[old.value] = 1;
  for (std::size_t next = 0; next < queue.size(); ++next)
    for (const auto& clause : universe_.depends(queue[next])) {
      PackageIndex only;
      bool open = false;
      for (const auto m : universe_.members(clause.set)) {
        if (!comparison_.before(m)) continue;
        open = open || only.valid();
        only = m;
      }
      if (!open && only.valid() && std::exchange(needed[only.value], std::uint8_t{1}) == 0)
        queue.push_back(only);
    }
  Flags apart(universe_.size());
  std::vector<PackageIndex> out;
  const auto exclude = [&](PackageIndex p) {
    if (comparison_.before(p) && std::exchange(apart[p.value], std::uint8_t{1}) == 0)
      out.push_back(p);
  };
  for (const auto p : queue)
    for (const auto other : universe_.conflicts(p)) exclude(other);
  for (std::size_t next = 0; next < out.size(); ++next)
    for (const auto set : universe_.sets_with(out[next])) {
      const auto possible = [&](PackageIndex m) {
        return comparison_.before(m) && apart[m.value] == 0;
      };
      if (std::ranges::any_of(universe_.members(set), possible)) continue;
      for (const auto d : universe_.dependents(set)) exclude(d);
    }
  return apart;
}

std::vector<PackagePair> PairSearch::find(std::span<const PackageIndex> doubtful,
                                          std::size_t pairs_max) {
  std::vector<PackageIndex> candidates;
  const bool essentials_only_left =
      std::ranges::all_of(comparison_.essentials_after(), [&](PackageIndex now) {
        const auto old = comparison_.origin(now);
        return old.valid() && std::ranges::binary_search(comparison_.essentials_before(), old);
      });
  if (essentials_only_left) {
    candidates = needing(doubtful);
  } else {
    for (std::uint32_t p = 0; p < universe_.size(); ++p)
      if (comparison_.before(PackageIndex(p))) candidates.emplace_back(p);
  }
  std::set<PackagePair> broken;
  for (const auto old : candidates) {
    const auto now = comparison_.image(old);
    if (!now.valid() || !counts_(now)) continue;
    const auto suspicious = suspects(now);
    if (suspicious.empty()) continue;
    const auto apart = apart_before(old);
    for (const auto other : suspicious) {
      const auto other_old = comparison_.origin(other);
      if (!other_old.valid() || other == now || apart[other_old.value] != 0 || !counts_(other))
        continue;
      if (comparison_.together_after(now, other) || !comparison_.together_before(old, other_old))
        continue;
      broken.insert({std::min(now, other), std::max(now, other)});
      if (broken.size() >= pairs_max) return {broken.begin(), broken.end()};
    }
  }
  return {broken.begin(), broken.end()};
}

}  // namespace sluice::solve
