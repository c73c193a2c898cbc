#include "solve/installability.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/check.h"
#include "solve/search.h"
#include "solve/witness.h"

namespace sluice::solve {
namespace {

// Steps of one quick attempt to extend a witness; a package of a real archive needs some tens.
constexpr int kStepsMax = 3000;
// Steps of such an attempt while the complete search has not been asked, which proves that there is
// no way in less time than the attempts need that fail in every witness.
constexpr int kFirstStepsMax = 20;
// Witnesses that house nobody cost a look per change; more than a few are worth a renumbering.
constexpr std::ptrdiff_t kIdleWitnessesMax = 8;
constexpr std::uint32_t kNowhere = 0xffffffffU;

}  // namespace

struct Installability::State {
  explicit State(const Universe& u)
      : universe(u),
        present(u.size()),
        usable(u.size()),
        home(u.size(), kNowhere),
        search(u, usable) {}

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
  // Uninstallable packages of the target and the sets whose change could help them.
  std::map<PackageIndex, std::vector<SetIndex>> uninstallable;

  struct Undo {
    enum class Kind : std::uint8_t {
      presence,
      member,
      home,
      last_joined,
      witness,
      death,
      essentials,
      uninstallable
    } kind;
    bool was_uninstallable = false;
    std::uint32_t witness = 0;  // of member, witness, death; the old one of home, last_joined
    PackageIndex package;
  };
  std::vector<Undo> log;
  bool logging = false;  // there is nothing to go back to before the first state is complete
  // What entries of the log replaced; the last one belongs to the last such entry.
  std::vector<std::vector<PackageIndex>> old_essentials;
  std::vector<std::vector<SetIndex>> old_footprints;
  std::vector<PackageIndex> broken;  // found uninstallable during the change at hand

  void note(Undo::Kind kind, std::uint32_t witness, PackageIndex package) {
    if (logging) log.push_back({kind, false, witness, package});
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
    const auto known = uninstallable.find(package);
    const bool was = known != uninstallable.end();
    if (logging) {
      log.push_back({Undo::Kind::uninstallable, was, 0, package});
      if (was) old_footprints.push_back(std::move(known->second));
    }
    if (now) {
      uninstallable[package] = std::move(footprint);
    } else if (was) {
      uninstallable.erase(known);
    }
    usable[package.value] = static_cast<std::uint8_t>(present[package.value] != 0 && !now);
  }

