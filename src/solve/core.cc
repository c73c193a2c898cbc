#include "solve/core.h"

#include <algorithm>
#include <cstdlib>

namespace sluice::solve {
namespace {

constexpr std::uint32_t kNoClause = 0xffffffffU;

std::uint32_t variable_of(CoreLiteral literal) {
  return static_cast<std::uint32_t>(std::abs(literal)) - 1;
}

// Row of a literal in the table of watches.
std::size_t row_of(CoreLiteral literal) {
  return std::size_t{variable_of(literal)} * 2 + (literal < 0 ? 1 : 0);
}

class CoreSearch {
 public:
  CoreSearch(std::size_t variables, std::span<const CoreClause> clauses)
      : originals_(clauses.size()),
        clauses_(clauses.begin(), clauses.end()),
        antecedents_(clauses.size()),
        watches_(variables * 2),
        value_(variables, 0),
        level_(variables, 0),
        reason_(variables, kNoClause),
        seen_(variables, 0) {}

  // The original clauses of a proof that there is no solution; nothing if there is one.
  std::optional<std::vector<std::size_t>> run() {
    for (std::uint32_t i = 0; i < originals_; ++i) {
      if (clauses_[i].empty()) return std::vector<std::size_t>{i};
      if (!attach(i)) return originals_of(conflict_);
    }
    while (true) {
      if (!propagate()) {
        if (level_begin_.empty()) return originals_of(conflict_);
        learn();
      } else if (!decide()) {
        return std::nullopt;
      }
    }
  }

 private:
  bool is_true(CoreLiteral l) const { return value_[variable_of(l)] == (l > 0 ? 1 : -1); }
  bool is_false(CoreLiteral l) const { return value_[variable_of(l)] == (l > 0 ? -1 : 1); }
  std::uint32_t level() const { return static_cast<std::uint32_t>(level_begin_.size()); }

  void assign(CoreLiteral literal, std::uint32_t reason) {
    const auto variable = variable_of(literal);
    value_[variable] = literal > 0 ? std::int8_t{1} : std::int8_t{-1};
    level_[variable] = level();
    reason_[variable] = reason;
    trail_.push_back(literal);
  }

  // Watches the first two literals; a unit clause is assigned. False: it contradicts level 0.
  bool attach(std::uint32_t clause) {
    const auto& literals = clauses_[clause];
    if (literals.size() > 1) {
      watches_[row_of(literals[0])].push_back(clause);
      watches_[row_of(literals[1])].push_back(clause);
      return true;
    }
    if (is_false(literals[0])) {
      conflict_ = clause;
      return false;
    }
    if (!is_true(literals[0])) assign(literals[0], clause);
    return true;
  }

  // Moves the watch of a clause away from a false literal. False: nowhere to go.
  bool move_watch(std::uint32_t clause, CoreLiteral falsified) {
    auto& literals = clauses_[clause];
    if (literals[0] == falsified) std::swap(literals[0], literals[1]);
    if (is_true(literals[0])) return false;
    for (std::size_t i = 2; i < literals.size(); ++i) {
      if (is_false(literals[i])) continue;
      std::swap(literals[1], literals[i]);
      watches_[row_of(literals[1])].push_back(clause);
      return true;
    }
    return false;
  }

  bool propagate() {
    while (propagated_ < trail_.size()) {
      const CoreLiteral falsified = -trail_[propagated_++];
      auto& watching = watches_[row_of(falsified)];
      std::size_t kept = 0;
      for (std::size_t i = 0; i < watching.size(); ++i) {
        const auto clause = watching[i];
        if (move_watch(clause, falsified)) continue;
        watching[kept++] = clause;
        const auto first = clauses_[clause][0];
        if (is_true(first)) continue;
        if (!is_false(first)) {
          assign(first, clause);
          continue;
        }
        while (++i < watching.size()) watching[kept++] = watching[i];
        watching.resize(kept);
        conflict_ = clause;
        return false;
      }
      watching.resize(kept);
    }
    return true;
  }

  // An open literal of a clause that is not met by leaving everything open out; nothing is left to
  // decide when there is none, as open variables may then be false.
  bool decide() {
    for (std::uint32_t i = 0; i < originals_; ++i) {
      CoreLiteral wanted = 0;
      bool met = false;
      for (const auto literal : clauses_[i]) {
        if (is_true(literal) || (literal < 0 && !is_false(literal))) {
          met = true;
          break;
        }
        if (!is_false(literal) && (wanted == 0 || variable_of(literal) < variable_of(wanted)))
          wanted = literal;
      }
      if (met || wanted == 0) continue;
      level_begin_.push_back(trail_.size());
      assign(wanted, kNoClause);
      return true;
    }
    return false;
  }

  void undo_to(std::uint32_t wanted) {
    const auto begin = level_begin_[wanted];
    while (trail_.size() > begin) {
      value_[variable_of(trail_.back())] = 0;
      trail_.pop_back();
    }
    level_begin_.resize(wanted);
    propagated_ = begin;
  }

