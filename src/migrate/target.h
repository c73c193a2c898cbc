// TargetState: the target suite while a run changes it, with undo. Sources, binaries and the
// uninstallability counters move together. Source: migration 5.4, 7.1, 7.2.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "migrate/item.h"
#include "migrate/settings.h"
#include "solve/installability.h"

namespace sluice::migrate {

// Uninstallable names of one architecture (5.4): `all` is "A+all"; `counted` leaves arch:all
// packages out unless the architecture is in NOBREAKALL_ARCHES.
struct Nuninst {
  std::set<NameId> all, counted;

  friend bool operator==(const Nuninst&, const Nuninst&) = default;
};

// What an attempt made of the target: enough to do it again without asking who is installable.
struct TargetChanges {
  struct Slot {
    ArchIndex arch = 0;
    NameId name;
    deb::PackageIndex package;  // afterwards; invalid: none

    friend bool operator==(const Slot&, const Slot&) = default;
  };
  struct Source {
    NameId name;
    std::shared_ptr<const deb::SourcePackage> record;  // null: gone
  };
  // Joins the uninstallable names, or leaves them.
  struct Count {
    bool counted = false;  // of those that count, or of all
    ArchIndex arch = 0;
    NameId name;
  };
  std::vector<Slot> slots;  // in the order of the attempt: a slot can be there twice
  std::vector<Source> sources;
  std::vector<Count> counts;
};

class TargetState {
 public:
  // Starts at the snapshot's target. `installability` is changed along; both must outlive this.
  TargetState(const deb::Snapshot& snapshot, const Settings& settings,
              std::span<const std::unique_ptr<solve::Installability>> installability);
  TargetState(const TargetState&) = delete;
  TargetState& operator=(const TargetState&) = delete;

  const deb::Snapshot& snapshot() const { return snapshot_; }
  // Asked for every package of the archive by some rules, so they are here. Invalid or null: none.
  deb::PackageIndex binary(ArchIndex arch, NameId name) const {
    const auto& table = binaries_[arch];
    return name.value < table.size() ? table[name.value] : deb::PackageIndex();
  }
  // All of them: [arch][NameId], possibly shorter than there are names.
  const std::vector<std::vector<deb::PackageIndex>>& binaries() const { return binaries_; }
  bool has(deb::BinaryRef ref) const { return present_[ref.arch][ref.package.value] != 0; }
  // Some binary of the target, on any architecture, was built by the source, at whatever version.
  bool has_binary_of(NameId source) const { return built_[source.value] != 0; }
  const deb::SourcePackage* source(NameId name) const {
    return name.value < sources_.size() ? sources_[name.value] : nullptr;
  }
  const Nuninst& nuninst(ArchIndex arch) const { return nuninst_[arch]; }
  const std::vector<Nuninst>& nuninst() const { return nuninst_; }
  // Another number whenever nuninst(arch) may have changed: cheaper to compare than the names.
  std::uint64_t nuninst_stamp(ArchIndex arch) const { return stamps_[arch]; }
  std::size_t arch_count() const { return nuninst_.size(); }

  // Names of all binaries of the architecture, sorted by text.
  std::vector<NameId> binary_names(ArchIndex arch) const;
  std::vector<NameId> binary_names_unsorted(ArchIndex arch) const;

  // Counters from a cache (--nuninst-cache) instead of computed ones; unknown names are dropped.
  using NameTexts = std::set<std::string, std::less<>>;
  void set_nuninst(ArchIndex arch, const NameTexts& all, const NameTexts& counted);

  // Changes of one attempt. Binaries change by pkg-id; a name that is still there is replaced. They
  // count for installability only after refresh() of their architecture.
  void set_source(deb::SourcePackage record);
  void remove_source(NameId name);
  void remove_binary(deb::BinaryRef ref);
  void add_binary(deb::BinaryRef ref);
  // Brings installability and counters of one architecture up to date.
  void refresh(ArchIndex arch);

  // Undo. Marks nest; between a mark and its rollback any architecture may be left unrefreshed, but
  // a mark is only taken when all are fresh. keep() forgets all marks.
  struct Mark {
    std::size_t log = 0, own_sources = 0;
    std::vector<solve::Installability::Mark> installability;
  };
  Mark mark() const;
  void rollback(const Mark& mark);
  void keep();
  // What changed since the mark; and the same once more, in tables alone: installability stays as
  // it is, and the records of sources are not copied, so that `changes` must outlive the rollback.
  TargetChanges changes_since(const Mark& mark) const;
  std::vector<TargetChanges::Slot> slots_since(const Mark& mark) const;
  void repeat(const TargetChanges& changes);
  // As rollback(); installability can be played again (Installability::forward).
  void rewind(const Mark& mark);
  // As rollback() and refresh(), for callers who move installability themselves.
  void roll_back_tables(const Mark& mark);
  void follow_installability(ArchIndex arch);
  // From now on keep() forgets nothing: a whole run can be taken back.
  void keep_history() { keeps_history_ = true; }
  // Records of sources made by set_source(), for those who watch over memory.
  std::size_t own_source_count() const { return own_sources_.size(); }

 private:
  struct Change {
    enum class Kind : std::uint8_t { source, binary, uninstallable, counted } kind;
    ArchIndex arch;
    NameId name;
    deb::PackageIndex old_package;
    const deb::SourcePackage* old_source;
  };
  struct Touched {
    NameId name;
    deb::PackageIndex old_package;
  };

  void set_binary(ArchIndex arch, NameId name, deb::PackageIndex package);
  void place_binary(ArchIndex arch, NameId name, deb::PackageIndex package);
  void replace_binary(ArchIndex arch, NameId name, deb::PackageIndex package);
  void note_presence(ArchIndex arch, deb::PackageIndex package, bool present);
  void place_source(NameId name, const deb::SourcePackage* record);
  void recount(ArchIndex arch, NameId name);
  void set_member(Change::Kind kind, ArchIndex arch, NameId name, bool member);
  bool is_fresh() const;

  const deb::Snapshot& snapshot_;
  std::vector<bool> nobreakall_;  // by ArchIndex
  std::span<const std::unique_ptr<solve::Installability>> installability_;
  std::vector<const deb::SourcePackage*> sources_;        // by NameId
  std::deque<deb::SourcePackage> own_sources_;            // records that no suite has as they are
  std::vector<std::vector<deb::PackageIndex>> binaries_;  // [arch][NameId]
  std::vector<std::vector<std::uint8_t>> present_;        // [arch][PackageIndex]: is in binaries_
  std::vector<std::uint32_t> built_;                      // by NameId of a source: its binaries
  std::vector<Nuninst> nuninst_;
  std::vector<std::uint64_t> stamps_;          // by arch
  std::vector<std::vector<Touched>> touched_;  // by arch: since its last refresh
  std::vector<Change> log_;
  bool keeps_history_ = false;
};

}  // namespace sluice::migrate
