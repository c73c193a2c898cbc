// Comparison: the installable packages of one architecture before and after a change, which of them
// are the same package by name, and what of the old relations no longer holds. Belongs to
// Coinstallability. Source: docs/adr/0025-coinstallability.md.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "deb/snapshot.h"
#include "solve/installability.h"
#include "solve/search.h"

namespace sluice::solve {

class Comparison {
 public:
  // Whose old set has a member that its new one may lack.
  struct Need {
    PackageIndex package;  // as it is after
    SetIndex set;          // a clause of it that nothing before promises to be met

    friend auto operator<=>(const Need&, const Need&) = default;
  };

  // The references must outlive this.
  Comparison(const deb::Snapshot& snapshot, const Universe& universe,
             const Installability& installability);

  // Compares now with the mark. False: nothing that was there left.
  bool start(Installability::Mark since);

  bool before(PackageIndex p) const { return before_[p.value] != 0; }
  bool after(PackageIndex p) const { return installability_.usable()[p.value] != 0; }
  // The package of the same name on the other side; invalid: none.
  PackageIndex image(PackageIndex old) const;
  PackageIndex origin(PackageIndex now) const;

  // The set had a member whose image is not in it, or which has none.
  bool weakened(SetIndex set) const { return weakened_[set.value] != 0; }
  // Clauses of packages of both sides that no clause from before implies; sorted.
  std::vector<Need> needs() const;

  const std::vector<PackageIndex>& lost() const { return change_.lost; }
  const std::vector<PackageIndex>& gained() const { return change_.gained; }
  // Installable Essential packages.
  const std::vector<PackageIndex>& essentials_before() const { return essentials_before_; }
  const std::vector<PackageIndex>& essentials_after() const { return essentials_after_; }

  // Complete searches, with the Essential packages. The packages are installable on that side.
  bool together_before(PackageIndex a, PackageIndex b);
  bool together_after(PackageIndex a, PackageIndex b);

 private:
  void find_weakened();
  bool implied(PackageIndex old, SetIndex set) const;

  const deb::Snapshot& snapshot_;
  const Universe& universe_;
  const Installability& installability_;
  std::vector<PackageIndex> essential_ids_;  // of all suites
  std::vector<std::uint8_t> before_;
  Installability::UsableChange change_;
  std::unordered_map<std::uint32_t, PackageIndex> image_, origin_;
  std::vector<std::uint8_t> weakened_;
  std::vector<SetIndex> weakened_list_;
  std::vector<PackageIndex> essentials_before_, essentials_after_;
  Search search_before_, search_after_;
};

}  // namespace sluice::solve
