#include "solve/clause_resolver.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace sluice::solve {
namespace {

using deb::ClauseId;
using deb::NameId;
using deb::RelationField;

constexpr std::uint32_t kFree = SetIndex::kNone;

std::uint32_t hash_of(std::span<const PackageIndex> members) {
  std::uint64_t hash = members.size();
  for (const auto member : members) {
    hash = (hash ^ member.value) * 0x9e3779b97f4a7c15ULL;
    hash ^= hash >> 31;
  }
  return static_cast<std::uint32_t>(hash);
}

// For each package its number in `before`, or invalid. The numbers that are given ascend, because
// sets are sorted by them: of the packages with the same record the longest ascending row is taken,
// so that one package that moved to another suite does not cost all that stand between.
std::vector<PackageIndex> numbers_before(const deb::Snapshot& snapshot, ArchIndex arch,
                                         const ResolvedClauses& before) {
  const auto& records = snapshot.archs[arch].records;
  std::vector<PackageIndex> numbers(records.size());
  if (!snapshot.origin.known() || before.origin != snapshot.origin) return numbers;
  const auto known = snapshot.origin.records;
  std::vector<PackageIndex> number_of_record(known);
  for (std::size_t i = 0; i < before.size(); ++i)
    if (before.records[i].value < known)
      number_of_record[before.records[i].value] = PackageIndex(i);
  // Patience: the last package of the best row of each length, and who stands before it.
  std::vector<std::uint32_t> last, previous(records.size());
  const auto number = [&](std::uint32_t i) { return number_of_record[records[i].value]; };
  for (std::uint32_t i = 0; i < records.size(); ++i) {
    if (records[i].value >= known || !number(i).valid()) continue;
    auto at = last.end();
    if (!last.empty() && number(last.back()) >= number(i))
      at = std::ranges::lower_bound(last, number(i), {}, number);
    previous[i] = at == last.begin() ? kFree : *(at - 1);
    if (at == last.end()) {
      last.push_back(i);
    } else {
      *at = i;
    }
  }
  for (auto i = last.empty() ? kFree : last.back(); i != kFree; i = previous[i])
    numbers[i] = number(i);
  return numbers;
}

class ClauseResolver {
 public:
  ClauseResolver(const deb::Snapshot& snapshot, const Alternatives& alternatives,
                 const ResolvedClauses& before)
      : snapshot_(snapshot),
        alternatives_(alternatives),
        before_(before),
        packages_(snapshot.archs[alternatives.arch()]),
        number_before_(numbers_before(snapshot, alternatives.arch(), before)),
        set_of_clause_(snapshot.relations.size()) {}

  ResolvedClauses resolve() &&;

 private:
  struct Single {  // a clause with one alternative: a range of versions
    NameId name;
    deb::TextId qualifier;
    std::size_t at;
  };

  void find_changed_names();
  void note_names(const deb::BinaryPackage& record);
  bool is_changed(const deb::BinaryPackage& record, RelationField a, RelationField b) const;
  void take_over_sets();
  SetIndex set_of(ClauseId clause);
  void add_clauses(const deb::BinaryPackage& record);
  void take_over_excluded(PackageIndex before);
  void add_excluded(const deb::BinaryPackage& record);
  void add_package(std::size_t package, bool again);
  void add_single(const deb::Atom& atom, const DependencyClause& made);
  void drop_repeated(std::size_t first);
  void note_passing_names();
  void number_sets();

