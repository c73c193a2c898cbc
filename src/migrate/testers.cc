#include "migrate/testers.h"

namespace sluice::migrate {

Testers make_testers(const deb::Snapshot& snapshot) {
  Testers made;
  for (deb::ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch) {
    made.universes.push_back(std::make_unique<const solve::Universe>(snapshot, arch));
    std::vector<deb::PackageIndex> present;
    for (const auto package : snapshot.suites[deb::kTarget].binary_of_name[arch])
      if (package.valid()) present.push_back(package);
    made.installability.push_back(
        std::make_unique<solve::Installability>(*made.universes.back(), present));
  }
  return made;
}

}  // namespace sluice::migrate
