// Alternatives: which packages of one architecture satisfy a relation. Source: migration 3.4.
#pragma once

#include <cstdint>
#include <vector>

#include "deb/snapshot.h"

namespace sluice::solve {

// Whether the qualifier `:native` is allowed (migration 3.4).
enum class RelationKind : std::uint8_t { run_time, build_time };

class Alternatives {
 public:
  // The snapshot must outlive this.
  Alternatives(const deb::Snapshot& snapshot, deb::ArchIndex arch);

  deb::ArchIndex arch() const { return arch_; }

  // Appends the packages of the architecture, over all suites, that satisfy one alternative: real
  // ones in the order of loading, then providers.
  void collect(const deb::Atom& atom, RelationKind kind, std::vector<deb::PackageIndex>& out) const;

 private:
  struct Provider {
    deb::PackageIndex package;
    deb::VersionId version;  // invalid: unversioned
  };

  const deb::Snapshot& snapshot_;
  deb::ArchIndex arch_;
  std::vector<std::uint32_t> provider_begin_;  // by NameId
  std::vector<Provider> providers_;
};

}  // namespace sluice::solve
