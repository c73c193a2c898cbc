// Typed keys of a YAML file of ours: each key has a reader; an unknown key is an error that names
// the nearest one. Source: decision 12.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/result.h"
#include "codec/value.h"

namespace sluice::cli {

template <class To>
struct Key {
  std::string_view name;
  base::Result<void> (*read)(To&, const codec::Value&);
};

inline base::Result<void> expected(std::string_view what) {
  return base::fail(base::ErrorKind::invalid, "expected " + std::string(what));
}

inline base::Result<void> text_to(std::string& to, const codec::Value& value) {
  if (!value.string() || value.string()->empty()) return expected("a text");
  to = *value.string();
  return {};
}

// A list of texts, or one alone.
inline base::Result<void> texts_to(std::vector<std::string>& to, const codec::Value& value) {
  const auto* list = value.list();
  to.assign(list == nullptr ? 1 : list->size(), {});
  for (std::size_t i = 0; i < to.size(); ++i)
    if (auto read = text_to(to[i], list == nullptr ? value : (*list)[i]); !read) return read;
  return {};
}

inline base::Result<void> switch_to(bool& to, const codec::Value& value) {
  const auto* is_on = std::get_if<bool>(&value);
  if (is_on == nullptr) return expected("true or false");
  to = *is_on;
  return {};
}

base::Result<void> number_to(auto& to, const codec::Value& value, std::int64_t least,
                             std::int64_t most) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || *number < least || *number > most)
    return expected("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  to = static_cast<std::remove_reference_t<decltype(to)>>(*number);
  return {};
}

// Letters that have to be changed, put in or left out to make one of the other.
std::size_t letters_between(std::string_view a, std::string_view b);

template <class Keys, class To>
base::Result<void> read_keys(const Keys& keys, To& to, const codec::Value& value) {
  const auto* map = value.map();
  if (map == nullptr) return expected("keys with values");
  for (const auto& [name, entry] : *map) {
    const auto at = std::ranges::find(keys, std::string_view(name), &Key<To>::name);
    if (at == keys.end()) {
      const auto near = std::ranges::min_element(
          keys, {}, [&](const Key<To>& key) { return letters_between(key.name, name); });
      return base::fail(
          base::ErrorKind::invalid,
          "there is no key \"" + name + "\"; did you mean \"" + std::string(near->name) + "\"?");
    }
    if (auto read = at->read(to, entry); !read) return base::fail_with(read.error(), name);
  }
  return {};
}

}  // namespace sluice::cli
