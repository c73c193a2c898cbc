// Witness: a set of target packages that is closed (each clause of a member has a member), free of
// conflicts, and contains all Essential packages: so every member is installable. Belongs to
// Installability, which keeps several and an undo log.
#pragma once

#include <cstdint>
#include <vector>

#include "solve/universe.h"

namespace sluice::solve {

class Witness {
 public:
  explicit Witness(std::size_t packages) : bits_((packages + 63) / 64) {}

  bool has(PackageIndex p) const { return (bits_[p.value >> 6] >> (p.value & 63) & 1) != 0; }
  void flip(PackageIndex p) { bits_[p.value >> 6] ^= std::uint64_t{1} << (p.value & 63); }

  // Some member of the set is in the witness.
  bool meets(const Universe& universe, SetIndex set) const;
  // The package conflicts with nobody in the witness.
  bool tolerates(const Universe& universe, PackageIndex package) const;

  // Members, sorted.
  std::vector<PackageIndex> members() const;

 private:
  std::vector<std::uint64_t> bits_;
};

// Takes out whatever cannot stay: what is not present, is broken, conflicts with another member, or
// has a clause without a member, until no more has to go. What is left is closed and free of
// conflicts. Returns how many went.
std::size_t reduce(const Universe& universe, const std::vector<std::uint8_t>& present,
                   Witness& witness);

// Puts `package` into the witness with whatever present packages it needs, depth first and without
// going back on a choice that worked: quick and usually enough. Returns the packages to add, empty
// if no way was found within `steps_max`; the witness is unchanged in either case but for the bits
// of the returned packages, which are set.
std::vector<PackageIndex> extend(const Universe& universe, const std::vector<std::uint8_t>& present,
                                 Witness& witness, PackageIndex package, int steps_max);

}  // namespace sluice::solve
