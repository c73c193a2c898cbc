// TargetState: the target suite while a run changes it, with undo. Sources, binaries and the
// uninstallability counters move together. Source: migration 5.4, 7.1, 7.2.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <vector>

#include "migrate/item.h"
#include "migrate/settings.h"
#include "solve/installability.h"

namespace sluice::migrate {

// Uninstallable names of one architecture (5.4): `all` is "A+all"; `counted` leaves arch:all packages
// out unless the architecture is in NOBREAKALL_ARCHES.
struct Nuninst {
  std::set<NameId> all, counted;
};

class TargetState {
 public:
  // Starts at the snapshot's target. `installability` is changed along.
  TargetState(const deb::Snapshot& snapshot, const Settings& settings,
              std::span<const std::unique_ptr<solve::Installability>> installability);

  const deb::Snapshot& snapshot() const { return snapshot_; }
  deb::PackageIndex binary(ArchIndex arch, NameId name) const;  // invalid: none
  bool has(deb::BinaryRef ref) const;
  const deb::SourcePackage* source(NameId name) const;          // null: none
  const Nuninst& nuninst(ArchIndex arch) const { return nuninst_[arch]; }

  // Names of all binaries of the architecture, sorted by text.
  std::vector<NameId> binary_names(ArchIndex arch) const;
  // All sources (fakes too), sorted by text.
  std::vector<const deb::SourcePackage*> sources() const;

  // Changes of one attempt. set_source replaces the record (null: removes it). Binaries change by
  // pkg-id; a name that is still there is replaced. refresh() brings installability and counters of
  // one architecture up to date with the binaries changed since its last refresh.
  void set_source(NameId name, const deb::SourcePackage* record);
  void remove_binary(deb::BinaryRef ref);
  void add_binary(deb::BinaryRef ref);
  void refresh(ArchIndex arch);

  struct Mark;
  Mark mark() const;
  void rollback(const Mark& mark);

 private:
  const deb::Snapshot& snapshot_;
  std::vector<Nuninst> nuninst_;
};

}  // namespace sluice::migrate
