// PairSearch: all pairs of which one needs a doubtful package, asked one by one where a witness
// does not answer. Belongs to Coinstallability. Source: docs/adr/0025-coinstallability.md.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "solve/coinstallability.h"

namespace sluice::solve {

class PairSearch {
 public:
  // The references must outlive this.
  PairSearch(const Universe& universe, const Installability& installability, Comparison& comparison,
             const Coinstallability::Counts& counts);

  // Broken pairs (see Coinstallability) of which one may have needed a package of `doubtful`, as
  // they were before; of all pairs if there are other Essential packages. Sorted.
  std::vector<PackagePair> find(std::span<const PackageIndex> doubtful, std::size_t pairs_max);

 private:
  using Flags = std::vector<std::uint8_t>;

  std::vector<PackageIndex> needing(std::span<const PackageIndex> doubtful) const;
  std::vector<PackageIndex> solution_of(PackageIndex now) const;
  std::vector<PackageIndex> fallen(std::uint32_t witness, std::span<const PackageIndex> excluded,
                                   const Flags& solution) const;
  std::vector<PackageIndex> suspects(PackageIndex now);
  Flags apart_before(PackageIndex old) const;

  const Universe& universe_;
  const Installability& installability_;
  Comparison& comparison_;
  const Coinstallability::Counts& counts_;
};

}  // namespace sluice::solve