  const deb::Snapshot& snapshot_;
  const Alternatives& alternatives_;
  const ResolvedClauses& before_;
  const deb::ArchPackages& packages_;
  std::vector<PackageIndex> number_before_;  // by package; invalid: not taken over
  std::vector<PackageIndex> number_now_;     // by package of before, likewise
  std::vector<std::uint8_t> changed_names_;  // by NameId: a package with it came or went
  std::vector<std::uint8_t> changed_;        // by ClauseId: has such a name
  std::vector<SetIndex> set_of_clause_;      // by ClauseId; invalid: not resolved yet
  std::vector<Single> singles_;              // of the package at hand
  std::vector<PackageIndex> scratch_;
  ResolvedClauses made_;
  SetTable sets_{made_};
};

void ClauseResolver::note_names(const deb::BinaryPackage& record) {
  changed_names_[record.name.value] = 1;
  for (const auto clause : snapshot_.clauses(record, RelationField::provides))
    changed_names_[snapshot_.relations.atoms(clause).front().name.value] = 1;
}

// A clause can have other alternatives than before only if one of its names is of a package that
// came, went, or has another place in the order.
void ClauseResolver::find_changed_names() {
  changed_names_.assign(snapshot_.symbols.name_count(), 0);
  std::vector<std::uint8_t> is_kept(before_.size());
  for (std::size_t i = 0; i < number_before_.size(); ++i) {
    if (number_before_[i].valid()) {
      is_kept[number_before_[i].value] = 1;
    } else {
      note_names(snapshot_.binaries[packages_.records[i].value]);
    }
  }
  for (std::size_t i = 0; i < before_.size(); ++i)
    if (is_kept[i] == 0 && before_.records[i].value < snapshot_.origin.records)
      note_names(snapshot_.binaries[before_.records[i].value]);
  for (const auto name : base::split(before_.passing_names, '\n'))
    if (const auto known = snapshot_.symbols.find_name(name); known.valid())
      changed_names_[known.value] = 1;
  changed_.resize(snapshot_.relations.size());
  for (std::uint32_t i = 0; i < changed_.size(); ++i)
    changed_[i] = std::ranges::any_of(
        snapshot_.relations.atoms(ClauseId(i)),
        [&](const deb::Atom& atom) { return changed_names_[atom.name.value] != 0; });
}

bool ClauseResolver::is_changed(const deb::BinaryPackage& record, RelationField a,
                                RelationField b) const {
  const auto changed = [&](ClauseId clause) { return changed_[clause.value] != 0; };
  return std::ranges::any_of(snapshot_.clauses(record, a), changed) ||
         std::ranges::any_of(snapshot_.clauses(record, b), changed);
}

// Sets keep their numbers. One with a member that is gone is dead: only changed clauses had it.
void ClauseResolver::take_over_sets() {
  number_now_.resize(before_.size());
  for (std::size_t i = 0; i < number_before_.size(); ++i)
    if (number_before_[i].valid()) number_now_[number_before_[i].value] = PackageIndex(i);
  made_.member_begin.reserve(before_.member_begin.size() + 1024);
  made_.members.reserve(before_.members.size() + 1024);
  std::vector<std::uint8_t> dead(before_.set_count());
  for (std::uint32_t set = 0; set < before_.set_count(); ++set) {
    const auto begin = made_.members.size();
    for (const auto member : before_.members_of(SetIndex(set))) {
      const auto now = number_now_[member.value];
      if (!now.valid()) {
        made_.members.resize(begin);
        dead[set] = 1;
        break;
      }
      made_.members.push_back(now);
    }
    made_.member_begin.push_back(static_cast<std::uint32_t>(made_.members.size()));
  }
  sets_.index(dead);
}

SetIndex ClauseResolver::set_of(ClauseId clause) {
  auto& known = set_of_clause_[clause.value];
  if (!known.valid()) {
    scratch_.clear();
    for (const auto& atom : snapshot_.relations.atoms(clause))
      alternatives_.collect(atom, RelationKind::run_time, scratch_);
    known = sets_.intern(scratch_);
  }
  return known;
}

// Single-alternative clauses on one name (and qualifier) are version ranges and become their
// intersection, at the place of the first.
void ClauseResolver::add_single(const deb::Atom& atom, const DependencyClause& made) {
  const auto same = std::ranges::find_if(singles_, [&](const Single& s) {
    return s.name == atom.name && s.qualifier == atom.qualifier;
  });
  if (same == singles_.end()) {
    singles_.push_back({atom.name, atom.qualifier, made_.depends.size()});
    made_.depends.push_back(made);
    return;
  }
  auto& range = made_.depends[same->at];
  scratch_.clear();
  std::ranges::set_intersection(made_.members_of(range.set), made_.members_of(made.set),
                                std::back_inserter(scratch_));
  range.set = sets_.intern(scratch_);
  range.merged = 1;
}

// One set once: a second clause that resolves to the same alternatives says nothing new.
void ClauseResolver::drop_repeated(std::size_t first) {
  auto& clauses = made_.depends;
  auto keep = first;
  for (auto i = first; i < clauses.size(); ++i) {
    const auto set = clauses[i].set;
    const auto begin = clauses.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = clauses.begin() + static_cast<std::ptrdiff_t>(keep);
    if (std::none_of(begin, end, [&](const auto& clause) { return clause.set == set; }))
      clauses[keep++] = clauses[i];
  }
  clauses.resize(keep);
}

void ClauseResolver::add_clauses(const deb::BinaryPackage& record) {
  if (record.malformed) return;
  const auto first = made_.depends.size();
  std::uint16_t position = 0;
  singles_.clear();
  for (const auto field : {RelationField::pre_depends, RelationField::depends}) {
    for (const auto clause : snapshot_.clauses(record, field)) {
      const auto atoms = snapshot_.relations.atoms(clause);
      const DependencyClause made{set_of(clause), position++, 0};
      if (atoms.size() == 1) {
        add_single(atoms.front(), made);
      } else {
        made_.depends.push_back(made);
      }
    }
  }
  drop_repeated(first);
}

// All of them are still there, in the same order: else a name of the clauses had changed.
void ClauseResolver::take_over_excluded(PackageIndex before) {
  for (const auto other : before_.excluded_by(before))
    made_.excluded.push_back(number_now_[other.value]);
}

void ClauseResolver::add_excluded(const deb::BinaryPackage& record) {
  for (const auto field : {RelationField::conflicts, RelationField::breaks})
    for (const auto clause : snapshot_.clauses(record, field))
      for (const auto& atom : snapshot_.relations.atoms(clause))
        alternatives_.collect(atom, RelationKind::run_time, made_.excluded);
}

void ClauseResolver::add_package(std::size_t package, bool again) {
  using enum RelationField;
  const auto& record = snapshot_.binaries[made_.records[package].value];
  const auto before = number_before_[package];
  const bool known = again && before.valid();
  if (known && !is_changed(record, pre_depends, depends)) {
    const auto clauses = before_.clauses_of(before);
    made_.depends.insert(made_.depends.end(), clauses.begin(), clauses.end());
    ++made_.kept;
  } else {
    add_clauses(record);
  }
  made_.depends_begin.push_back(static_cast<std::uint32_t>(made_.depends.size()));
  if (known && !is_changed(record, conflicts, breaks)) {
    take_over_excluded(before);
  } else {
    add_excluded(record);
  }
  made_.excluded_begin.push_back(static_cast<std::uint32_t>(made_.excluded.size()));
}

void ClauseResolver::note_passing_names() {
  for (const auto index : made_.records) {
    if (index.value < made_.origin.records) continue;
    const auto& record = snapshot_.binaries[index.value];
    (made_.passing_names += snapshot_.text(record.name)) += '\n';
    for (const auto clause : snapshot_.clauses(record, RelationField::provides)) {
      const auto name = snapshot_.relations.atoms(clause).front().name;
      (made_.passing_names += snapshot_.text(name)) += '\n';
    }
  }
}

// Numbers sets by their first use, and forgets those without: intermediate ranges, and what only
// changed clauses had. So the result does not depend on what was taken over.
void ClauseResolver::number_sets() {
  std::vector<SetIndex> number(made_.set_count());
  std::vector<SetIndex> used;
  for (auto& clause : made_.depends) {
    auto& now = number[clause.set.value];
    if (!now.valid()) {
      now = SetIndex(used.size());
      used.push_back(clause.set);
    }
    clause.set = now;
  }
  std::vector<std::uint32_t> begin{0};
  std::vector<PackageIndex> members;
  begin.reserve(used.size() + 1);
  members.reserve(made_.members.size());
  for (const auto set : used) {
    const auto row = made_.members_of(set);
    members.insert(members.end(), row.begin(), row.end());
    begin.push_back(static_cast<std::uint32_t>(members.size()));
  }
  made_.member_begin = std::move(begin);
  made_.members = std::move(members);
}

ResolvedClauses ClauseResolver::resolve() && {
  made_.origin = snapshot_.origin;
  made_.records = packages_.records;
  made_.depends_begin.reserve(made_.size() + 1);
  made_.excluded_begin.reserve(made_.size() + 1);
  const auto valid = [](PackageIndex number) { return number.valid(); };
  const bool again = std::ranges::any_of(number_before_, valid);
  if (again) {
    find_changed_names();
    take_over_sets();
    made_.depends.reserve(before_.depends.size() + 1024);
  }
  for (std::size_t i = 0; i < made_.size(); ++i) add_package(i, again);
  number_sets();
  if (made_.origin.known()) note_passing_names();
  return std::move(made_);
}

}  // namespace

