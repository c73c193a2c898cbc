// Compressed rows: row i of X stands at X[begin[i] .. begin[i + 1]).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::solve {

// `each` calls what it is given with (row, value) for every value, twice and in the same order;
// within a row the values keep that order.
template <class Value, class Each>
void to_rows(std::size_t rows, std::vector<std::uint32_t>& begin, std::vector<Value>& values,
             const Each& each) {
  begin.assign(rows + 1, 0);
  each([&](std::size_t row, const Value&) { ++begin[row + 1]; });
  for (std::size_t i = 0; i < rows; ++i) begin[i + 1] += begin[i];
  values.resize(begin[rows]);
  auto at = begin;
  each([&](std::size_t row, const Value& value) { values[at[row]++] = value; });
}

}  // namespace sluice::solve
