#include "solve/universe_builder.h"

#include <algorithm>

namespace sluice::solve {

using deb::ClauseId;
using deb::NameId;
using deb::RelationField;

namespace {

// Rows of `pairs` (row, value) as begin offsets and values; pairs must be grouped by a stable
// count.
template <class Value, class Each>
void to_rows(std::size_t rows, std::vector<std::uint32_t>& begin, std::vector<Value>& values,
             const Each& each) {
  begin.assign(rows + 1, 0);
  each([&](std::size_t row, Value) { ++begin[row + 1]; });
  for (std::size_t i = 0; i < rows; ++i) begin[i + 1] += begin[i];
  values.resize(begin[rows]);
  auto at = begin;
  each([&](std::size_t row, Value value) { values[at[row]++] = value; });
}

}  // namespace

std::size_t UniverseBuilder::SetHash::operator()(std::uint32_t set) const {
  std::size_t hash = 0;
  const auto& u = builder->universe_;
  for (auto i = u.member_begin_[set]; i < u.member_begin_[set + 1]; ++i)
    hash = (hash ^ u.members_[i].value) * 0x9e3779b97f4a7c15ULL, hash ^= hash >> 31;
  return hash;
}

bool UniverseBuilder::SetEqual::operator()(std::uint32_t a, std::uint32_t b) const {
  return std::ranges::equal(builder->universe_.members(SetIndex(a)),
                            builder->universe_.members(SetIndex(b)));
}

UniverseBuilder::UniverseBuilder(const deb::Snapshot& snapshot, Universe& universe)
    : snapshot_(snapshot),
      universe_(universe),
      set_of_clause_(snapshot.relations.size()),
      sets_(1024, SetHash{this}, SetEqual{this}) {}

void UniverseBuilder::index_providers() {
  const auto& packages = snapshot_.archs[universe_.arch_];
  to_rows(snapshot_.symbols.name_count(), universe_.provider_begin_, universe_.providers_,
          [&](const auto& emit) {
            for (std::size_t i = 0; i < packages.records.size(); ++i) {
              const auto& record = snapshot_.binaries[packages.records[i].value];
              for (const auto clause : snapshot_.clauses(record, RelationField::provides)) {
                const auto& atom = snapshot_.relations.atoms(clause).front();
                emit(atom.name.value, Universe::Provider{PackageIndex(i), atom.version});
              }
            }
          });
}

// The number of the set with these members; they are sorted on the way.
SetIndex UniverseBuilder::intern(std::vector<PackageIndex>& members) {
  std::ranges::sort(members);
  members.erase(std::ranges::unique(members).begin(), members.end());
  auto& begin = universe_.member_begin_;
  const auto fresh = static_cast<std::uint32_t>(begin.size() - 1);
  auto& pool = universe_.members_;
  pool.insert(pool.end(), members.begin(), members.end());
  begin.push_back(static_cast<std::uint32_t>(pool.size()));
  const auto [known, added] = sets_.try_emplace(fresh, fresh);
  if (!added) {
    begin.pop_back();
    pool.resize(begin.back());
  }
  return SetIndex(known->second);
}

SetIndex UniverseBuilder::set_of(ClauseId clause) {
  auto& known = set_of_clause_[clause.value];
  if (!known.valid()) {
    scratch_.clear();
    for (const auto& atom : snapshot_.relations.atoms(clause))
      universe_.collect(atom, RelationKind::run_time, scratch_);
    known = intern(scratch_);
  }
  return known;
}

// Clauses in the order of the paragraph; single-alternative clauses on one name (and qualifier) are
// version ranges and become their intersection, at the place of the first.
void UniverseBuilder::build_depends(PackageIndex package) {
  const auto& record = snapshot_.record(universe_.arch_, package);
  const auto first = universe_.depends_.size();
  if (record.malformed) return;
  std::uint16_t position = 0;
  struct Single {
    NameId name;
    deb::TextId qualifier;
    std::size_t at;
  };
  std::vector<Single> singles;
  for (const auto field : {RelationField::pre_depends, RelationField::depends}) {
    for (const auto clause : snapshot_.clauses(record, field)) {
      const auto atoms = snapshot_.relations.atoms(clause);
      const DependencyClause made{set_of(clause), position++, false};
      if (atoms.size() != 1) {
        universe_.depends_.push_back(made);
        continue;
      }
      const auto& atom = atoms.front();
      const auto same = std::ranges::find_if(singles, [&](const Single& s) {
        return s.name == atom.name && s.qualifier == atom.qualifier;
      });
      if (same == singles.end()) {
        singles.push_back({atom.name, atom.qualifier, universe_.depends_.size()});
        universe_.depends_.push_back(made);
        continue;
      }
      auto& range = universe_.depends_[same->at];
      scratch_.clear();
      std::ranges::set_intersection(universe_.members(range.set), universe_.members(made.set),
                                    std::back_inserter(scratch_));
      range.set = intern(scratch_);
      range.merged = true;
    }
  }
  // One set once: a second clause that resolves to the same alternatives says nothing new.
  auto keep = first;
  for (auto i = first; i < universe_.depends_.size(); ++i) {
    const auto set = universe_.depends_[i].set;
    const auto begin = universe_.depends_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = universe_.depends_.begin() + static_cast<std::ptrdiff_t>(keep);
    if (std::none_of(begin, end, [&](const auto& clause) { return clause.set == set; }))
      universe_.depends_[keep++] = universe_.depends_[i];
  }
  universe_.depends_.resize(keep);
}

// Least fixpoint: a package with a clause whose members are all broken is broken.
void UniverseBuilder::mark_broken() {
  auto& u = universe_;
  std::vector<std::uint32_t> alive(u.set_count());
  std::vector<PackageIndex> queue;
  const auto mark = [&](PackageIndex package) {
    if (std::exchange(u.broken_[package.value], std::uint8_t{1}) == 0) queue.push_back(package);
  };
  for (std::uint32_t s = 0; s < alive.size(); ++s) {
    alive[s] = static_cast<std::uint32_t>(u.members(SetIndex(s)).size());
    if (alive[s] == 0)
      for (const auto dependent : u.dependents(SetIndex(s))) mark(dependent);
  }
  for (std::uint32_t i = 0; i < u.size(); ++i)
    if (snapshot_.record(u.arch_, PackageIndex(i)).malformed) mark(PackageIndex(i));
  while (!queue.empty()) {
    const auto package = queue.back();
    queue.pop_back();
    for (const auto set : u.sets_with(package))
      if (--alive[set.value] == 0)
        for (const auto dependent : u.dependents(set)) mark(dependent);
  }
}

// Takes broken packages out of sets and out of the list of clauses.
void UniverseBuilder::build_members() {
  auto& u = universe_;
  const auto is_broken = [&](PackageIndex package) { return u.broken(package); };
  std::uint32_t kept = 0;
  for (std::size_t s = 0; s + 1 < u.member_begin_.size(); ++s) {
    const auto begin = u.member_begin_[s];
    const auto end = u.member_begin_[s + 1];
    u.member_begin_[s] = kept;
    for (auto i = begin; i < end; ++i)
      if (!is_broken(u.members_[i])) u.members_[kept++] = u.members_[i];
  }
  u.member_begin_.back() = kept;
  u.members_.resize(kept);
  kept = 0;
  for (std::size_t p = 0; p < u.size(); ++p) {
    const auto begin = u.depends_begin_[p];
    const auto end = u.depends_begin_[p + 1];
    u.depends_begin_[p] = kept;
    if (u.broken_[p] != 0) continue;
    for (auto i = begin; i < end; ++i) u.depends_[kept++] = u.depends_[i];
  }
  u.depends_begin_.back() = kept;
  u.depends_.resize(kept);
}

void UniverseBuilder::index_reverse() {
  auto& u = universe_;
  to_rows(u.set_count(), u.dependent_begin_, u.dependents_, [&](const auto& emit) {
    for (std::uint32_t p = 0; p < u.size(); ++p)
      for (auto i = u.depends_begin_[p]; i < u.depends_begin_[p + 1]; ++i)
        emit(u.depends_[i].set.value, PackageIndex(p));
  });
  to_rows(u.size(), u.set_begin_, u.sets_, [&](const auto& emit) {
    for (std::uint32_t s = 0; s < u.set_count(); ++s)
      for (const auto member : u.members(SetIndex(s))) emit(member.value, SetIndex(s));
  });
}

void UniverseBuilder::build_conflicts() {
  auto& u = universe_;
  std::vector<std::pair<PackageIndex, PackageIndex>> pairs;
  for (std::uint32_t i = 0; i < u.size(); ++i) {
    const PackageIndex package(i);
    if (u.broken(package)) continue;
    const auto& record = snapshot_.record(u.arch_, package);
    scratch_.clear();
    for (const auto field : {RelationField::conflicts, RelationField::breaks})
      for (const auto clause : snapshot_.clauses(record, field))
        for (const auto& atom : snapshot_.relations.atoms(clause))
          universe_.collect(atom, RelationKind::run_time, scratch_);
    for (const auto other : scratch_) {
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

void UniverseBuilder::build() {
  auto& u = universe_;
  const auto& packages = snapshot_.archs[u.arch_];
  const auto count = packages.records.size();
  u.broken_.assign(count, 0);
  u.essential_ = packages.essential;
  u.member_begin_.assign(1, 0);
  index_providers();
  u.depends_begin_.reserve(count + 1);
  u.depends_begin_.push_back(0);
  for (std::size_t i = 0; i < count; ++i) {
    build_depends(PackageIndex(i));
    u.depends_begin_.push_back(static_cast<std::uint32_t>(u.depends_.size()));
  }
  index_reverse();
  mark_broken();
  build_members();
  index_reverse();
  build_conflicts();
  u.depends_.shrink_to_fit();
  u.members_.shrink_to_fit();
}

}  // namespace sluice::solve
