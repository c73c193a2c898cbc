// Installability of the packages that are in the target on one architecture, kept up to date under
// changes with undo. Source: migration 5.1, 5.3; docs/adr/0005-own-solver.md.
//
// The state is a small number of witnesses: sets of target packages that are closed (each clause of
// a member has a member), free of conflicts, and contain all Essential packages. A package in any
// witness is installable. A change repairs the witnesses that it touches; only what falls out of
// all of them is searched again, by a complete search.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "solve/universe.h"
#include "solve/witness.h"

namespace sluice::solve {

struct InstallabilityChange {
  std::vector<PackageIndex>
      broken;  // in the target and not installable now, were before or are new
  std::vector<PackageIndex> repaired;  // in the target and installable now, were not before
};

class Installability {
 public:
  // `present`: the target's packages; at most one per name. The universe must outlive this.
  // `likely`: rows of packages that probably can be installed together, each once in a row. The
  // answers are the same whatever they are; good ones save most of the search.
  Installability(const Universe& universe, std::span<const PackageIndex> present,
                 std::span<const std::vector<PackageIndex>> likely = {});
  ~Installability();
  Installability(const Installability&) = delete;
  Installability& operator=(const Installability&) = delete;

  bool present(PackageIndex package) const;
  bool installable(PackageIndex package) const;     // present, and its dependencies can be met
  std::vector<PackageIndex> uninstallable() const;  // sorted

  // For an uninstallable package of the target: sets of which one needs a new member (or one that
  // becomes installable) before the package can be installable. Sorted; none where nothing helps.
  std::vector<SetIndex> obstacles(PackageIndex package) const;

  // Takes packages out and puts packages in; answers what that changed for the packages that are
  // present afterwards. Cost: what hangs on the changed packages, not the size of the archive.
  InstallabilityChange change(std::span<const PackageIndex> removed,
                              std::span<const PackageIndex> added);

  // The present packages that are installable, by PackageIndex, non-zero. Changes with the state.
  const std::vector<std::uint8_t>& usable() const;
  // What was installable and present at the mark and is not now, and the other way round; sorted.
  struct UsableChange {
    std::vector<PackageIndex> lost, gained;
  };

  // The witnesses, by number; the home of an installable package is the number of one that has it.
  std::span<const Witness> witnesses() const;
  std::uint32_t home(PackageIndex package) const;

  // Undo: everything since the mark is taken back. Marks nest; commit() forgets all of them.
  using Mark = std::size_t;
  Mark mark() const;
  void rollback(Mark mark);
  UsableChange usable_change_since(Mark mark) const;
  void commit();

  // Like rollback(), but what is taken back can be played again up to any mark in it, and rewound
  // again: in the state that was rewound to, and until forget_rewound().
  void rewind(Mark mark);
  void forward(Mark mark);
  void forget_rewound();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::solve
