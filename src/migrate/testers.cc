#include "migrate/testers.h"

#include "solve/clause_resolver.h"

namespace sluice::migrate {
namespace {

using deb::PackageIndex;
using solve::ResolvedClauses;

// What could be installed together before, as the packages of now. Those whose record has no
// lasting number are left out: somebody else finds them a place.
std::vector<std::vector<PackageIndex>> witnesses_before(const ResolvedClauses& before,
                                                        const ResolvedClauses& now) {
  std::vector<std::vector<PackageIndex>> rows;
  if (!now.origin.known() || before.origin != now.origin) return rows;
  std::vector<PackageIndex> number(now.origin.records);  // by record
  for (std::size_t i = 0; i < now.size(); ++i)
    if (now.records[i].value < number.size()) number[now.records[i].value] = PackageIndex(i);
  for (std::size_t w = 0; w + 1 < before.witness_begin.size(); ++w) {
    auto& row = rows.emplace_back();
    for (auto i = before.witness_begin[w]; i < before.witness_begin[w + 1]; ++i) {
      const auto record = before.records[before.witnesses[i].value].value;
      if (record < number.size() && number[record].valid()) row.push_back(number[record]);
    }
  }
  return rows;
}

void keep_witnesses(const solve::Installability& installability, ResolvedClauses& in) {
  for (const auto& witness : installability.witnesses()) {
    const auto members = witness.members();
    in.witnesses.insert(in.witnesses.end(), members.begin(), members.end());
    in.witness_begin.push_back(static_cast<std::uint32_t>(in.witnesses.size()));
  }
}

}  // namespace

Testers make_testers(const deb::Snapshot& snapshot,
                     std::span<const solve::ResolvedClauses> before) {
  Testers made;
  const ResolvedClauses nothing;
  for (deb::ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch) {
    const auto& known = arch < before.size() ? before[arch] : nothing;
    solve::Alternatives alternatives(snapshot, arch);
    made.clauses.push_back(solve::resolve_clauses(snapshot, alternatives, known));
    made.universes.push_back(std::make_unique<const solve::Universe>(
        snapshot, std::move(alternatives), made.clauses.back()));
    std::vector<PackageIndex> present;
    for (const auto package : snapshot.suites[deb::kTarget].binary_of_name[arch])
      if (package.valid()) present.push_back(package);
    made.installability.push_back(std::make_unique<solve::Installability>(
        *made.universes.back(), present, witnesses_before(known, made.clauses.back())));
    keep_witnesses(*made.installability.back(), made.clauses.back());
  }
  return made;
}

}  // namespace sluice::migrate
