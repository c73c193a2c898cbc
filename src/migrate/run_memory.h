// RunMemory: what was tried in one run and what came of it, so that the next run on nearly the same
// candidates tries again only what may end otherwise. Everything that it answers is what a trial
// would have answered. Why that holds: docs/adr/0037-run-as-difference.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "migrate/affected.h"
#include "migrate/built_by.h"
#include "migrate/order_graph.h"
#include "migrate/trial.h"

namespace sluice::migrate {

struct ItemHash {
  std::size_t operator()(const Item& item) const {
    return (std::size_t{item.package.value} * 31 + item.version.value) * 31 + item.arch +
           static_cast<std::size_t>(item.kind) * 7919;
  }
};

class RunMemory {
 public:
  // The start of a run, which is the same world and target each time until forget(), which they
  // must outlive. The first run is recorded; those after it are told by it.
  void begin(const World& world, TargetState& target);
  // The end: the target is at `start` again.
  void end(const TargetState::Mark& start);
  // After end(): the next run begins from nothing.
  void forget();

  // What comes of trying these items now, if it is known; then it has come already, in the tables
  // of the target. Else they have to be tried, between before_trial() and after_trial().
  const Attempt* repeat(std::span<const Item> items, const ArchNames& break_archs);
  void before_trial(std::span<const Item> items);
  // After what was not accepted was taken back. `changes`: of what was.
  void after_trial(std::span<const Item> items, const ArchNames& break_archs,
                   const Attempt& attempt, TargetChanges changes);

  // What an item would move, while nothing has moved yet; null: unknown. To be told so, note it.
  GroupRef group_at_start(const Item& item);
  void note_group(const Item& item, GroupRef group);
  // The order of the last list that was put in order while nothing had moved; null: something has.
  OrderGraph* order_at_start() { return at_start_ ? order_.get() : nullptr; }

  // The old libraries of the target as it is now.
  std::vector<Item> old_libraries(const World& world);

  // Between the two, in place of a trial: the recorded run accepted these items, and installability
  // can be taken to where they are in, once they are in the tables (as they were before at `mark`).
  // False: other binaries moved then.
  bool can_land() const;
  bool land(const TargetState::Mark& mark);

  // From now on installability is that of the target, and everything has to be tried.
  void catch_up();

  // Trials of a run that could not be told; those of a recorded one are not counted.
  std::size_t trials() const { return trials_; }

 private:
  using Marks = std::vector<solve::Installability::Mark>;  // by ArchIndex
  // One attempt of the recorded run.
  struct Step {
    std::vector<Item> items;
    ArchNames break_archs;
    Attempt attempt;
    TargetChanges changes;
    Footprint footprint;
    Marks after;
  };

  // A list of old libraries, and before which step it was made.
  struct OldLibraries {
    std::size_t step = 0;
    std::vector<Item> items;
  };

  Footprint footprint_of(std::span<const Item> items) const;
  std::optional<std::size_t> find(std::span<const Item> items) const;
  void pass(const Step& step);
  void pass_until(std::size_t step);
  std::vector<deb::BinaryRef> touched_binaries() const;
  void diverge(const TargetChanges& changes);
  Marks marks() const;
  void enter();
  void leave();

  const deb::Snapshot* snapshot_ = nullptr;
  std::span<const std::unique_ptr<solve::Installability>> testers_;
  TargetState* target_ = nullptr;
  enum class Mode : std::uint8_t { recording, telling, trying } mode_ = Mode::recording;
  std::vector<Step> steps_;
  std::vector<OldLibraries> old_libraries_;
  // At the start, of all candidates that there ever were under this archive: lists of candidates
  // are nearly the same each time, so the next that is asked for is mostly the next here.
  std::vector<GroupRef> groups_;
  std::unordered_map<Item, std::uint32_t, ItemHash> group_at_;  // in groups_
  std::size_t next_group_ = 0;
  std::unique_ptr<OrderGraph> order_;  // at the start
  BuiltBy built_by_;
  Marks start_;

  // Of the run at hand.
  Footprint tried_;                  // what is being tried touches
  std::optional<std::size_t> same_;  // the step in which that was tried
  std::size_t next_list_ = 0;        // in old_libraries_
  std::size_t next_ = 0;             // the first step that the recorded run has not made yet
  std::vector<std::vector<deb::PackageIndex>> recorded_;  // its target now: [arch][NameId]
  Affected affected_;
  std::optional<Marks> entered_;  // installability has left the recording since
  bool at_start_ = true;          // nothing has moved
  std::size_t trials_ = 0;
};

}  // namespace sluice::migrate
