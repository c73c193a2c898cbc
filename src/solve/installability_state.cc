#include "solve/installability_state.h"

#include <algorithm>

namespace sluice::solve {
namespace {

// Steps of one quick attempt to extend a witness; a package of a real archive needs some tens.
constexpr int kStepsMax = 3000;
// Steps of such an attempt while the complete search has not been asked, which proves that there is
// no way in less time than the attempts need that fail in every witness.
constexpr int kFirstStepsMax = 20;

}  // namespace

void Installability::State::revert_uninstallable(Log& from, Log* into, Undo& inverse) {
  const auto package = inverse.package;
  const bool was = inverse.was_uninstallable;
  auto before = uninstallable.take(package);
  inverse.was_uninstallable = before.has_value();
  if (into != nullptr && before) into->footprints.push_back(std::move(*before));
  if (was) {
    uninstallable.put(package, std::move(from.footprints.back()));
    from.footprints.pop_back();
  }
  usable[package.value] = static_cast<std::uint8_t>(present[package.value] != 0 && !was);
}

void Installability::State::revert(Log& from, Log* into) {
  const auto entry = from.entries.back();
  from.entries.pop_back();
  auto inverse = entry;
  const auto package = entry.package;
  switch (entry.kind) {
    case Undo::Kind::presence:
      present[package.value] ^= 1;
      usable[package.value] = static_cast<std::uint8_t>(present[package.value] != 0 &&
                                                        !uninstallable.contains(package));
      break;
    case Undo::Kind::member: witnesses[entry.witness].flip(package); break;
    case Undo::Kind::home:
      inverse.witness = home[package.value];
      move_home(package, entry.witness);
      break;
    case Undo::Kind::last_joined:
      inverse.witness = std::exchange(last_joined, entry.witness);
      break;
    case Undo::Kind::witness:
      witnesses.pop_back();
      residents.pop_back();
      dead.pop_back();
      inverse.kind = Undo::Kind::witness_gone;
      break;
    case Undo::Kind::witness_gone:
      witnesses.emplace_back(universe.size());
      residents.push_back(0);
      dead.push_back(0);
      inverse.kind = Undo::Kind::witness;
      break;
    case Undo::Kind::death: dead[entry.witness] ^= 1; break;
    case Undo::Kind::essentials:
      std::swap(essentials, from.essentials.back());
      if (into != nullptr) into->essentials.push_back(std::move(from.essentials.back()));
      from.essentials.pop_back();
      break;
    case Undo::Kind::uninstallable: revert_uninstallable(from, into, inverse); break;
  }
  if (into != nullptr) into->entries.push_back(inverse);
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
  log.essentials.push_back(essentials);
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
    std::erase_if(gained, [&](SetIndex set) { return !uninstallable.watches(set); });
    gaining.clear();
    if (gained.empty() && !essentials_changed) break;
    std::ranges::sort(gained);
    const auto helped = [&](SetIndex set) { return std::ranges::binary_search(gained, set); };
    for (const auto& [package, footprint] : uninstallable.all())
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

// The part of a row that can be installed becomes a witness, if the Essential packages can join it.
void Installability::State::add_likely(std::span<const PackageIndex> row) {
  Witness witness(universe.size());
  for (const auto package : row)
    if (!witness.has(package)) witness.flip(package);
  (void)reduce(universe, usable, witness);
  const auto joins = [&](PackageIndex e) {
    return witness.has(e) || !extend(universe, usable, witness, e, kStepsMax).empty();
  };
  if (!std::ranges::all_of(essentials, joins)) return;
  const auto fresh = add_witness(witness.members());
  for (const auto member : row)
    if (witness.has(member) && home[member.value] == kNowhere) move_home(member, fresh);
}

}  // namespace sluice::solve
