// Groups: what one item puts into the target and takes out of it. Source: migration 7.1.
#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "migrate/judge.h"
#include "migrate/target.h"

namespace sluice::migrate {

struct Group {
  Item item;
  std::string uvname;
  std::vector<deb::BinaryRef> adds, removes;  // sorted
  std::vector<deb::BinaryRef> kept;           // old binaries that stay for a smooth update; sorted
};

using GroupRef = std::shared_ptr<const Group>;

// Why an item cannot be tried at all: the target holds something newer, or its binary changed.
struct Constraint {
  std::string text;  // "trying B V from src:S SV, while TARGET has V2"
};

enum class SmoothUpdates : std::uint8_t { allow, ignore };

// `leaving`: binaries that leave with the item's component, sorted.
std::expected<Group, Constraint> group_of(const World& world, const Item& item,
                                          SmoothUpdates smooth,
                                          std::span<const deb::BinaryRef> leaving);

}  // namespace sluice::migrate
