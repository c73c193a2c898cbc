#include "solve/sat.h"

#include <algorithm>
#include <utility>

namespace sluice::solve {

Sat::Sat(std::size_t variables)
    : watches_(variables * 2),
      values_(variables, Value::open),
      reasons_(variables, kNone),
      levels_(variables, 0) {}

Sat::Value Sat::value(SatLiteral l) const {
  const auto v = values_[l.variable];
  if (v == Value::open || l.positive) return v;
  return v == Value::yes ? Value::no : Value::yes;
}

void Sat::add(std::vector<SatLiteral> clause) {
  std::ranges::sort(clause);
  clause.erase(std::ranges::unique(clause).begin(), clause.end());
  for (std::size_t i = 1; i < clause.size(); ++i)
    if (clause[i].variable == clause[i - 1].variable) return;  // says nothing
  if (clause.empty()) {
    contradiction_ = true;
  } else if (clause.size() == 1) {
    units_.push_back(clause.front());
  } else {
    (void)attach(std::move(clause));
  }
}

std::uint32_t Sat::attach(std::vector<SatLiteral> clause) {
  const auto index = static_cast<std::uint32_t>(clauses_.size());
  watches_[slot(clause[0])].push_back(index);
  watches_[slot(clause[1])].push_back(index);
  clauses_.push_back(std::move(clause));
  return index;
}

void Sat::assign(SatLiteral literal, std::uint32_t reason) {
  values_[literal.variable] = literal.positive ? Value::yes : Value::no;
  reasons_[literal.variable] = reason;
  levels_[literal.variable] = static_cast<std::uint32_t>(level());
  trail_.push_back(literal);
}

std::uint32_t Sat::propagate() {
  while (propagated_ < trail_.size()) {
    const auto failed = ~trail_[propagated_++];
    auto& watching = watches_[slot(failed)];
    std::size_t kept = 0;
    for (std::size_t i = 0; i < watching.size(); ++i) {
      const auto index = watching[i];
      auto& clause = clauses_[index];
      if (clause[0] == failed) std::swap(clause[0], clause[1]);
      const auto open = std::find_if(clause.begin() + 2, clause.end(),
                                     [&](SatLiteral l) { return value(l) != Value::no; });
      if (value(clause[0]) != Value::yes && open != clause.end()) {
        std::swap(clause[1], *open);
        watches_[slot(clause[1])].push_back(index);
        continue;
      }
      watching[kept++] = index;
      if (value(clause[0]) == Value::yes) continue;
      if (value(clause[0]) == Value::no) {
        for (++i; i < watching.size(); ++i) watching[kept++] = watching[i];
        watching.resize(kept);
        return index;
      }
      assign(clause[0], index);
    }
    watching.resize(kept);
  }
  return kNone;
}

void Sat::undo_to(std::size_t to) {
  if (level() <= to) return;
  const auto begin = level_begin_[to];
  for (auto i = begin; i < trail_.size(); ++i) values_[trail_[i].variable] = Value::open;
  trail_.resize(begin);
  level_begin_.resize(to);
  propagated_ = std::min(propagated_, begin);
}

// First unique implication point: the clause has one literal of the newest level.
bool Sat::resolve(std::uint32_t conflict) {
  if (level() == 0) return false;
  std::vector<bool> seen(values_.size());
  std::vector<SatLiteral> learnt(1);
  std::size_t open = 0, at = trail_.size(), back = 0;
  auto reason = conflict;
  SatLiteral pivot;
  do {
    for (const auto literal : clauses_[reason]) {
      const auto v = literal.variable;
      if (seen[v] || levels_[v] == 0 || value(literal) != Value::no) continue;
      seen[v] = true;
      if (levels_[v] == level()) {
        ++open;
      } else {
        learnt.push_back(literal);
        back = std::max(back, std::size_t{levels_[v]});
      }
    }
    do pivot = trail_[--at];
    while (!seen[pivot.variable]);
    reason = reasons_[pivot.variable];
  } while (--open > 0);
  learnt[0] = ~pivot;
  undo_to(back);
  if (learnt.size() == 1) {
    units_.push_back(learnt[0]);
    assign(learnt[0], kNone);
    return true;
  }
  const auto newest = std::max_element(learnt.begin() + 1, learnt.end(), [&](auto a, auto b) {
    return levels_[a.variable] < levels_[b.variable];
  });
  std::swap(learnt[1], *newest);
  const auto first = learnt[0];
  assign(first, attach(std::move(learnt)));
  return true;
}

std::optional<std::vector<bool>> Sat::solve(std::span<const SatLiteral> assumptions,
                                            Prefer prefer) {
  undo_to(0);
  for (const auto literal : trail_) values_[literal.variable] = Value::open;
  trail_.clear();
  propagated_ = 0;
  if (contradiction_) return std::nullopt;
  for (const auto literal : units_) {
    if (value(literal) == Value::no) return std::nullopt;
    if (value(literal) == Value::open) assign(literal, kNone);
  }
  std::uint32_t next = 0;
  while (true) {
    if (const auto conflict = propagate(); conflict != kNone) {
      if (!resolve(conflict)) return std::nullopt;
      next = 0;
      continue;
    }
    SatLiteral choice;
    if (level() < assumptions.size()) {
      choice = assumptions[level()];
      if (value(choice) == Value::no) return std::nullopt;
      level_begin_.push_back(trail_.size());  // also where it holds already: one level each
      if (value(choice) == Value::open) assign(choice, kNone);
      continue;
    }
    while (next < values_.size() && values_[next] != Value::open) ++next;
    if (next == values_.size()) break;
    choice = {next, prefer == Prefer::yes};
    level_begin_.push_back(trail_.size());
    assign(choice, kNone);
  }
  std::vector<bool> model;
  for (const auto v : values_) model.push_back(v == Value::yes);
  return model;
}

}  // namespace sluice::solve
