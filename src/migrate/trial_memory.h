// TrialMemory: what the trials of a run answered, for the next run on the same archive. A trial
// whose answer nothing can have changed is not made again: its effects are repeated. Belongs to an
// Engine; one thread. Source: migration 9 (d); docs/adr/0028-trials-are-remembered.md.
//
// The run that was recorded is a way of states S0, S1, ... of the target; the testers can be moved
// along it (Installability::rewind, replay). A later run is compared with it: `diverged` is where
// the target may differ from the recorded state at hand, closed over everything that can depend on
// it. A trial that touches none of that is answered from memory. Any other is made: the testers go
// to the recorded state at hand, catch up with the little that differs, and go back afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "migrate/nearness.h"
#include "migrate/trial.h"

namespace sluice::migrate {

class TrialMemory {
 public:
  // How many trials of the last run were made, and how many were answered from memory.
  struct Work {
    std::size_t made = 0, recalled = 0;
  };

  // Nothing is remembered any more: the next run is recorded.
  void forget(TargetState& target);

  // Around the steps of a run whose trials are remembered: from the start of the target, where the
  // testers are, to where they have caught up with it. leave() may be called more than once.
  void enter(const World& world, TargetState& target);
  void leave(TargetState& target);
  // After a run: brings the testers back to the start.
  void finish(TargetState& target);

  // The answer, with its effects in the target up to the counters; a failed one's are to be rolled
  // back. Null: it is to be made, between begin_trial() and end_trial().
  const Attempt* recall(std::span<const Item> items, const ArchNames& break_archs,
                        const World& world, TargetState& target);
  void begin_trial(std::span<const Item> items, const World& world, TargetState& target);
  void end_trial(std::span<const Item> items, const ArchNames& break_archs, const Attempt& attempt,
                 const TargetState::Mark& before, const World& world, TargetState& target);

  Work last_work() const { return work_; }

 private:
  enum class Mode : std::uint8_t { idle, recording, following };
  using Position = std::vector<solve::Installability::Mark>;  // by arch
  struct Step {
    std::vector<Item> items;
    ArchNames break_archs;
    Attempt attempt;
    Effects effects;  // of a failed one: its counters
    Footprint touched;
    Position before;
  };

  std::optional<std::size_t> next_step(std::span<const Item> items) const;
  void pass(std::size_t step, TargetState& target);
  void move_testers(std::size_t step, TargetState& target);
  const Position& position(std::size_t step) const {
    return step < steps_.size() ? steps_[step].before : end_;
  }

  Mode mode_ = Mode::idle;  // of the run at hand; idle outside of its main loop too
  std::vector<Step> steps_;
  std::unordered_map<Item, std::vector<std::size_t>, ItemHash> steps_of_;  // by their first item
  Position start_, end_;
  bool recorded_ = false, outdated_ = false;
  // Of the run at hand:
  std::size_t next_ = 0;  // the step after the recorded state at hand
  Nearness diverged_;
  Footprint touching_;  // of the trial that is being made
  Position here_;       // testers before it
  Work work_;
};

}  // namespace sluice::migrate
