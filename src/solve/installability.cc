#include "solve/installability.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/check.h"
#include "solve/installability_state.h"

namespace sluice::solve {
namespace {

// Witnesses that house nobody cost a look per change; more than a few are worth a renumbering.
constexpr std::ptrdiff_t kIdleWitnessesMax = 8;

}  // namespace

Installability::Installability(const Universe& universe, std::span<const PackageIndex> present,
                               std::span<const std::vector<PackageIndex>> likely)
    : state_(std::make_unique<State>(universe)) {
  auto& s = *state_;
  for (const auto package : present) {
    s.present[package.value] = s.usable[package.value] = 1;
    if (universe.essential(package)) s.essentials.push_back(package);
  }
  std::ranges::sort(s.essentials);
  for (const auto& row : likely) s.add_likely(row);
  const auto base = s.witnesses.empty() ? s.search.solve(s.essentials) : std::nullopt;
  if (base) {
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
  for (const auto& [package, footprint] : state_->uninstallable.all()) all.push_back(package);
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

Installability::Mark Installability::mark() const { return state_->log.entries.size(); }

void Installability::rollback(Mark mark) {
  auto& s = *state_;
  base::check(mark <= s.log.entries.size(), "a mark is taken back once");
  while (s.log.entries.size() > mark) s.revert(s.log, nullptr);
}

void Installability::rewind(Mark mark) {
  auto& s = *state_;
  while (s.log.entries.size() > mark) s.revert(s.log, &s.tape);
}

void Installability::forward(Mark mark) {
  auto& s = *state_;
  base::check(mark <= s.log.entries.size() + s.tape.entries.size(), "what is played was rewound");
  while (s.log.entries.size() < mark) s.revert(s.tape, &s.log);
}

void Installability::forget_rewound() { state_->tape = {}; }

const std::vector<std::uint8_t>& Installability::usable() const { return state_->usable; }
std::span<const Witness> Installability::witnesses() const { return state_->witnesses; }
std::uint32_t Installability::home(PackageIndex package) const {
  return state_->home[package.value];
}

// Backwards through the log: the oldest entry tells how it was.
Installability::UsableChange Installability::usable_change_since(Mark mark) const {
  const auto& s = *state_;
  std::map<PackageIndex, std::pair<bool, bool>> was;  // present, uninstallable
  for (auto i = s.log.entries.size(); i > mark; --i) {
    const auto& [kind, was_uninstallable, witness, p] = s.log.entries[i - 1];
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
  return state_->uninstallable.of(package);
}

void Installability::commit() {
  auto& s = *state_;
  s.log.clear();
  s.tape.clear();
  if (std::ranges::count(s.residents, 0U) > kIdleWitnessesMax) s.compact();
}

}  // namespace sluice::solve
