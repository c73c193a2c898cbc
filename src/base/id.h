// Index<Tag>: a dense 32-bit number of one kind of thing. Distinct types, so that a name is never
// passed where a version is wanted; plain integers underneath, so that tables are vectors.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace sluice::base {

template <class Tag>
struct Index {
  static constexpr std::uint32_t kNone = 0xffffffffU;
  std::uint32_t value = kNone;

  constexpr Index() = default;
  constexpr explicit Index(std::uint32_t v) : value(v) {}
  constexpr explicit Index(std::size_t v) : value(static_cast<std::uint32_t>(v)) {}
  constexpr bool valid() const { return value != kNone; }
  friend constexpr auto operator<=>(Index, Index) = default;
};

}  // namespace sluice::base

template <class Tag>
struct std::hash<sluice::base::Index<Tag>> {
  std::size_t operator()(sluice::base::Index<Tag> index) const noexcept { return index.value; }
};
