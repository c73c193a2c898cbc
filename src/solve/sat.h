// Sat: satisfiability of clauses over a few hundred yes-or-no questions, by conflict-driven clause
// learning. For questions about items; questions about packages go to Search, which looks only at
// what it needs. Method: Marques-Silva, Lynce, Malik, "Conflict-Driven Clause Learning SAT
// Solvers", Handbook of Satisfiability.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sluice::solve {

struct SatLiteral {
  std::uint32_t variable = 0;
  bool positive = true;

  SatLiteral operator~() const { return {variable, !positive}; }
  friend auto operator<=>(const SatLiteral&, const SatLiteral&) = default;
};

// What a variable becomes when nothing speaks against it.
enum class Prefer : std::uint8_t { yes, no };

class Sat {
 public:
  explicit Sat(std::size_t variables);

  // A clause: one of the literals holds. None: never satisfiable again.
  void add(std::vector<SatLiteral> clause);

  // Values by variable that satisfy all clauses and assumptions; nothing if there are none.
  std::optional<std::vector<bool>> solve(std::span<const SatLiteral> assumptions, Prefer prefer);

  std::size_t clause_count() const { return clauses_.size(); }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  enum class Value : std::uint8_t { open, yes, no };

  static std::size_t slot(SatLiteral l) {
    return std::size_t{l.variable} * 2 + (l.positive ? 0 : 1);
  }
  Value value(SatLiteral l) const;
  void assign(SatLiteral literal, std::uint32_t reason);
  std::uint32_t attach(std::vector<SatLiteral> clause);
  std::uint32_t propagate();  // the clause that cannot be satisfied, or kNone
  // Learns from the conflict and goes back; false: there is no way out.
  bool resolve(std::uint32_t conflict);
  void undo_to(std::size_t level);
  std::size_t level() const { return level_begin_.size(); }

  std::vector<std::vector<SatLiteral>> clauses_;  // the first two literals are watched
  std::vector<SatLiteral> units_;
  bool contradiction_ = false;
  std::vector<std::vector<std::uint32_t>> watches_;  // by slot: clauses that watch the literal
  std::vector<Value> values_;
  std::vector<std::uint32_t> reasons_, levels_;
  std::vector<SatLiteral> trail_;
  std::vector<std::size_t> level_begin_;
  std::size_t propagated_ = 0;
};

}  // namespace sluice::solve