SetTable::SetTable(ResolvedClauses& clauses) : clauses_(clauses), slots_(1024, kFree) {}

void SetTable::index(std::span<const std::uint8_t> dead) {
  std::size_t slots = slots_.size();
  while (slots < 2 * clauses_.set_count() + 2) slots *= 2;
  slots_.assign(slots, kFree);
  hashes_.clear();
  for (std::uint32_t set = 0; set < clauses_.set_count(); ++set) {
    hashes_.push_back(hash_of(clauses_.members_of(SetIndex(set))));
    if (dead[set] == 0) place(set);
  }
}

void SetTable::place(std::uint32_t set) {
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  auto slot = hashes_[set] & mask;
  while (slots_[slot] != kFree) slot = (slot + 1) & mask;
  slots_[slot] = set;
}

void SetTable::grow() {
  const auto old = std::exchange(slots_, std::vector<std::uint32_t>(2 * slots_.size(), kFree));
  for (const auto set : old)
    if (set != kFree) place(set);
}

std::uint32_t SetTable::slot_of(std::span<const PackageIndex> members, std::uint32_t hash) const {
  const auto mask = static_cast<std::uint32_t>(slots_.size() - 1);
  auto slot = hash & mask;
  for (; slots_[slot] != kFree; slot = (slot + 1) & mask)
    if (hashes_[slots_[slot]] == hash &&
        std::ranges::equal(clauses_.members_of(SetIndex(slots_[slot])), members))
      break;
  return slot;
}

SetIndex SetTable::intern(std::vector<PackageIndex>& members) {
  std::ranges::sort(members);
  members.erase(std::ranges::unique(members).begin(), members.end());
  if (2 * hashes_.size() + 2 > slots_.size()) grow();
  const auto hash = hash_of(members);
  const auto slot = slot_of(members, hash);
  if (slots_[slot] != kFree) return SetIndex(slots_[slot]);
  const auto fresh = static_cast<std::uint32_t>(hashes_.size());
  slots_[slot] = fresh;
  hashes_.push_back(hash);
  clauses_.members.insert(clauses_.members.end(), members.begin(), members.end());
  clauses_.member_begin.push_back(static_cast<std::uint32_t>(clauses_.members.size()));
  return SetIndex(fresh);
}

ResolvedClauses resolve_clauses(const deb::Snapshot& snapshot, const Alternatives& alternatives,
                                const ResolvedClauses& before) {
  return ClauseResolver(snapshot, alternatives, before).resolve();
}

}  // namespace sluice::solve
