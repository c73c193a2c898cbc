// Nearness: which packages can matter for the same answers. Whether a package can be installed
// depends only on packages that it reaches through its relations, and that the Essential ones
// reach. So two changes of the target can only meet if something reaches both. Source:
// migration 5.1.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

#include "migrate/judge.h"

namespace sluice::migrate {

// What an attempt reads or changes by name, and the packages that it may move.
struct Footprint {
  std::vector<deb::BinaryRef> packages;
  std::vector<NameId> names;  // of sources and of binaries
};

// What attempts to move the items may touch in the target as it is now, whatever comes of them.
Footprint footprint_of(const World& world, std::span<const Item> items);

class Nearness {
 public:
  // Nothing is near.
  void reset(std::span<const std::unique_ptr<const solve::Universe>> universes);
  // From now on all is near that can matter for what the footprint touches. Cost: what is newly
  // near.
  void add(const Footprint& footprint, const World& world);
  bool touches(const Footprint& footprint) const;

 private:
  struct Arch {
    std::vector<std::uint8_t> above;  // reaches something that was added
    std::vector<std::uint8_t> near;   // is reached by something above, or by an Essential package
    bool all = false;                 // an Essential package is above: whatever needs it, all do
  };
  void add_below(ArchIndex arch, deb::PackageIndex package, const solve::Universe& universe);
  std::vector<Arch> archs_;  // empty rows until something is added
  std::unordered_set<NameId> names_;
};

}  // namespace sluice::migrate