  // The first unique implication point of the conflict becomes a clause, with those it came from.
  // Literals of level 0 stay in it, so that every learnt clause is a plain resolvent.
  void learn() {
    CoreClause learnt = {0};
    std::vector<std::uint32_t> from;
    std::size_t open = 0;
    auto at = trail_.size();
    auto clause = conflict_;
    CoreLiteral pivot = 0;
    do {
      from.push_back(clause);
      for (const auto literal : clauses_[clause]) {
        const auto variable = variable_of(literal);
        if (literal == pivot || seen_[variable] != 0) continue;
        seen_[variable] = 1;
        if (level_[variable] == level())
          ++open;
        else
          learnt.push_back(literal);
      }
      do pivot = trail_[--at];
      while (seen_[variable_of(pivot)] == 0);
      clause = reason_[variable_of(pivot)];
      seen_[variable_of(pivot)] = 0;
    } while (--open > 0);
    learnt[0] = -pivot;
    for (const auto literal : learnt) seen_[variable_of(literal)] = 0;
    keep(std::move(learnt), std::move(from));
  }

  // Goes back to where the learnt clause has one literal left, and assigns that.
  void keep(CoreClause learnt, std::vector<std::uint32_t> from) {
    const auto deepest =
        std::ranges::max_element(learnt.begin() + 1, learnt.end(), {},
                                 [&](CoreLiteral l) { return level_[variable_of(l)]; });
    const auto back = deepest == learnt.end() ? 0 : level_[variable_of(*deepest)];
    if (deepest != learnt.end()) std::iter_swap(learnt.begin() + 1, deepest);
    undo_to(back);
    const auto number = static_cast<std::uint32_t>(clauses_.size());
    const auto asserted = learnt[0];
    if (learnt.size() > 1) {
      watches_[row_of(learnt[0])].push_back(number);
      watches_[row_of(learnt[1])].push_back(number);
    }
    clauses_.push_back(std::move(learnt));
    antecedents_.push_back(std::move(from));
    assign(asserted, number);
  }

  // Everything a conflict at level 0 rests on: its clause, the reasons of its literals, and so on.
  std::vector<std::size_t> originals_of(std::uint32_t conflict) const {
    std::vector<std::uint8_t> visited(clauses_.size(), 0);
    std::vector<std::uint32_t> queue;
    const auto visit = [&](std::uint32_t clause) {
      if (clause != kNoClause && visited[clause] == 0) {
        visited[clause] = 1;
        queue.push_back(clause);
      }
    };
    std::vector<std::size_t> found;
    visit(conflict);
    while (!queue.empty()) {
      const auto clause = queue.back();
      queue.pop_back();
      if (clause < originals_) found.push_back(clause);
      for (const auto from : antecedents_[clause]) visit(from);
      for (const auto literal : clauses_[clause])
        if (value_[variable_of(literal)] != 0 && level_[variable_of(literal)] == 0)
          visit(reason_[variable_of(literal)]);
    }
    std::ranges::sort(found);
    return found;
  }

  std::size_t originals_;
  std::vector<CoreClause> clauses_;                      // originals, then learnt ones
  std::vector<std::vector<std::uint32_t>> antecedents_;  // by clause; none for originals
  std::vector<std::vector<std::uint32_t>> watches_;      // by row_of a literal
  std::vector<std::int8_t> value_;                       // by variable: 1, -1, 0 open
  std::vector<std::uint32_t> level_, reason_;
  std::vector<std::uint8_t> seen_;
  std::vector<CoreLiteral> trail_;
  std::vector<std::size_t> level_begin_;
  std::size_t propagated_ = 0;
  std::uint32_t conflict_ = kNoClause;
};

std::vector<CoreClause> chosen(std::span<const CoreClause> clauses,
                               std::span<const std::size_t> positions) {
  std::vector<CoreClause> some;
  for (const auto position : positions) some.push_back(clauses[position]);
  return some;
}

}  // namespace

std::optional<std::vector<std::size_t>> find_core(std::size_t variables,
                                                  std::span<const CoreClause> clauses) {
  return CoreSearch(variables, clauses).run();
}

// Deletion: what is still contradictory without a clause does not need it. Every core that comes
// back shortens the rest of the work.
std::optional<std::vector<std::size_t>> find_minimal_core(std::size_t variables,
                                                          std::span<const CoreClause> clauses) {
  auto core = find_core(variables, clauses);
  if (!core) return core;
  std::size_t needed = 0;  // at the end of the core: known to be necessary
  while (needed < core->size()) {
    auto rest = *core;
    rest.erase(rest.end() - static_cast<std::ptrdiff_t>(needed) - 1);
    const auto smaller = find_core(variables, chosen(clauses, rest));
    if (!smaller) {
      ++needed;
      continue;
    }
    std::vector<std::size_t> kept;
    for (const auto position : *smaller) kept.push_back(rest[position]);
    core = std::move(kept);
  }
  return core;
}

}  // namespace sluice::solve
