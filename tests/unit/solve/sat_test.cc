#include "solve/sat.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "support/rounds.h"

using namespace sluice;
using solve::Prefer;
using solve::Sat;
using solve::SatLiteral;

namespace {

using Clause = std::vector<SatLiteral>;

bool clause_holds(const Clause& clause, const std::vector<bool>& values) {
  return std::ranges::any_of(clause,
                             [&](SatLiteral l) { return values[l.variable] == l.positive; });
}

bool all_hold(const std::vector<Clause>& clauses, const std::vector<bool>& values) {
  return std::ranges::all_of(clauses, [&](const auto& c) { return clause_holds(c, values); });
}

bool brute_force(const std::vector<Clause>& clauses, std::size_t variables) {
  for (unsigned bits = 0; bits < 1U << variables; ++bits) {
    std::vector<bool> values;
    for (std::size_t v = 0; v < variables; ++v) values.push_back((bits >> v & 1U) != 0);
    if (all_hold(clauses, values)) return true;
  }
  return false;
}

}  // namespace

// migration 9 (c)
TEST_CASE("sat: agrees with brute force on random clauses and assumptions") {
  int satisfiable = 0;
  for (unsigned seed = 1; seed <= test::rounds(2000U); ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    constexpr std::size_t kVariables = 9;
    Sat sat(kVariables);
    std::vector<Clause> clauses;
    const auto literal = [&] {
      return SatLiteral{static_cast<std::uint32_t>(random() % kVariables), random() % 2 == 0};
    };
    for (auto n = 10 + random() % 35; n > 0; --n) {
      Clause clause;
      for (auto k = 2 + random() % 3; k > 0; --k) clause.push_back(literal());
      clauses.push_back(clause);
      sat.add(clause);
    }
    // Several questions to one solver: what it learnt for one must be true for all.
    for (int question = 0; question < 4; ++question) {
      Clause assumptions;
      for (auto n = random() % 4; n > 0; --n) assumptions.push_back(literal());
      auto wanted = clauses;
      for (const auto a : assumptions) wanted.push_back({a});
      const auto model = sat.solve(assumptions, question % 2 == 0 ? Prefer::yes : Prefer::no);
      CHECK(model.has_value() == brute_force(wanted, kVariables));
      if (!model) continue;
      ++satisfiable;
      CHECK(all_hold(wanted, *model));
    }
  }
  CHECK(satisfiable > test::rounds(500));
}

TEST_CASE("sat: preference decides what nothing speaks against") {
  Sat sat(2);
  sat.add({{0, false}, {1, false}});
  CHECK(*sat.solve({}, Prefer::no) == std::vector<bool>{false, false});
  CHECK(*sat.solve({}, Prefer::yes) == std::vector<bool>{true, false});
}

TEST_CASE("sat: an empty clause is never satisfied, a tautology always") {
  Sat sat(1);
  sat.add({{0, true}, {0, false}});
  CHECK(sat.solve({}, Prefer::yes).has_value());
  sat.add({});
  CHECK_FALSE(sat.solve({}, Prefer::yes).has_value());
}
