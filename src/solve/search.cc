#include "solve/search.h"

#include <algorithm>

#include "base/check.h"

namespace sluice::solve {
namespace {

constexpr std::uint32_t kNobody = PackageIndex::kNone;

}  // namespace

Search::Search(const Universe& universe, const std::vector<std::uint8_t>& present)
    : universe_(universe),
      present_(present),
      value_(universe.size(), Value::open),
      level_of_(universe.size()),
      reason_(universe.size()),
      needed_by_(universe.set_count(), kNobody),
      seen_(universe.size()) {}

// False if the package already has the other value; then conflict_ is the clause that was violated.
bool Search::assign(PackageIndex package, Value value, Reason reason) {
  if (value_[package.value] == value) return true;
  base::check(value_[package.value] == Value::open, "a package is assigned once");
  value_[package.value] = value;
  reason_[package.value] = reason;
  level_of_[package.value] = static_cast<std::uint32_t>(level());
  trail_.push_back(package);
  return true;
}

Search::Clause Search::clause_of_set(PackageIndex dependent, SetIndex set) const {
  Clause clause{{dependent, false}};
  for (const auto member : universe_.members(set))
    if (!is_absent(member)) clause.push_back({member, true});
  return clause;
}

// The clause that gave the package its value.
Search::Clause Search::clause_of(PackageIndex package) const {
  const auto& reason = reason_[package.value];
  switch (reason.kind) {
    case Reason::Kind::decision:
    case Reason::Kind::goal: return {};
    case Reason::Kind::needs: return clause_of_set(PackageIndex(reason.from), reason.set);
    case Reason::Kind::excludes: return {{package, false}, {PackageIndex(reason.from), false}};
    case Reason::Kind::learnt: return learnt_[reason.from];
  }
  return {};
}

// A needed set with one possible member left makes that member needed; with none it is a conflict.
bool Search::examine(SetIndex set) {
  const PackageIndex dependent(needed_by_[set.value]);
  PackageIndex only;
  for (const auto member : universe_.members(set)) {
    if (is_yes(member)) return true;
    if (is_no(member)) continue;
    if (only.valid()) return true;
    only = member;
  }
  if (only.valid()) return assign(only, Value::yes, {Reason::Kind::needs, dependent.value, set});
  conflict_ = clause_of_set(dependent, set);
  return false;
}

bool Search::on_chosen(PackageIndex package) {
  for (const auto other : universe_.conflicts(package)) {
    if (is_absent(other)) continue;
    if (is_yes(other)) {
      conflict_ = {{package, false}, {other, false}};
      return false;
    }
    assign(other, Value::no, {Reason::Kind::excludes, package.value, {}});
  }
  for (const auto& clause : universe_.depends(package)) {
    if (needed_by_[clause.set.value] != kNobody) continue;
    needed_by_[clause.set.value] = package.value;
    needed_.push_back(clause.set);
    examined_.push_back(clause.set);
    if (!examine(clause.set)) return false;
  }
  return true;
}

bool Search::on_excluded(PackageIndex package) {
  for (const auto set : universe_.sets_with(package))
    if (needed_by_[set.value] != kNobody && !examine(set)) return false;
  return true;
}

bool Search::examine_learnt(std::uint32_t number) {
  const auto& clause = learnt_[number];
  const Literal* only = nullptr;
  for (const auto& literal : clause) {
    if (is_true(literal)) return true;
    if (is_false(literal)) continue;
    if (only != nullptr) return true;
    only = &literal;
  }
  if (only == nullptr) {
    conflict_ = clause;
    return false;
  }
  return assign(only->package, only->positive ? Value::yes : Value::no,
                {Reason::Kind::learnt, number, {}});
}

bool Search::propagate() {
  while (propagated_ < trail_.size()) {
    const auto package = trail_[propagated_++];
    const bool chosen = is_yes(package);
    if (chosen ? !on_chosen(package) : !on_excluded(package)) return false;
    if (learnt_of_.empty()) continue;
    for (const auto number : learnt_of_[package.value])
      if (!examine_learnt(number)) return false;
  }
  return true;
}

// Chooses for the first needed set that nothing meets yet. False if all are met: a solution.
bool Search::decide() {
  for (; checked_ < needed_.size(); ++checked_) {
    const auto members = universe_.members(needed_[checked_]);
    if (std::ranges::any_of(members, [&](PackageIndex m) { return is_yes(m); })) continue;
    const auto free = std::ranges::find_if(members, [&](PackageIndex m) { return !is_no(m); });
    base::check(free != members.end(), "a needed set without possible member is a conflict");
    level_begin_.push_back(trail_.size());
    level_needed_.push_back(needed_.size());
    level_checked_.push_back(checked_);
    assign(*free, Value::yes, {Reason::Kind::decision, 0, {}});
    return true;
  }
  return false;
}

void Search::undo_to(std::size_t wanted) {
  const auto from = level_begin_[wanted];
  for (auto i = from; i < trail_.size(); ++i) value_[trail_[i].value] = Value::open;
  for (auto i = level_needed_[wanted]; i < needed_.size(); ++i)
    needed_by_[needed_[i].value] = kNobody;
  trail_.resize(from);
  needed_.resize(level_needed_[wanted]);
  checked_ = level_checked_[wanted];
  level_begin_.resize(wanted);
  level_needed_.resize(wanted);
  level_checked_.resize(wanted);
  propagated_ = from;
}

void Search::learn(Clause clause) {
  if (learnt_of_.empty()) learnt_of_.resize(universe_.size());
  const auto number = static_cast<std::uint32_t>(learnt_.size());
  for (const auto& literal : clause) {
    learnt_of_[literal.package.value].push_back(number);
    touched_learnt_.push_back(literal.package);
  }
  learnt_.push_back(std::move(clause));
}

// First unique implication point; jumps back and asserts it. False: the goals exclude each other.
bool Search::resolve_conflict() {
  if (level() == 0) return false;
  Clause learnt;
  std::size_t open = 0;
  std::size_t back = 0;
  auto position = trail_.size();
  std::vector<PackageIndex> marked;
  Clause clause = std::move(conflict_);
  PackageIndex pivot;
  for (;;) {
    for (const auto& literal : clause) {
      const auto package = literal.package;
      if (package == pivot || is_absent(package) || seen_[package.value] != 0) continue;
      const auto at = level_of_[package.value];
      if (at == 0) continue;
      seen_[package.value] = 1;
      marked.push_back(package);
      if (at == level()) {
        ++open;
      } else {
        learnt.push_back(literal);
        back = std::max<std::size_t>(back, at);
      }
    }
    do --position;
    while (seen_[trail_[position].value] == 0);
    pivot = trail_[position];
    if (--open == 0) break;
    clause = clause_of(pivot);
  }
  const Literal asserted{pivot, !is_yes(pivot)};
  for (const auto package : marked) seen_[package.value] = 0;
  learnt.push_back(asserted);
  undo_to(back);
  learn(learnt);
  return assign(asserted.package, asserted.positive ? Value::yes : Value::no,
                {Reason::Kind::learnt, static_cast<std::uint32_t>(learnt_.size() - 1), {}});
}

void Search::reset() {
  for (const auto package : trail_) value_[package.value] = Value::open;
  for (const auto set : needed_) needed_by_[set.value] = kNobody;
  for (const auto package : touched_learnt_) learnt_of_[package.value].clear();
  trail_.clear();
  needed_.clear();
  level_begin_.clear();
  level_needed_.clear();
  level_checked_.clear();
  examined_.clear();
  learnt_.clear();
  touched_learnt_.clear();
  propagated_ = checked_ = 0;
}

std::vector<SetIndex> Search::examined() const {
  auto sets = examined_;
  std::ranges::sort(sets);
  sets.erase(std::ranges::unique(sets).begin(), sets.end());
  return sets;
}

std::optional<std::vector<PackageIndex>> Search::solve(std::span<const PackageIndex> goals) {
  reset();
  for (const auto goal : goals) {
    if (is_absent(goal) || universe_.broken(goal)) return std::nullopt;
    assign(goal, Value::yes, {Reason::Kind::goal, 0, {}});
  }
  for (;;) {
    if (!propagate()) {
      if (!resolve_conflict()) return std::nullopt;
    } else if (!decide()) {
      std::vector<PackageIndex> chosen;
      for (const auto package : trail_)
        if (is_yes(package)) chosen.push_back(package);
      std::ranges::sort(chosen);
      return chosen;
    }
  }
}

}  // namespace sluice::solve
