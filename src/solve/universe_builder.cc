#include "solve/universe_builder.h"

#include <algorithm>
#include <utility>

#include "solve/rows.h"

namespace sluice::solve {

// Who needs a set, and which sets have a package: broken ones are still in both.
void UniverseBuilder::turn_round(const ResolvedClauses& clauses) {
  auto& u = universe_;
  to_rows(clauses.set_count(), u.dependent_begin_, u.dependents_, [&](const auto& emit) {
    for (std::uint32_t p = 0; p < clauses.size(); ++p)
      for (auto i = clauses.depends_begin[p]; i < clauses.depends_begin[p + 1]; ++i)
        emit(clauses.depends[i].set.value, PackageIndex(p));
  });
  to_rows(clauses.size(), u.set_begin_, u.sets_, [&](const auto& emit) {
    for (std::uint32_t s = 0; s < clauses.set_count(); ++s)
      for (auto i = clauses.member_begin[s]; i < clauses.member_begin[s + 1]; ++i)
        emit(clauses.members[i].value, SetIndex(s));
  });
}

// Least fixpoint: a package with a clause whose members are all broken is broken.
void UniverseBuilder::mark_broken(const ResolvedClauses& clauses) {
  auto& u = universe_;
  std::vector<std::uint32_t> alive(clauses.set_count());
  std::vector<PackageIndex> queue;
  const auto mark = [&](PackageIndex package) {
    if (std::exchange(u.broken_[package.value], std::uint8_t{1}) == 0) queue.push_back(package);
  };
  for (std::uint32_t s = 0; s < alive.size(); ++s) {
    alive[s] = clauses.member_begin[s + 1] - clauses.member_begin[s];
    if (alive[s] == 0)
      for (const auto dependent : u.dependents(SetIndex(s))) mark(dependent);
  }
  for (std::uint32_t i = 0; i < u.size(); ++i)
    if (snapshot_.record(u.arch(), PackageIndex(i)).malformed) mark(PackageIndex(i));
  while (!queue.empty()) {
    const auto package = queue.back();
    queue.pop_back();
    for (const auto set : u.sets_with(package))
      if (--alive[set.value] == 0)
        for (const auto dependent : u.dependents(set)) mark(dependent);
  }
}

// Members of sets and clauses of packages, without what is broken.
void UniverseBuilder::take_sound(const ResolvedClauses& clauses) {
  auto& u = universe_;
  u.member_begin_.reserve(clauses.member_begin.size());
  u.member_begin_.push_back(0);
  u.members_.reserve(clauses.members.size());
  for (std::size_t s = 0; s < clauses.set_count(); ++s) {
    for (auto i = clauses.member_begin[s]; i < clauses.member_begin[s + 1]; ++i)
      if (!u.broken(clauses.members[i])) u.members_.push_back(clauses.members[i]);
    u.member_begin_.push_back(static_cast<std::uint32_t>(u.members_.size()));
  }
  u.depends_begin_.reserve(u.size() + 1);
  u.depends_begin_.push_back(0);
  u.depends_.reserve(clauses.depends.size());
  for (std::uint32_t p = 0; p < u.size(); ++p) {
    const auto row = clauses.clauses_of(PackageIndex(p));
    if (u.broken_[p] == 0) u.depends_.insert(u.depends_.end(), row.begin(), row.end());
    u.depends_begin_.push_back(static_cast<std::uint32_t>(u.depends_.size()));
  }
}

// What turn_round() made, without broken packages. Cheaper than turning round again: it reads and
// writes in order.
void UniverseBuilder::drop_broken_rows() {
  auto& u = universe_;
  std::uint32_t kept = 0;
  for (std::size_t s = 0; s + 1 < u.dependent_begin_.size(); ++s) {
    const auto begin = std::exchange(u.dependent_begin_[s], kept);
    for (auto i = begin; i < u.dependent_begin_[s + 1]; ++i)
      if (!u.broken(u.dependents_[i])) u.dependents_[kept++] = u.dependents_[i];
  }
  u.dependent_begin_.back() = kept;
  u.dependents_.resize(kept);
  kept = 0;
  for (std::size_t p = 0; p < u.size(); ++p) {
    const auto begin = std::exchange(u.set_begin_[p], kept);
    if (u.broken_[p] != 0) continue;
    for (auto i = begin; i < u.set_begin_[p + 1]; ++i) u.sets_[kept++] = u.sets_[i];
  }
  u.set_begin_.back() = kept;
  u.sets_.resize(kept);
}

void UniverseBuilder::build_conflicts(const ResolvedClauses& clauses) {
  auto& u = universe_;
  std::vector<std::pair<PackageIndex, PackageIndex>> pairs;
  for (std::uint32_t i = 0; i < u.size(); ++i) {
    const PackageIndex package(i);
    if (u.broken(package)) continue;
    for (const auto other : clauses.excluded_by(package)) {
      if (other == package || u.broken(other)) continue;  // 3.5: never against itself
      pairs.emplace_back(package, other);
      pairs.emplace_back(other, package);
    }
  }
  std::ranges::sort(pairs);
  pairs.erase(std::ranges::unique(pairs).begin(), pairs.end());
  to_rows(u.size(), u.conflict_begin_, u.conflicts_, [&](const auto& emit) {
    for (const auto& [a, b] : pairs) emit(a.value, b);
  });
}

void UniverseBuilder::build(const ResolvedClauses& clauses) {
  universe_.broken_.assign(clauses.size(), 0);
  universe_.essential_ = snapshot_.archs[universe_.arch()].essential;
  turn_round(clauses);
  mark_broken(clauses);
  take_sound(clauses);
  drop_broken_rows();
  build_conflicts(clauses);
}

}  // namespace sluice::solve
