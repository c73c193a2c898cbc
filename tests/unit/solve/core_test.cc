#include "solve/core.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "support/rounds.h"

using namespace sluice;
using solve::CoreClause;

namespace {

unsigned core_below(std::mt19937& random, unsigned end) {
  return static_cast<unsigned>(random() % end);
}

bool holds(const CoreClause& clause, unsigned assignment) {
  for (const auto literal : clause) {
    const bool value = (assignment >> (std::abs(literal) - 1) & 1) != 0;
    if (value == (literal > 0)) return true;
  }
  return false;
}

bool satisfiable(unsigned variables, const std::vector<CoreClause>& clauses) {
  for (unsigned assignment = 0; assignment < 1U << variables; ++assignment)
    if (std::ranges::all_of(clauses, [&](const auto& clause) { return holds(clause, assignment); }))
      return true;
  return false;
}

std::vector<CoreClause> pick(const std::vector<CoreClause>& clauses,
                             std::vector<std::size_t> positions, std::size_t without) {
  std::vector<CoreClause> some;
  for (std::size_t i = 0; i < positions.size(); ++i)
    if (i != without) some.push_back(clauses[positions[i]]);
  return some;
}

std::vector<CoreClause> random_clauses(std::mt19937& random, unsigned variables) {
  std::vector<CoreClause> clauses(3 + core_below(random, 20));
  for (auto& clause : clauses)
    for (auto n = 1 + core_below(random, 3); n-- > 0;) {
      const auto literal = static_cast<int>(1 + core_below(random, variables));
      if (std::ranges::find(clause, literal) == clause.end() &&
          std::ranges::find(clause, -literal) == clause.end())
        clause.push_back(core_below(random, 2) == 0 ? literal : -literal);
    }
  return clauses;
}

}  // namespace

// testgrid 5.4
TEST_CASE("core: agrees with brute force on random clauses, and is minimal") {
  constexpr unsigned kSeed = 20261121;
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  int contradictions = 0;
  for (int round = 0; round < test::rounds(3000); ++round) {
    const unsigned variables = 2 + core_below(random, 7);
    const auto clauses = random_clauses(random, variables);
    const auto core = solve::find_minimal_core(variables, clauses);
    INFO("round " << round);
    REQUIRE(core.has_value() == !satisfiable(variables, clauses));
    if (!core) continue;
    ++contradictions;
    CHECK(!satisfiable(variables, pick(clauses, *core, core->size())));
    for (std::size_t i = 0; i < core->size(); ++i)
      CHECK(satisfiable(variables, pick(clauses, *core, i)));
  }
  CHECK(contradictions > test::rounds(1000));
}

TEST_CASE("core: no clauses hold, an empty clause does not") {
  CHECK(!solve::find_core(0, {}));
  const std::vector<CoreClause> clauses = {{1}, {}};
  CHECK(*solve::find_minimal_core(1, clauses) == std::vector<std::size_t>{1});
}

TEST_CASE("core: late clauses are given up first") {
  const std::vector<CoreClause> clauses = {{1}, {-1}, {2}, {-2}};
  CHECK(*solve::find_minimal_core(2, clauses) == std::vector<std::size_t>{0, 1});
}