  void undo(const Undo& entry);
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
  std::uint32_t add_witness(std::span<const PackageIndex> members);
  void compact();
  std::vector<PackageIndex> reopen(std::span<const PackageIndex> added, bool essentials_changed);
};

void Installability::State::undo(const Undo& entry) {
  switch (entry.kind) {
    case Undo::Kind::presence:
      present[entry.package.value] ^= 1;
      usable[entry.package.value] = static_cast<std::uint8_t>(
          present[entry.package.value] != 0 && !uninstallable.contains(entry.package));
      break;
    case Undo::Kind::member: witnesses[entry.witness].flip(entry.package); break;
    case Undo::Kind::home: move_home(entry.package, entry.witness); break;
    case Undo::Kind::last_joined: last_joined = entry.witness; break;
    case Undo::Kind::witness:
      witnesses.pop_back();
      residents.pop_back();
      dead.pop_back();
      break;
    case Undo::Kind::death: dead[entry.witness] = 0; break;
    case Undo::Kind::essentials:
      essentials = std::move(old_essentials.back());
      old_essentials.pop_back();
      break;
    case Undo::Kind::uninstallable:
      if (entry.was_uninstallable) {
        uninstallable[entry.package] = std::move(old_footprints.back());
        old_footprints.pop_back();
      } else {
        uninstallable.erase(entry.package);
      }
      usable[entry.package.value] =
          static_cast<std::uint8_t>(present[entry.package.value] != 0 && !entry.was_uninstallable);
      break;
  }
}

// The quick way into a witness.
bool Installability::State::join(std::uint32_t witness, PackageIndex package, int steps_max) {
  const auto added = extend(universe, usable, witnesses[witness], package, steps_max);
  for (const auto p : added) note_member(witness, p);
  return !added.empty();
}

// The first witness that takes the package, the likely one before all others.
std::optional<std::uint32_t> Installability::State::join_any(PackageIndex package, int steps_max) {
  const auto likely = last_joined;
  const auto takes = [&](std::uint32_t w) { return dead[w] == 0 && join(w, package, steps_max); };
  if (likely < witnesses.size() && takes(likely)) return likely;
  for (std::uint32_t w = 0; w < witnesses.size(); ++w)
    if (w != likely && takes(w)) return w;
  return std::nullopt;
}

// It is undone like everything else: the same changes find the same witnesses every time.
void Installability::State::set_last_joined(std::uint32_t witness) {
  if (witness == last_joined) return;
  note(Undo::Kind::last_joined, last_joined, PackageIndex());
  last_joined = witness;
}

// Takes a package out of a witness; what it supported becomes suspect. False for an Essential one,
// without which this is no witness.
bool Installability::State::leaves(std::uint32_t witness, PackageIndex package,
                                   std::vector<SetIndex>& suspects,
                                   std::vector<PackageIndex>& fallen) {
  witnesses[witness].flip(package);
  note_member(witness, package);
  if (home[package.value] == witness) fallen.push_back(package);
  const auto sets = universe.sets_with(package);
  suspects.insert(suspects.end(), sets.begin(), sets.end());
  return !std::ranges::binary_search(essentials, package);
}

void Installability::State::dissolve(std::uint32_t witness, std::vector<PackageIndex>& fallen) {
  dead[witness] = 1;
  note(Undo::Kind::death, witness, PackageIndex());
  for (const auto package : witnesses[witness].members()) {
    witnesses[witness].flip(package);
    note_member(witness, package);
    if (home[package.value] == witness) fallen.push_back(package);
  }
}

// Nothing in the target can meet the set: all that need it are uninstallable, in whatever witness.
void Installability::State::give_up(SetIndex set) {
  for (const auto dependent : universe.dependents(set))
    if (usable[dependent.value] != 0) {
      if (home[dependent.value] != kNowhere) set_home(dependent, kNowhere);
      set_uninstallable(dependent, true, {set});
      broken.push_back(dependent);
    }
}

// Gives every suspect set that somebody in the witness needs a member again, or lets those fall
// out.
bool Installability::State::repair(std::uint32_t witness, std::vector<SetIndex> suspects,
                                   std::vector<PackageIndex>& fallen) {
  while (!suspects.empty()) {
    const auto set = suspects.back();
    suspects.pop_back();
    if (witnesses[witness].meets(universe, set)) continue;
    const auto dependents = universe.dependents(set);
    const auto needs = [&](PackageIndex d) { return witnesses[witness].has(d); };
    if (std::ranges::none_of(dependents, needs)) continue;
    if (!possible(set)) {
      give_up(set);
    } else if (std::ranges::any_of(universe.members(set),
                                   [&](PackageIndex m) { return join(witness, m, kStepsMax); })) {
      continue;
    }
    for (const auto dependent : dependents)
      if (needs(dependent) && !leaves(witness, dependent, suspects, fallen)) return false;
  }
  return true;
}

void Installability::State::update_witness(std::uint32_t witness,
                                           std::span<const PackageIndex> removed,
                                           std::span<const PackageIndex> added,
                                           bool essentials_changed,
                                           std::vector<PackageIndex>& fallen) {
  std::vector<SetIndex> suspects;
  for (const auto package : removed)
    if (witnesses[witness].has(package)) (void)leaves(witness, package, suspects, fallen);
  // Successors go in before anything falls: most of what hung on the old version hangs on them.
  if (!suspects.empty() || witness == 0)
    for (const auto package : added)
      if (!witnesses[witness].has(package)) (void)join(witness, package, kStepsMax);
  bool holds = repair(witness, std::move(suspects), fallen);
  if (essentials_changed && holds)
    holds = std::ranges::all_of(essentials, [&](PackageIndex e) {
      return witnesses[witness].has(e) || join(witness, e, kStepsMax);
    });
  if (!holds) dissolve(witness, fallen);
}

// True if the list of Essential packages changed.
bool Installability::State::update_essentials(std::span<const PackageIndex> removed,
                                              std::span<const PackageIndex> added) {
  const auto is_essential = [&](PackageIndex p) { return universe.essential(p); };
  if (std::ranges::none_of(removed, is_essential) && std::ranges::none_of(added, is_essential))
    return false;
  note(Undo::Kind::essentials, 0, PackageIndex());
  old_essentials.push_back(essentials);
  std::erase_if(essentials, [&](PackageIndex p) { return present[p.value] == 0; });
  for (const auto package : added)
    if (is_essential(package)) essentials.push_back(package);
  std::ranges::sort(essentials);
  return true;
}

// Finds a witness for a present package: one that has it, one that takes it, or a new one from the
// complete search. False: it is uninstallable.
bool Installability::State::house(PackageIndex package) {
  const auto settle = [&](std::uint32_t witness) {
    set_home(package, witness);
    if (uninstallable.contains(package)) set_uninstallable(package, false, {});
    return true;
  };
  // First what costs least: most packages came into a witness because others need them.
  for (std::uint32_t w = 0; w < witnesses.size(); ++w)
    if (witnesses[w].has(package)) return settle(w);
  const auto clauses = universe.depends(package);
  const auto hopeless =
      std::ranges::find_if(clauses, [&](const auto& clause) { return !possible(clause.set); });
  if (universe.broken(package) || hopeless != clauses.end()) {
    if (home[package.value] != kNowhere) set_home(package, kNowhere);
    std::vector<SetIndex> footprint;
    if (hopeless != clauses.end()) footprint.push_back(hopeless->set);
    set_uninstallable(package, true, std::move(footprint));
    return false;
  }
  const auto enter = [&](std::uint32_t witness) {
    set_last_joined(witness);
    return settle(witness);
  };
  if (const auto w = join_any(package, kFirstStepsMax)) return enter(*w);
  auto goals = essentials;
  goals.insert(goals.begin(), package);
  const auto found = search.solve(goals);
  if (!found) {
    if (home[package.value] != kNowhere) set_home(package, kNowhere);
    set_uninstallable(package, true, search.examined());
    return false;
  }
  // Every witness costs something with every change, so a new one is the last resort.
  if (const auto w = join_any(package, kStepsMax)) return enter(*w);
  return enter(add_witness(*found));
}

std::uint32_t Installability::State::add_witness(std::span<const PackageIndex> members) {
  const auto fresh = static_cast<std::uint32_t>(witnesses.size());
  witnesses.emplace_back(universe.size());
  residents.push_back(0);
  dead.push_back(0);
  note(Undo::Kind::witness, fresh, PackageIndex());
  for (const auto member : members) {
    witnesses[fresh].flip(member);
    note_member(fresh, member);
  }
  return fresh;
}

// Forgets witnesses that house nobody. Only without marks: numbers change.
void Installability::State::compact() {
  std::vector<std::uint32_t> moved(witnesses.size(), kNowhere);
  std::uint32_t kept = 0;
  for (std::uint32_t w = 0; w < witnesses.size(); ++w) {
    if (residents[w] == 0) continue;
    moved[w] = kept;
    if (kept != w) witnesses[kept] = std::move(witnesses[w]);
    residents[kept] = residents[w];
    dead[kept++] = dead[w];
  }
  witnesses.erase(witnesses.begin() + kept, witnesses.end());
  residents.resize(kept);
  dead.resize(kept);
  for (auto& at : home)
    if (at != kNowhere) at = moved[at];
}

// Takes the mark from every uninstallable package that new members of sets may have helped,
// whatever helps those in turn: packages that need each other can only be cured together. Each is
// decided again afterwards. Sorted.
std::vector<PackageIndex> Installability::State::reopen(std::span<const PackageIndex> added,
                                                        bool essentials_changed) {
  std::vector<PackageIndex> reopened;
  std::vector<PackageIndex> gaining(added.begin(), added.end());
  while (!uninstallable.empty() && (!gaining.empty() || essentials_changed)) {
    std::vector<SetIndex> gained;
    for (const auto package : gaining) {
      const auto sets = universe.sets_with(package);
      gained.insert(gained.end(), sets.begin(), sets.end());
    }
    std::ranges::sort(gained);
    gaining.clear();
    const auto helped = [&](SetIndex set) { return std::ranges::binary_search(gained, set); };
    for (const auto& [package, footprint] : uninstallable)
      if (!universe.broken(package) &&
          (essentials_changed || std::ranges::any_of(footprint, helped)))
        gaining.push_back(package);
    for (const auto package : gaining) set_uninstallable(package, false, {});
    reopened.insert(reopened.end(), gaining.begin(), gaining.end());
    // Without its Essential packages nothing is installable, so they may help everything.
    essentials_changed = std::ranges::any_of(
        gaining, [&](PackageIndex p) { return universe.essential(p) && !uninstallable.empty(); });
  }
  std::ranges::sort(reopened);
  return reopened;
}

Installability::Installability(const Universe& universe, std::span<const PackageIndex> present)
    : state_(std::make_unique<State>(universe)) {
  auto& s = *state_;
  for (const auto package : present) {
    s.present[package.value] = s.usable[package.value] = 1;
    if (universe.essential(package)) s.essentials.push_back(package);
  }
  std::ranges::sort(s.essentials);
  if (const auto base = s.search.solve(s.essentials)) {
    (void)s.add_witness(*base);
    for (const auto member : *base) s.move_home(member, 0);
  }
  for (const auto package : present)
    if (s.home[package.value] == kNowhere) (void)s.house(package);
  s.logging = true;
}

Installability::~Installability() = default;

bool Installability::present(PackageIndex package) const {
  return state_->present[package.value] != 0;
}

bool Installability::installable(PackageIndex package) const {
  return state_->home[package.value] != kNowhere;
}

std::vector<PackageIndex> Installability::uninstallable() const {
  std::vector<PackageIndex> all;
  for (const auto& [package, footprint] : state_->uninstallable) all.push_back(package);
  return all;
}

InstallabilityChange Installability::change(std::span<const PackageIndex> removed,
                                            std::span<const PackageIndex> added) {
  auto& s = *state_;
  for (const auto package : removed) {
    base::check(s.present[package.value] != 0, "what leaves the target is in it");
    s.flip_presence(package);
  }
  for (const auto package : added) {
    base::check(s.present[package.value] == 0, "what enters the target is not in it");
    s.flip_presence(package);
  }
  for (const auto package : removed)
    if (s.uninstallable.contains(package)) s.set_uninstallable(package, false, {});
  const bool essentials_changed = s.update_essentials(removed, added);
  const auto reopened = s.reopen(added, essentials_changed);
  std::vector<PackageIndex> homeless;
  for (std::uint32_t w = 0; w < s.witnesses.size(); ++w)
    if (s.dead[w] == 0) s.update_witness(w, removed, added, essentials_changed, homeless);
  for (const auto package : removed)
    if (s.home[package.value] != kNowhere) s.set_home(package, kNowhere);
  homeless.insert(homeless.end(), added.begin(), added.end());
  homeless.insert(homeless.end(), reopened.begin(), reopened.end());
  for (const auto package : homeless)
    if (s.usable[package.value] != 0 && !s.is_housed(package) && !s.house(package))
      s.broken.push_back(package);
  InstallabilityChange result;
  result.broken = std::exchange(s.broken, {});
  std::erase_if(result.broken,
                [&](PackageIndex p) { return std::ranges::binary_search(reopened, p); });
  for (const auto package : reopened)
    if (!s.uninstallable.contains(package)) result.repaired.push_back(package);
  return result;
}

Installability::Mark Installability::mark() const { return state_->log.size(); }

void Installability::rollback(Mark mark) {
  auto& s = *state_;
  base::check(mark <= s.log.size(), "a mark is taken back once");
  while (s.log.size() > mark) {
    const auto entry = s.log.back();
    s.log.pop_back();
    s.undo(entry);
  }
}

const std::vector<std::uint8_t>& Installability::usable() const { return state_->usable; }
std::span<const Witness> Installability::witnesses() const { return state_->witnesses; }
std::uint32_t Installability::home(PackageIndex package) const {
  return state_->home[package.value];
}

// Backwards through the log: the oldest entry tells how it was.
Installability::UsableChange Installability::usable_change_since(Mark mark) const {
  const auto& s = *state_;
  std::map<PackageIndex, std::pair<bool, bool>> was;  // present, uninstallable
  for (auto i = s.log.size(); i > mark; --i) {
    const auto& [kind, was_uninstallable, witness, p] = s.log[i - 1];
    const bool came_or_went = kind == State::Undo::Kind::presence;
    if (!came_or_went && kind != State::Undo::Kind::uninstallable) continue;
    auto& then = was.try_emplace(p, present(p), s.uninstallable.contains(p)).first->second;
    (came_or_went ? then.first : then.second) = came_or_went ? !then.first : was_uninstallable;
  }
  UsableChange change;
  for (const auto& [p, then] : was)
    if (const bool before = then.first && !then.second; before != (s.usable[p.value] != 0))
      (before ? change.lost : change.gained).push_back(p);
  return change;
}

std::vector<SetIndex> Installability::obstacles(PackageIndex package) const {
  const auto at = state_->uninstallable.find(package);
  return at == state_->uninstallable.end() ? std::vector<SetIndex>{} : at->second;
}

void Installability::commit() {
  auto& s = *state_;
  s.log.clear();
  s.old_essentials.clear();
  s.old_footprints.clear();
  if (std::ranges::count(s.residents, 0U) > kIdleWitnessesMax) s.compact();
}

}  // namespace sluice::solve
