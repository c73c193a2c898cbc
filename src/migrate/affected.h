// Affected: what may be different once two targets differ in some binaries, and the attempts that
// nothing of it concerns. Source: docs/adr/0037-run-as-difference.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "migrate/judge.h"
#include "migrate/target.h"

namespace sluice::migrate {

// What an attempt reads and changes: packages, whether or not they are in the target, names of
// binaries, and sources.
struct Footprint {
  std::vector<deb::BinaryRef> packages;
  std::vector<TargetChanges::Slot> slots;  // arch and name alone
  std::vector<NameId> sources;
};

class Affected {
 public:
  Affected() = default;
  // What the world consists of must outlive this.
  explicit Affected(const World& world);
  // Nothing differs.
  void clear();

  // The targets differ, or have differed, in this binary, of which one has or had `a` and the other
  // `b` (invalid: none); or in this source.
  void add(ArchIndex arch, NameId name, deb::PackageIndex a, deb::PackageIndex b);
  void add(NameId source);

  // The attempt may end otherwise.
  bool concerns(const Footprint& attempt) const;
  // So much that looking at each attempt does not pay.
  bool is_everything() const { return everything_; }
  // Names of binaries in which there may be a difference; each once.
  std::span<const TargetChanges::Slot> slots() const { return slots_; }
  // Likewise sources; and whether a binary of this name and source is of either.
  std::span<const NameId> sources() const { return source_list_; }
  bool touches(ArchIndex arch, NameId name, NameId source) const {
    return dirty_[arch][name.value] != 0 || sources_[source.value] != 0;
  }

 private:
  void add_dependents(ArchIndex arch, deb::PackageIndex package);
  void add_needs(ArchIndex arch, deb::PackageIndex package);

  std::span<const std::unique_ptr<const solve::Universe>> universes_;  // by ArchIndex
  using Flags = std::vector<std::vector<std::uint8_t>>;                // [arch][index]
  Flags core_;                         // what Essential packages may need: packages
  Flags changing_;                     // whose installability may differ: packages
  Flags near_;                         // what those may need, and the core: packages
  Flags dirty_;                        // names
  std::vector<std::uint8_t> sources_;  // names
  std::vector<NameId> source_list_;
  std::vector<TargetChanges::Slot> slots_;
  std::size_t reached_ = 0;
  bool everything_ = false;
};

}  // namespace sluice::migrate
