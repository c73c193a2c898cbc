#include "migrate/trial.h"

#include <algorithm>

#include "base/text.h"

namespace sluice::migrate {
namespace {

using deb::BinaryRef;

std::size_t count_without(const std::set<NameId>& names, const std::set<NameId>& allowed) {
  return names.size() - static_cast<std::size_t>(std::ranges::count_if(
                            names, [&](NameId name) { return allowed.contains(name); }));
}

}  // namespace

Counters counters_of(const std::vector<Nuninst>& nuninst) {
  Counters counters;
  for (const auto& arch : nuninst) counters.push_back(arch.counted.size());
  return counters;
}

Tolerance tolerance_of(const World& world, std::span<const std::string> must_stay_names) {
  Tolerance tolerance;
  for (const auto& name : must_stay_names)
    if (const auto id = world.snapshot.symbols.find_name(name); id.valid())
      tolerance.must_stay.insert(id);
  tolerance.allow_uninst.resize(world.snapshot.archs.size());
  for (const auto* hint : world.hints.of_type(HintType::allow_uninst))
    for (const auto& item : hint->items) {
      const auto id = world.snapshot.symbols.find_name(item.package);
      if (!id.valid()) continue;
      const auto only = world.snapshot.find_arch(item.architecture);
      for (ArchIndex arch = 0; arch < world.snapshot.archs.size(); ++arch)
        if (item.architecture == "source" || only == arch) tolerance.allow_uninst[arch].insert(id);
    }
  return tolerance;
}

Trial::Trial(const World& world, TargetState& target, const Tolerance& tolerance)
    : world_(world), target_(target), tolerance_(tolerance) {
  if (world.settings.coinstallability)
    coinst_ = std::make_unique<CoinstRule>(world, target, tolerance.allow_uninst);
}

// The source's record follows the source suite; its set of binaries is the target's own.
void Trial::apply_source(const Item& item, const Group& group) {
  if (item.kind == ItemKind::source_removal) {
    target_.remove_source(item.package);
    return;
  }
  if (item.kind == ItemKind::cruft_removal) {
    const auto& record = world_.snapshot.record(group.removes.front());
    if (const auto* source = target_.source(record.source)) {
      auto copy = *source;
      std::erase(copy.binaries, group.removes.front());
      target_.set_source(std::move(copy));
    }
    return;
  }
  auto copy = *world_.suite(item.suite).source(item.package);
  copy.binaries.clear();
  if (const auto* old = target_.source(item.package)) copy.binaries = old->binaries;
  std::erase_if(copy.binaries,
                [&](BinaryRef ref) { return std::ranges::binary_search(group.removes, ref); });
  copy.binaries.insert(copy.binaries.end(), group.adds.begin(), group.adds.end());
  std::ranges::sort(copy.binaries);
  const auto twice = std::ranges::unique(copy.binaries);
  copy.binaries.erase(twice.begin(), twice.end());
  target_.set_source(std::move(copy));
}

std::optional<Constraint> Trial::apply(const Item& item, std::span<const BinaryRef> leaving,
                                       std::vector<Item>& new_cruft) {
  const auto group = group_of(world_, item, SmoothUpdates::allow, leaving);
  if (!group) return group.error();
  apply_source(item, *group);
  for (const auto ref : group->removes) target_.remove_binary(ref);
  for (const auto ref : group->adds) target_.add_binary(ref);
  for (const auto ref : group->kept) {
    const auto& record = world_.snapshot.record(ref);
    new_cruft.push_back(
        {ItemKind::cruft_removal, record.name, record.version, deb::kTarget, ref.arch});
  }
  return std::nullopt;
}

// Architectures to look at, by name.
std::vector<ArchIndex> Trial::concerned_archs(std::span<const Item> items) const {
  std::set<ArchIndex> archs;
  for (const auto& item : items) {
    if (item.has_arch()) {
      archs.insert(item.arch);
    } else {
      for (ArchIndex arch = 0; arch < target_.arch_count(); ++arch) archs.insert(arch);
    }
  }
  std::vector<ArchIndex> sorted(archs.begin(), archs.end());
  std::ranges::sort(sorted, {}, [&](ArchIndex arch) { return world_.snapshot.arch_name(arch); });
  return sorted;
}

bool Trial::is_worse(ArchIndex arch, const std::vector<Nuninst>& before) const {
  const auto& now = target_.nuninst(arch).counted;
  const auto& then = before[arch].counted;
  const auto& allowed = tolerance_.allow_uninst[arch];
  if (count_without(now, allowed) > count_without(then, allowed)) return true;
  return std::ranges::any_of(now, [&](NameId name) {
    return tolerance_.must_stay.contains(name) && !then.contains(name);
  });
}

std::vector<NameId> Trial::newly_broken(ArchIndex arch, const std::vector<Nuninst>& before) const {
  std::vector<NameId> names;
  for (const auto name : target_.nuninst(arch).counted)
    if (!before[arch].counted.contains(name)) names.push_back(name);
  std::ranges::sort(names, {}, [&](NameId name) { return world_.snapshot.text(name); });
  return names;
}

bool Trial::is_tolerated(ArchIndex arch, std::span<const Item> items,
                         const ArchNames& break_archs) const {
  const auto name = world_.snapshot.arch_name(arch);
  const bool has_source_item =
      std::ranges::any_of(items, [](const Item& item) { return !item.has_arch(); });
  return break_archs.contains(name) &&
         (has_source_item || world_.settings.new_archs.contains(name));
}

std::optional<BrokenPair> Trial::broken_pair(const TargetState::Mark& since,
                                             const ArchNames& break_archs) {
  for (ArchIndex arch = 0; coinst_ && arch < target_.arch_count(); ++arch) {
    if (break_archs.contains(world_.snapshot.arch_name(arch))) continue;
    const auto pairs = coinst_->broken_since(since, arch, 1);
    if (!pairs.empty())
      return coinst_->explain(arch, pairs.front(), [](deb::BinaryRef) { return std::string(); });
  }
  return std::nullopt;
}

// Until one cannot be applied.
Attempt Trial::put_in(std::span<const Item> items) {
  Attempt result;
  std::vector<BinaryRef> leaving;
  if (items.size() > 1) {
    for (const auto& item : items) {
      const auto group = group_of(world_, item, SmoothUpdates::ignore, {});
      if (!group) {
        result.constraint = group.error();
        return result;
      }
      leaving.insert(leaving.end(), group->removes.begin(), group->removes.end());
    }
    std::ranges::sort(leaving);
  }
  for (const auto& item : items)
    if ((result.constraint = apply(item, leaving, result.new_cruft))) return result;
  std::ranges::sort(result.new_cruft, {},
                    [&](const Item& item) { return uvname(item, world_.snapshot); });
  return result;
}

// The architectures that may get worse.
ArchNames Trial::judge(Attempt& result, std::span<const Item> items,
                       const std::vector<Nuninst>& before, Judging judging,
                       const ArchNames& break_archs, BringUpToDate bring) {
  ArchNames tolerated;
  result.accepted = true;
  for (const auto arch : concerned_archs(items)) {
    (target_.*bring)(arch);
    if (judging == Judging::later) continue;
    if (is_tolerated(arch, items, break_archs)) {
      tolerated.emplace(world_.snapshot.arch_name(arch));
    } else if (is_worse(arch, before)) {
      result.accepted = false;
      result.regression = Regression{arch, newly_broken(arch, before)};
      break;
    }
  }
  return tolerated;
}

void Trial::note_growth(Attempt& result, const std::vector<Nuninst>& before) const {
  for (ArchIndex arch = 0; arch < target_.arch_count(); ++arch)
    result.growth.push_back(static_cast<std::ptrdiff_t>(target_.nuninst(arch).counted.size()) -
                            static_cast<std::ptrdiff_t>(before[arch].counted.size()));
}

Attempt Trial::attempt(std::span<const Item> items, const std::vector<Nuninst>& before,
                       Judging judging, const ArchNames& break_archs) {
  std::optional<TargetState::Mark> start;
  if (coinst_ && judging == Judging::stop_at_first_regression) start = target_.mark();
  auto result = put_in(items);
  if (!result.constraint) {
    const auto tolerated =
        judge(result, items, before, judging, break_archs, &TargetState::refresh);
    if (start && result.accepted) result.pair = broken_pair(*start, tolerated);
    result.accepted = result.accepted && !result.pair;
  }
  note_growth(result, before);
  return result;
}

std::optional<Attempt> Trial::attempt_landed(std::span<const Item> items,
                                             const std::vector<Nuninst>& before,
                                             const ArchNames& break_archs, const Land& land) {
  auto result = put_in(items);
  if (!result.constraint) {
    if (!land()) return std::nullopt;
    (void)judge(result, items, before, Judging::stop_at_first_regression, break_archs,
                &TargetState::follow_installability);
  }
  note_growth(result, before);
  return result;
}

bool Trial::as_good_generous(const std::vector<Nuninst>& before,
                             const ArchNames& break_archs) const {
  std::size_t now_total = 0;
  std::size_t then_total = 0;
  for (ArchIndex arch = 0; arch < target_.arch_count(); ++arch) {
    if (break_archs.contains(world_.snapshot.arch_name(arch))) continue;
    const auto& now = target_.nuninst(arch).counted;
    const auto& allowed = tolerance_.allow_uninst[arch];
    for (const auto name : now)
      if (tolerance_.must_stay.contains(name) && !before[arch].counted.contains(name)) return false;
    now_total += count_without(now, allowed);
    then_total += count_without(before[arch].counted, allowed);
  }
  return now_total <= then_total;
}

}  // namespace sluice::migrate
