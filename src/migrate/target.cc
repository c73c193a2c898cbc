#include "migrate/target.h"

#include <algorithm>

#include "base/check.h"
#include "migrate/judge.h"

namespace sluice::migrate {

using deb::BinaryRef;
using deb::PackageIndex;

TargetState::TargetState(const deb::Snapshot& snapshot, const Settings& settings,
                         std::span<const std::unique_ptr<solve::Installability>> installability)
    : snapshot_(snapshot),
      installability_(installability),
      sources_(snapshot.symbols.name_count()),
      binaries_(snapshot.suites[deb::kTarget].binary_of_name),
      built_(snapshot.symbols.name_count()),
      nuninst_(snapshot.archs.size()),
      stamps_(snapshot.archs.size(), 1),
      touched_(snapshot.archs.size()) {
  for (const auto& source : snapshot.suites[deb::kTarget].sources)
    sources_[source.name.value] = &source;
  for (ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch) {
    present_.emplace_back(snapshot.archs[arch].records.size());
    for (const auto package : binaries_[arch])
      if (package.valid()) note_presence(arch, package, true);
    nobreakall_.push_back(settings.nobreakall.contains(snapshot.arch_name(arch)));
    for (const auto package : installability[arch]->uninstallable())
      recount(arch, snapshot.record(arch, package).name);
  }
  keep();
}

std::vector<NameId> TargetState::binary_names_unsorted(ArchIndex arch) const {
  std::vector<NameId> names;
  for (std::uint32_t n = 0; n < binaries_[arch].size(); ++n)
    if (binaries_[arch][n].valid()) names.emplace_back(n);
  return names;
}

std::vector<NameId> TargetState::binary_names(ArchIndex arch) const {
  auto names = binary_names_unsorted(arch);
  std::ranges::sort(names, {}, [this](NameId name) { return snapshot_.text(name); });
  return names;
}

void TargetState::set_nuninst(ArchIndex arch, const NameTexts& all, const NameTexts& counted) {
  const auto ids = [&](const NameTexts& texts) {
    std::set<NameId> found;
    for (const auto& text : texts)
      if (const auto name = snapshot_.symbols.find_name(text); name.valid()) found.insert(name);
    return found;
  };
  nuninst_[arch] = {ids(all), ids(counted)};
  ++stamps_[arch];
}

void TargetState::place_source(NameId name, const deb::SourcePackage* record) {
  log_.push_back({Change::Kind::source, 0, name, {}, sources_[name.value]});
  sources_[name.value] = record;
}

void TargetState::set_source(deb::SourcePackage record) {
  own_sources_.push_back(std::move(record));
  place_source(own_sources_.back().name, &own_sources_.back());
}

void TargetState::remove_source(NameId name) { place_source(name, nullptr); }

void TargetState::note_presence(ArchIndex arch, PackageIndex package, bool present) {
  present_[arch][package.value] = present ? 1 : 0;
  auto& built = built_[snapshot_.record(arch, package).source.value];
  built = present ? built + 1 : built - 1;
}

void TargetState::place_binary(ArchIndex arch, NameId name, PackageIndex package) {
  log_.push_back({Change::Kind::binary, arch, name, binaries_[arch][name.value], nullptr});
  replace_binary(arch, name, package);
}

void TargetState::replace_binary(ArchIndex arch, NameId name, PackageIndex package) {
  auto& slot = binaries_[arch][name.value];
  if (slot.valid()) note_presence(arch, slot, false);
  if (package.valid()) note_presence(arch, package, true);
  slot = package;
}

void TargetState::set_binary(ArchIndex arch, NameId name, PackageIndex package) {
  touched_[arch].push_back({name, binaries_[arch][name.value]});
  place_binary(arch, name, package);
}

void TargetState::remove_binary(BinaryRef ref) {
  base::check(has(ref), "a binary that leaves the target is in it");
  set_binary(ref.arch, snapshot_.record(ref).name, PackageIndex());
}

void TargetState::add_binary(BinaryRef ref) {
  set_binary(ref.arch, snapshot_.record(ref).name, ref.package);
}

void TargetState::set_member(Change::Kind kind, ArchIndex arch, NameId name, bool member) {
  auto& names = kind == Change::Kind::counted ? nuninst_[arch].counted : nuninst_[arch].all;
  if (names.contains(name) == member) return;
  log_.push_back({kind, arch, name, {}, nullptr});
  ++stamps_[arch];
  if (member) {
    names.insert(name);
  } else {
    names.erase(name);
  }
}

void TargetState::recount(ArchIndex arch, NameId name) {
  const auto package = binaries_[arch][name.value];
  const bool bad = package.valid() && !installability_[arch]->installable(package);
  const bool counts = bad && (nobreakall_[arch] || !snapshot_.record(arch, package).arch_all);
  set_member(Change::Kind::uninstallable, arch, name, bad);
  set_member(Change::Kind::counted, arch, name, counts);
}

void TargetState::refresh(ArchIndex arch) {
  auto touched = std::exchange(touched_[arch], {});
  // The first entry of a name has what the tester still believes in.
  std::ranges::stable_sort(touched, {}, &Touched::name);
  touched.erase(std::ranges::unique(touched, {}, &Touched::name).begin(), touched.end());
  std::vector<PackageIndex> removed, added;
  for (const auto& [name, old_package] : touched) {
    const auto now = binaries_[arch][name.value];
    if (now == old_package) continue;
    if (old_package.valid()) removed.push_back(old_package);
    if (now.valid()) added.push_back(now);
  }
  const auto change = installability_[arch]->change(removed, added);
  for (const auto& [name, old_package] : touched) recount(arch, name);
  for (const auto* packages : {&change.broken, &change.repaired})
    for (const auto package : *packages) recount(arch, snapshot_.record(arch, package).name);
}

void TargetState::follow_installability(ArchIndex arch) {
  for (const auto& [name, old_package] : std::exchange(touched_[arch], {})) recount(arch, name);
  const std::vector<NameId> were(nuninst_[arch].all.begin(), nuninst_[arch].all.end());
  for (const auto name : were) recount(arch, name);
  for (const auto package : installability_[arch]->uninstallable())
    recount(arch, snapshot_.record(arch, package).name);
}

bool TargetState::is_fresh() const {
  return std::ranges::all_of(touched_, [](const auto& touched) { return touched.empty(); });
}

TargetState::Mark TargetState::mark() const {
  base::check(is_fresh(), "a mark is taken when every architecture is fresh");
  Mark mark{log_.size(), own_sources_.size(), {}};
  for (const auto& tester : installability_) mark.installability.push_back(tester->mark());
  return mark;
}

void TargetState::roll_back_tables(const Mark& mark) {
  while (log_.size() > mark.log) {
    const auto change = log_.back();
    log_.pop_back();
    auto& nuninst = nuninst_[change.arch];
    switch (change.kind) {
      case Change::Kind::source: sources_[change.name.value] = change.old_source; break;
      case Change::Kind::binary:
        replace_binary(change.arch, change.name, change.old_package);
        break;
      case Change::Kind::uninstallable:
        ++stamps_[change.arch];
        if (nuninst.all.erase(change.name) == 0) nuninst.all.insert(change.name);
        break;
      case Change::Kind::counted:
        ++stamps_[change.arch];
        if (nuninst.counted.erase(change.name) == 0) nuninst.counted.insert(change.name);
        break;
    }
  }
  // Nobody has them any more: what was placed since the mark is not placed now.
  while (own_sources_.size() > mark.own_sources) own_sources_.pop_back();
  for (auto& touched : touched_) touched.clear();
}

void TargetState::rollback(const Mark& mark) {
  roll_back_tables(mark);
  for (std::size_t arch = 0; arch < installability_.size(); ++arch)
    installability_[arch]->rollback(mark.installability[arch]);
}

void TargetState::rewind(const Mark& mark) {
  roll_back_tables(mark);
  for (std::size_t arch = 0; arch < installability_.size(); ++arch)
    installability_[arch]->rewind(mark.installability[arch]);
}

std::vector<TargetChanges::Slot> TargetState::slots_since(const Mark& mark) const {
  std::vector<TargetChanges::Slot> slots;
  for (auto i = mark.log; i < log_.size(); ++i)
    if (const auto& entry = log_[i]; entry.kind == Change::Kind::binary)
      slots.push_back({entry.arch, entry.name, binary(entry.arch, entry.name)});
  return slots;
}

TargetChanges TargetState::changes_since(const Mark& mark) const {
  TargetChanges changes;
  changes.slots = slots_since(mark);
  for (auto i = mark.log; i < log_.size(); ++i) {
    const auto& [kind, arch, name, old_package, old_source] = log_[i];
    switch (kind) {
      case Change::Kind::source: {
        const auto* record = source(name);
        changes.sources.push_back(
            {name, record != nullptr ? std::make_shared<deb::SourcePackage>(*record) : nullptr});
        break;
      }
      case Change::Kind::binary: break;
      case Change::Kind::uninstallable: changes.counts.push_back({false, arch, name}); break;
      case Change::Kind::counted: changes.counts.push_back({true, arch, name}); break;
    }
  }
  return changes;
}

void TargetState::repeat(const TargetChanges& changes) {
  for (const auto& [name, record] : changes.sources) place_source(name, record.get());
  for (const auto& [arch, name, package] : changes.slots) place_binary(arch, name, package);
  for (const auto& [counted, arch, name] : changes.counts) {
    const auto& names = counted ? nuninst_[arch].counted : nuninst_[arch].all;
    set_member(counted ? Change::Kind::counted : Change::Kind::uninstallable, arch, name,
               !names.contains(name));
  }
}

void TargetState::keep() {
  if (keeps_history_) return;
  log_.clear();
  for (const auto& tester : installability_) tester->commit();
}

bool World::in_target(BinaryRef ref) const {
  if (now != nullptr) return now->has(ref);
  return installability[ref.arch]->present(ref.package);
}

}  // namespace sluice::migrate
