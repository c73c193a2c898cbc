// Installability::State: the witnesses and the log of installability.cc, and how a change goes
// through them. Belongs to Installability.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "solve/footprints.h"
#include "solve/installability.h"
#include "solve/search.h"

namespace sluice::solve {

inline constexpr std::uint32_t kNowhere = 0xffffffffU;

struct Installability::State {
  explicit State(const Universe& u)
      : universe(u),
        present(u.size()),
        usable(u.size()),
        home(u.size(), kNowhere),
        search(u, usable),
        uninstallable(u.set_count()) {}

  const Universe& universe;
  std::vector<std::uint8_t> present;
  std::vector<std::uint8_t> usable;  // present and not known to be uninstallable
  std::vector<std::uint32_t>
      home;  // a witness that has the package; kNowhere: absent or uninstallable
  std::vector<Witness> witnesses;
  std::vector<std::uint32_t> residents;  // by witness: packages whose home it is
  std::vector<std::uint8_t> dead;        // by witness: dissolved, lacks Essential packages
  // The witness that took in the last package which no witness had: those that lose their home
  // together mostly find one together. It may be gone.
  std::uint32_t last_joined = 0;
  std::vector<PackageIndex> essentials;  // present ones, sorted
  Search search;
  Footprints uninstallable;

  struct Undo {
    enum class Kind : std::uint8_t {
      presence,
      member,
      home,
      last_joined,
      witness,
      witness_gone,
      death,
      essentials,
      uninstallable
    } kind;
    bool was_uninstallable = false;
    std::uint32_t witness = 0;  // of member, witness, death; the old one of home, last_joined
    PackageIndex package;
  };
  struct Log {
    std::vector<Undo> entries;
    // What the entries replaced; the last one belongs to the last such entry.
    std::vector<std::vector<PackageIndex>> essentials;
    std::vector<std::vector<SetIndex>> footprints;

    void clear() {
      entries.clear();
      essentials.clear();
      footprints.clear();
    }
  };
  Log log;
  Log tape;              // what rewind() took back, the next to play again last
  bool logging = false;  // there is nothing to go back to before the first state is complete
  std::vector<PackageIndex> broken;  // found uninstallable during the change at hand

  void note(Undo::Kind kind, std::uint32_t witness, PackageIndex package) {
    if (logging) log.entries.push_back({kind, false, witness, package});
  }
  void flip_presence(PackageIndex package) {
    present[package.value] ^= 1;
    usable[package.value] = present[package.value];
    note(Undo::Kind::presence, 0, package);
  }
  bool possible(SetIndex set) const {
    return std::ranges::any_of(universe.members(set),
                               [this](PackageIndex m) { return usable[m.value] != 0; });
  }
  void note_member(std::uint32_t witness, PackageIndex package) {
    note(Undo::Kind::member, witness, package);
  }
  void set_home(PackageIndex package, std::uint32_t witness) {
    note(Undo::Kind::home, home[package.value], package);
    move_home(package, witness);
  }
  void move_home(PackageIndex package, std::uint32_t witness) {
    if (home[package.value] != kNowhere) --residents[home[package.value]];
    home[package.value] = witness;
    if (witness != kNowhere) ++residents[witness];
  }
  void set_uninstallable(PackageIndex package, bool now, std::vector<SetIndex> footprint) {
    auto before = uninstallable.take(package);
    if (logging) {
      log.entries.push_back({Undo::Kind::uninstallable, before.has_value(), 0, package});
      if (before) log.footprints.push_back(std::move(*before));
    }
    if (now) uninstallable.put(package, std::move(footprint));
    usable[package.value] = static_cast<std::uint8_t>(present[package.value] != 0 && !now);
  }

  // Takes the last entry back; what takes that back in turn goes `into` a log, if there is one.
  void revert(Log& from, Log* into);
  void revert_uninstallable(Log& from, Log* into, Undo& inverse);
  bool join(std::uint32_t witness, PackageIndex package, int steps_max);
  std::optional<std::uint32_t> join_any(PackageIndex package, int steps_max);
  void set_last_joined(std::uint32_t witness);
  bool leaves(std::uint32_t witness, PackageIndex package, std::vector<SetIndex>& suspects,
              std::vector<PackageIndex>& fallen);
  void dissolve(std::uint32_t witness, std::vector<PackageIndex>& fallen);
  void give_up(SetIndex set);
  bool repair(std::uint32_t witness, std::vector<SetIndex> suspects,
              std::vector<PackageIndex>& fallen);
  void update_witness(std::uint32_t witness, std::span<const PackageIndex> removed,
                      std::span<const PackageIndex> added, bool essentials_changed,
                      std::vector<PackageIndex>& fallen);
  bool update_essentials(std::span<const PackageIndex> removed,
                         std::span<const PackageIndex> added);
  bool house(PackageIndex package);
  bool is_housed(PackageIndex package) const {
    const auto at = home[package.value];
    return at != kNowhere && witnesses[at].has(package);
  }
  void add_likely(std::span<const PackageIndex> row);
  std::uint32_t add_witness(std::span<const PackageIndex> members);
  void compact();
  std::vector<PackageIndex> reopen(std::span<const PackageIndex> added, bool essentials_changed);
};

}  // namespace sluice::solve
