// Tables of an enumeration's words, as they stand in files and in rows: arrays of pairs (value,
// word).
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace sluice::adt {

// The word of a value that the table has.
template <class Table, class Key>
std::string_view text_in(const Table& table, Key key) {
  return std::ranges::find(table, key, &Table::value_type::first)->second;
}

// Nothing: no value has this word.
template <class Table>
auto find_in(const Table& table, std::string_view text)
    -> std::optional<typename Table::value_type::first_type> {
  const auto at = std::ranges::find(table, text, &Table::value_type::second);
  if (at == table.end()) return std::nullopt;
  return at->first;
}

}  // namespace sluice::adt
