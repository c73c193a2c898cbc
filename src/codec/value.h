// Value: a tree of plain data, what JSON and YAML have in common. Maps are sorted by key, so that
// whatever is printed from them has one order.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace sluice::codec {

struct Value;
using List = std::vector<Value>;
using Map = std::map<std::string, Value, std::less<>>;

// A time without zone, written unquoted by YAML ("2026-11-20 20:15:06.992715").
struct Timestamp {
  std::string text;
  friend bool operator==(const Timestamp&, const Timestamp&) = default;
};

struct Value
    : std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Timestamp, List, Map> {
  using variant::variant;
  Value() : variant(nullptr) {}
  Value(const char* text) : variant(std::string(text)) {}  // else a pointer becomes a bool
  Value(std::string_view text) : variant(std::string(text)) {}
  Value(int number) : variant(static_cast<std::int64_t>(number)) {}
  Value(std::size_t number) : variant(static_cast<std::int64_t>(number)) {}

  // Null unless this is a map that has the key.
  const Value* find(std::string_view key) const {
    const auto* map = std::get_if<Map>(this);
    if (map == nullptr) return nullptr;
    const auto at = map->find(key);
    return at == map->end() ? nullptr : &at->second;
  }
  // The text that this map has there; "" where it has none.
  std::string text(std::string_view key) const {
    const auto* found = find(key);
    return found == nullptr || found->string() == nullptr ? "" : *found->string();
  }
  const std::string* string() const { return std::get_if<std::string>(this); }
  const List* list() const { return std::get_if<List>(this); }
  const Map* map() const { return std::get_if<Map>(this); }
};

// The texts of a range as a list, in its order.
template <class Texts>
List list_of(const Texts& texts) {
  List list;
  list.reserve(texts.size());
  for (const auto& text : texts) list.emplace_back(std::string_view(text));
  return list;
}

}  // namespace sluice::codec
