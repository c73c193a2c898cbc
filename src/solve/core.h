// Unsatisfiable cores: which of some clauses cannot hold together. A small eager CDCL that keeps
// the derivation of what it learns; made for the few hundred clauses that a search has looked at,
// not for an archive. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sluice::solve {

// `variable + 1`, negated for "not": -1 says that variable 0 is false.
using CoreLiteral = std::int32_t;
using CoreClause = std::vector<CoreLiteral>;

// Positions of clauses that cannot hold together, sorted; nothing if all clauses can hold. Small,
// because only what the proof used is in it, but not minimal.
std::optional<std::vector<std::size_t>> find_core(std::size_t variables,
                                                  std::span<const CoreClause> clauses);

// The same, and without any one of them the others can hold. Of several such cores it is one that
// avoids late positions: clauses are given up from the last to the first.
std::optional<std::vector<std::size_t>> find_minimal_core(std::size_t variables,
                                                          std::span<const CoreClause> clauses);

}  // namespace sluice::solve
