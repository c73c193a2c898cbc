#include "migrate/testers.h"

#include "solve/clause_resolver.h"

namespace sluice::migrate {

Testers make_testers(const deb::Snapshot& snapshot,
                     std::span<const solve::ResolvedClauses> before) {
  Testers made;
  const solve::ResolvedClauses nothing;
  for (deb::ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch) {
    solve::Alternatives alternatives(snapshot, arch);
    made.clauses.push_back(solve::resolve_clauses(snapshot, alternatives,
                                                  arch < before.size() ? before[arch] : nothing));
    made.universes.push_back(std::make_unique<const solve::Universe>(
        snapshot, std::move(alternatives), made.clauses.back()));
    std::vector<deb::PackageIndex> present;
    for (const auto package : snapshot.suites[deb::kTarget].binary_of_name[arch])
      if (package.valid()) present.push_back(package);
    made.installability.push_back(
        std::make_unique<solve::Installability>(*made.universes.back(), present));
  }
  return made;
}

}  // namespace sluice::migrate
