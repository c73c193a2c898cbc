#include "migrate/run_memory.h"

#include <algorithm>

#include "migrate/old_libraries.h"

namespace sluice::migrate {
namespace {

using deb::BinaryRef;
using deb::PackageIndex;

// How far ahead of the recorded run an attempt is looked for: what comes later than that is tried,
// so that the order of many does not hang on one.
constexpr std::size_t kAheadMax = 64;
// Trials that a difference may cost before a run that is recorded anew costs less in the long run.
constexpr std::size_t kTrialsMax = 100;

}  // namespace

RunMemory::Marks RunMemory::marks() const {
  Marks all;
  for (const auto& tester : testers_) all.push_back(tester->mark());
  return all;
}

void RunMemory::forget() {
  steps_.clear();
  groups_.clear();
  group_at_.clear();
  order_.reset();
  affected_ = {};
}

void RunMemory::begin(const World& world, TargetState& target) {
  const bool worn = affected_.is_everything() || trials_ > kTrialsMax;
  snapshot_ = &world.snapshot;
  testers_ = world.installability;
  target_ = &target;
  if (worn) steps_.clear();
  if (steps_.empty()) old_libraries_.clear();
  mode_ = steps_.empty() ? Mode::recording : Mode::telling;
  next_ = trials_ = next_list_ = next_group_ = 0;
  at_start_ = true;
  if (order_ == nullptr) {
    order_ = std::make_unique<OrderGraph>(world);
    built_by_ = BuiltBy(world.snapshot);
  }
  entered_.reset();
  if (mode_ == Mode::telling) {
    affected_.clear();
    recorded_ = target.binaries();
    return;
  }
  affected_ = Affected(world);
  for (const auto& tester : testers_) tester->forget_rewound();
  start_ = marks();
}

void RunMemory::end(const TargetState::Mark& start) {
  leave();
  target_->rewind(start);
}

// Everything that group_of() and the rules of smooth updates look at, and more.
Footprint RunMemory::footprint_of(std::span<const Item> items) const {
  Footprint all;
  const auto& snapshot = *snapshot_;
  const auto add_slot = [&](ArchIndex arch, NameId name) {
    all.slots.push_back({arch, name, {}});
    if (const auto there = target_->binary(arch, name); there.valid()) {
      all.packages.push_back({arch, there});
      all.sources.push_back(snapshot.record(arch, there).source);
    }
  };
  for (const auto& item : items) {
    if (item.kind == ItemKind::cruft_removal) {
      add_slot(item.arch, item.package);
      continue;
    }
    all.sources.push_back(item.package);
    for (const auto* source :
         {snapshot.suites[item.suite].source(item.package), target_->source(item.package)}) {
      if (source == nullptr) continue;
      for (const auto ref : source->binaries) {
        all.packages.push_back(ref);
        add_slot(ref.arch, snapshot.record(ref).name);
      }
    }
  }
  return all;
}

std::optional<std::size_t> RunMemory::find(std::span<const Item> items) const {
  const auto end = std::min(steps_.size(), next_ + kAheadMax);
  for (auto i = next_; i < end; ++i)
    if (std::ranges::equal(steps_[i].items, items)) return i;
  return std::nullopt;
}

// The recorded run makes the step.
void RunMemory::pass(const Step& step) {
  for (const auto& [arch, name, package] : step.changes.slots)
    recorded_[arch][name.value] = package;
  next_ = static_cast<std::size_t>(&step - steps_.data()) + 1;
}

// One of the two runs has made these changes, and the other has not.
void RunMemory::diverge(const TargetChanges& changes) {
  for (const auto& [arch, name, package] : changes.slots)
    affected_.add(arch, name, recorded_[arch][name.value], target_->binary(arch, name));
  for (const auto& [name, record] : changes.sources) affected_.add(name);
}

GroupRef RunMemory::group_at_start(const Item& item) {
  if (!at_start_) return nullptr;
  if (next_group_ >= groups_.size() || groups_[next_group_]->item != item) {
    const auto at = group_at_.find(item);
    if (at == group_at_.end()) return nullptr;
    next_group_ = at->second;
  }
  return groups_[next_group_++];
}

void RunMemory::note_group(const Item& item, GroupRef group) {
  if (!at_start_) return;
  if (group_at_.emplace(item, groups_.size()).second) groups_.push_back(std::move(group));
}

void RunMemory::pass_until(std::size_t step) {
  while (next_ < step) {
    const auto& passed = steps_[next_];
    pass(passed);
    diverge(passed.changes);
  }
}

const Attempt* RunMemory::repeat(std::span<const Item> items, const ArchNames& break_archs) {
  same_.reset();
  if (mode_ != Mode::telling) return nullptr;
  const auto at = find(items);
  if (!at) return nullptr;
  pass_until(*at);
  const auto& step = steps_[*at];
  same_ = at;
  if (step.break_archs != break_archs || affected_.concerns(step.footprint)) return nullptr;
  target_->repeat(step.changes);
  at_start_ = at_start_ && !step.attempt.accepted;
  pass(step);
  return &step.attempt;
}

// Binaries, of any suite, that may be in one of the two targets alone, or whose source may be
// another one.
std::vector<BinaryRef> RunMemory::touched_binaries() const {
  std::vector<BinaryRef> all;
  for (const auto& [arch, name, unused] : affected_.slots())
    if (const auto now = target_->binary(arch, name); now.valid()) all.push_back({arch, now});
  for (const auto source : affected_.sources())
    all.insert(all.end(), built_by_[source].begin(), built_by_[source].end());
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return all;
}

std::vector<Item> RunMemory::old_libraries(const World& world) {
  const auto source_now = [this](NameId name) { return target_->source(name); };
  if (mode_ == Mode::recording) {
    old_libraries_.push_back({steps_.size(), old_libraries_now(world, source_now)});
    return old_libraries_.back().items;
  }
  const auto at = next_list_++;
  if (mode_ == Mode::telling && at < old_libraries_.size() && next_ <= old_libraries_[at].step) {
    pass_until(old_libraries_[at].step);
    auto known = old_libraries_[at].items;
    std::erase_if(known, [&](const Item& item) {
      const auto then = recorded_[item.arch][item.package.value];
      const auto source = snapshot_->record(item.arch, then).source;
      return affected_.touches(item.arch, item.package, source);
    });
    if (!affected_.is_everything())
      return old_libraries_now(world, source_now, std::move(known), touched_binaries());
  }
  return old_libraries_now(world, source_now);
}

// Brings installability to the target as it is now.
void RunMemory::enter() {
  const auto& at = next_ == 0 ? start_ : steps_[next_ - 1].after;
  for (ArchIndex arch = 0; arch < at.size(); ++arch) {
    auto& tester = *testers_[arch];
    tester.rewind(at[arch]);
    tester.forward(at[arch]);
  }
  entered_ = marks();
  std::vector<std::vector<PackageIndex>> removed(at.size()), added(at.size());
  for (const auto& [arch, name, unused] : affected_.slots()) {
    const auto then = recorded_[arch][name.value];
    const auto now = target_->binary(arch, name);
    if (then == now) continue;
    if (then.valid()) removed[arch].push_back(then);
    if (now.valid()) added[arch].push_back(now);
  }
  for (ArchIndex arch = 0; arch < at.size(); ++arch)
    (void)testers_[arch]->change(removed[arch], added[arch]);
}

// Back to where the recorded run is.
void RunMemory::leave() {
  if (entered_)
    for (ArchIndex arch = 0; arch < entered_->size(); ++arch)
      testers_[arch]->rollback((*entered_)[arch]);
  entered_.reset();
}

void RunMemory::catch_up() {
  if (mode_ != Mode::telling) return;
  enter();
  mode_ = Mode::trying;
}

void RunMemory::before_trial(std::span<const Item> items) {
  if (mode_ == Mode::recording) tried_ = footprint_of(items);
  if (mode_ != Mode::telling) return;
  ++trials_;
  if (affected_.is_everything()) {
    catch_up();
  } else {
    enter();
  }
}

bool RunMemory::can_land() const {
  return mode_ == Mode::telling && same_ && steps_[*same_].attempt.accepted &&
         !affected_.is_everything();
}

bool RunMemory::land(const TargetState::Mark& mark) {
  const auto& step = steps_[*same_];
  if (target_->slots_since(mark) != step.changes.slots) return false;
  ++trials_;
  pass(step);
  enter();
  return true;
}

void RunMemory::after_trial(std::span<const Item> items, const ArchNames& break_archs,
                            const Attempt& attempt, TargetChanges changes) {
  at_start_ = at_start_ && !attempt.accepted;
  if (mode_ == Mode::recording)
    steps_.push_back({{items.begin(), items.end()},
                      break_archs,
                      attempt,
                      std::move(changes),
                      std::move(tried_),
                      marks()});
  if (mode_ != Mode::telling) return;
  leave();
  if (!same_) return diverge(changes);
  const auto& step = steps_[*same_];
  const bool equal =
      step.attempt.accepted == attempt.accepted && step.changes.slots == changes.slots;
  pass(step);
  if (equal) return;
  diverge(step.changes);
  diverge(changes);
}

}  // namespace sluice::migrate
