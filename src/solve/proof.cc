#include "solve/proof.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "solve/search.h"

namespace sluice::solve {
namespace {

// The conditions of a witness, over all its members.
bool is_sound_witness(const Universe& universe, const std::vector<std::uint8_t>& present,
                      std::span<const PackageIndex> essentials, Witness witness) {
  return std::ranges::all_of(essentials, [&](PackageIndex e) { return witness.has(e); }) &&
         reduce(universe, present, witness) == 0;
}

bool are_proved_uninstallable(const Universe& universe, std::vector<std::uint8_t> present,
                              std::span<const PackageIndex> essentials,
                              std::span<const PackageIndex> packages) {
  Search search(universe, present);
  for (const auto package : packages) {
    std::vector<PackageIndex> goals{package};
    goals.insert(goals.end(), essentials.begin(), essentials.end());
    if (search.solve(goals)) return false;
    present[package.value] = 0;  // known now: the others need not try it
  }
  return true;
}

}  // namespace

bool is_proved(const Installability& kept, const Universe& universe,
               std::span<const PackageIndex> present) {
  std::vector<std::uint8_t> is_present(universe.size());
  std::vector<PackageIndex> essentials, without;
  std::vector<std::uint8_t> has_residents(kept.witnesses().size());
  for (const auto package : present) {
    is_present[package.value] = 1;
    if (universe.essential(package)) essentials.push_back(package);
    if (!kept.installable(package)) {
      without.push_back(package);
      continue;
    }
    const auto home = kept.home(package);
    if (!kept.witnesses()[home].has(package)) return false;
    has_residents[home] = 1;
  }
  for (std::uint32_t i = 0; i < universe.size(); ++i)
    if (kept.present(PackageIndex(i)) != (is_present[i] != 0)) return false;
  for (std::size_t w = 0; w < has_residents.size(); ++w)
    if (has_residents[w] != 0 &&
        !is_sound_witness(universe, is_present, essentials, kept.witnesses()[w]))
      return false;
  std::ranges::sort(without);
  return std::ranges::equal(without, kept.uninstallable()) &&
         are_proved_uninstallable(universe, is_present, essentials, without);
}

}  // namespace sluice::solve
