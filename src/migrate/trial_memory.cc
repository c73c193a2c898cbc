#include "migrate/trial_memory.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace sluice::migrate {
namespace {

// A component that moved farther than this in the order is tried as if it were new: going there and
// back would cost more.
constexpr std::size_t kAheadMax = 64;
// A trial that is made on the way costs some times what it costs in a run without memory. After a
// run with more of them than this, of so many recorded ones, the next is recorded instead: 33 of
// 2,570 on a real archive.
constexpr std::size_t made_often(std::size_t steps) { return 4 + steps / 86; }
// A run that comes to this is not like the recorded one any more: the rest is made as usual.
constexpr std::size_t made_at_most(std::size_t steps) { return 8 + steps / 52; }

std::vector<solve::Installability::Mark> marks_of(const TargetState& target) {
  std::vector<solve::Installability::Mark> marks;
  for (const auto& tester : target.testers()) marks.push_back(tester->mark());
  return marks;
}

bool same_tables(const Effects& a, const Effects& b) {
  return a.binaries == b.binaries && a.removed_sources == b.removed_sources &&
         std::ranges::equal(a.sources, b.sources, [](const auto& one, const auto& other) {
           return one.name == other.name && one.version == other.version &&
                  one.binaries == other.binaries;
         });
}

}  // namespace

void TrialMemory::forget(TargetState& target) {
  steps_.clear();
  steps_of_.clear();
  recorded_ = outdated_ = false;
  for (const auto& tester : target.testers()) tester->forget_way();
}

void TrialMemory::enter(const World& world, TargetState& target) {
  if (outdated_) forget(target);
  work_ = {};
  if (!recorded_) {
    start_ = marks_of(target);
    mode_ = Mode::recording;
    return;
  }
  mode_ = Mode::following;
  next_ = 0;
  diverged_.reset(world.universes);
  target.go_ahead();
}

void TrialMemory::leave(TargetState& target) {
  const auto mode = std::exchange(mode_, Mode::idle);
  if (mode == Mode::recording) {
    end_ = marks_of(target);
    next_ = steps_.size();
    recorded_ = true;
  }
  if (mode != Mode::following) return;
  outdated_ = work_.made > made_often(steps_.size());
  move_testers(next_, target);
  target.catch_up();
  target.stay_together();
}

void TrialMemory::finish(TargetState& target) {
  base::check(mode_ == Mode::idle, "a run leaves its memory before it ends");
  if (!recorded_) return;
  const auto& at = position(next_);
  for (std::size_t arch = 0; arch < at.size(); ++arch) {
    auto& tester = *target.testers()[arch];
    tester.rollback(at[arch]);
    tester.rewind(start_[arch]);
  }
  next_ = 0;
}

void TrialMemory::move_testers(std::size_t step, TargetState& target) {
  const auto& to = position(step);
  for (std::size_t arch = 0; arch < to.size(); ++arch) {
    auto& tester = *target.testers()[arch];
    if (to[arch] < tester.mark()) {
      tester.rewind(to[arch]);
    } else {
      tester.replay(to[arch]);
    }
  }
}

// The recorded state at hand is the one after the step.
void TrialMemory::pass(std::size_t step, TargetState& target) {
  if (steps_[step].attempt.accepted)
    for (const auto& [arch, name, before, after] : steps_[step].effects.binaries)
      target.note_tester(arch, name, after);
  next_ = step + 1;
}

std::optional<std::size_t> TrialMemory::next_step(std::span<const Item> items) const {
  const auto known = steps_of_.find(items.front());
  if (known == steps_of_.end()) return std::nullopt;
  for (auto at = std::ranges::lower_bound(known->second, next_);
       at != known->second.end() && *at < next_ + kAheadMax; ++at)
    if (std::ranges::equal(steps_[*at].items, items)) return *at;
  return std::nullopt;
}

const Attempt* TrialMemory::recall(std::span<const Item> items, const ArchNames& break_archs,
                                   const World& world, TargetState& target) {
  if (mode_ != Mode::following) return nullptr;
  const auto found = next_step(items);
  if (!found) return nullptr;
  while (next_ < *found) {
    if (steps_[next_].attempt.accepted) diverged_.add(steps_[next_].touched, world);
    pass(next_, target);
  }
  const auto& step = steps_[*found];
  if (step.break_archs != break_archs || diverged_.touches(step.touched)) return nullptr;
  target.repeat(step.effects);
  pass(*found, target);
  ++work_.recalled;
  return &step.attempt;
}

void TrialMemory::begin_trial(std::span<const Item> items, const World& world,
                              TargetState& target) {
  if (mode_ == Mode::idle) return;
  if (mode_ == Mode::following && work_.made >= made_at_most(steps_.size())) {
    leave(target);
    return;
  }
  ++work_.made;
  touching_ = footprint_of(world, items);
  if (mode_ == Mode::following) move_testers(next_, target);
  here_ = marks_of(target);
  if (mode_ == Mode::following) target.catch_up();
}

void TrialMemory::end_trial(std::span<const Item> items, const ArchNames& break_archs,
                            const Attempt& attempt, const TargetState::Mark& before,
                            const World& world, TargetState& target) {
  if (mode_ == Mode::idle) return;
  auto effects = target.effects_since(before);
  for (const auto& [arch, name, was, is] : effects.binaries)
    for (const auto package : {was, is})
      if (package.valid()) touching_.packages.push_back({arch, package});
  if (!attempt.accepted) {
    const auto counts = std::move(effects.counts);
    effects = {};
    effects.counts = counts;
  }
  if (mode_ == Mode::recording) {
    steps_of_[items.front()].push_back(steps_.size());
    steps_.push_back({{items.begin(), items.end()},
                      break_archs,
                      attempt,
                      std::move(effects),
                      std::move(touching_),
                      here_});
    return;
  }
  for (std::size_t arch = 0; arch < here_.size(); ++arch)
    target.testers()[arch]->rollback(here_[arch]);
  const bool expected = next_ < steps_.size() && std::ranges::equal(steps_[next_].items, items);
  if (!expected) {
    if (attempt.accepted) diverged_.add(touching_, world);
    return;
  }
  const auto& step = steps_[next_];
  // It did what it did before, though it might not have: nothing new differs.
  if (step.attempt.accepted != attempt.accepted || !same_tables(step.effects, effects)) {
    diverged_.add(touching_, world);
    diverged_.add(step.touched, world);
  }
  pass(next_, target);
}

}  // namespace sluice::migrate
