// Run: the state of one migration run. Belongs to plan.cc and iterate.cc.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "migrate/plan.h"
#include "migrate/run_memory.h"

namespace sluice::migrate {

class Run {
 public:
  Run(const World& world, TargetState& target, const RunRequest& request,
      const RunListener& listener, RunMemory* memory);

  // All steps of 7.4 in order.
  RunResult run(std::span<const Excuse> excuses);
  // One hint alone.
  RunResult run_one(const Hint& hint);

 private:
  using Names = std::vector<Nuninst>;
  // `nested`: within a hint, whose changes may be taken back as a whole.
  enum class Nesting : std::uint8_t { none, nested };
  struct Iteration {
    std::vector<Item> leftover;
    Names nuninst;
  };

  // iterate.cc: the main loop (7.3).
  Iteration iterate(std::vector<Item> items, std::vector<Item>& selected, const Names& start,
                    Nesting nesting);
  struct Loop;
  // Items that are tried together, and what each would move.
  struct Component {
    std::vector<Item> items;
    std::vector<GroupRef> groups;
  };
  void prepare(Loop& loop, const std::vector<Item>& items);
  void schedule(Loop& loop);
  void try_component(Loop& loop, const Component& component);
  void try_anew(Loop& loop, const Component& component);
  bool try_landed(Loop& loop, const Component& component);
  void on_accepted(Loop& loop, const Component& component, const Attempt& attempt);
  void on_skipped(Loop& loop, const Component& component, const Attempt& attempt);
  void tell_accepted(const Loop& loop, const Component& component, const Attempt& attempt,
                     const Counters& before);
  void tell_skipped(const Loop& loop, const Component& component, const Attempt& attempt);
  GroupRef group_for(const Item& item, std::optional<RunEventKind> complaint);

  // plan.cc
  void process_hints();
  bool process_hint(const Hint& hint);
  bool usable(const Hint& hint);
  std::optional<std::vector<Item>> take_candidates(const Hint& hint);
  void run_hint(const Hint& hint, std::vector<Item> items);
  Iteration clean_after_hint(std::vector<Item>& selected, std::vector<Item> new_cruft);
  void run_step(const std::vector<Item>& items, std::optional<std::size_t> total);
  void succeed(const std::vector<Item>& selected, const Iteration& end, std::size_t total,
               std::size_t left, bool forced);
  void run_main();
  void remove_obsolete();
  void remove_old_libraries();
  std::vector<Item> old_libraries_of_run() const;
  void emit_start();
  ArchNames break_archs_for(const std::vector<Item>& selected) const;
  std::vector<Regression> newly_broken_since(const Names& before) const;

  void emit(RunEvent event) const {
    if (!listener_) return;
    event.break_archs = break_archs_;
    listener_(event);
  }
  static RunEvent event(RunEventKind kind) {
    RunEvent made{};
    made.kind = kind;
    return made;
  }

  const World& world_;
  TargetState& target_;
  const RunRequest& request_;
  const RunListener& listener_;  // may be empty: then what it would be told is not put together
  RunMemory* memory_;            // may be null
  Tolerance tolerance_;
  Trial trial_;
  ArchNames break_archs_;  // in force; a broken arch run takes one out for a while
  bool final_cleanup_ = false;
  std::vector<Item> candidates_;  // "upgrade_me"
  Names nuninst_;                 // at the end of the last accepted step
  RunResult result_;
};

}  // namespace sluice::migrate
