// plan: the migration run. Candidates and hints -> what moves, in which order, and what every
// attempt said. Source: migration 7.3, 7.4. Text of the events: report_output.h.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "migrate/trial.h"

namespace sluice::migrate {

// What happened, with its reason as data; update_output is a projection of these.
enum class RunEventKind : std::uint8_t {
  generated,  // stamp
  arch_order,
  trying_hint,      // hint
  hint_unusable,    // hint, texts: why
  not_a_candidate,  // items[0]
  section,          // texts[0]: "main run", "broken arch run for A"
  start,            // before, now: counters
  recur,            // selected so far (items), count = number to schedule
  not_added,        // items[0], texts[0]: exception
  trying,
  accepted,
  skipped,
  splitting,
  cruft_not_added,   // items[0], texts[0]
  finish,            // items: selected; start, now; broken: newly uninstallable
  hint_cruft_added,  // items
  hint_cruft_check,
  hint_cruft_removed,  // count of total
  easy_result,         // now; broken unless forced
  success,             // items: selected sorted; start, orig, now; count/total; forced, broken
  failed,
  end_of_step,  // the empty line that closes a step
  hints_left_out,
  auto_hinter_skipped,
  obsolete_sources,     // count
  removing_left_over,   // items
  old_libraries,        // items
  newly_uninstallable,  // broken
};

struct RunEvent {
  RunEventKind kind;
  std::vector<Item> items;
  std::vector<Item> selected_tail;   // accepted: the last 20 of all selected
  std::size_t count = 0, total = 0;  // recur, success, hint_cruft_removed; accepted: selected
  std::size_t rescheduled = 0, maybe = 0, worklist = 0;  // skipped (r, m, w)
  Counters start, before, now;                           // ori/start, pre/orig, now/end
  std::vector<Item> new_cruft;
  std::optional<Constraint> constraint;  // skipped
  std::optional<BrokenPair> pair;        // skipped, failed: of --coinst
  std::vector<Regression> broken;        // per architecture, in the configuration's order
  const Hint* hint = nullptr;
  bool forced = false;
  std::vector<std::string> texts;
  ArchNames break_archs;  // in force: a broken arch run takes one out
};

using RunListener = std::function<void(const RunEvent&)>;

struct RunRequest {
  std::vector<Item> candidates;  // of judge()
  std::vector<Item> cruft;       // old libraries that join them (3.7)
  bool only_actions = false;     // --actions: try exactly these, main run only
  std::vector<std::string> must_stay;
};

class RunMemory;

struct RunResult {
  std::vector<Item> accepted;                 // in order of acceptance; of hints in hint order
  std::vector<std::vector<Item>> components;  // accepted groups of more than one item
  std::vector<Item> leftover;                 // candidates that did not move
  std::vector<Nuninst> nuninst_at_start;
};

// Changes `target` (also installability behind it) to the result. `world.now` must be that target.
// `memory`: of runs in the same world under the same hints, of which none is executed, by Ubuntu's
// rules and without --coinst; between its begin() and end(). With it, installability stays behind
// until it catches up.
RunResult run_migration(const World& world, TargetState& target, std::span<const Excuse> excuses,
                        const RunRequest& request, const RunListener& listener,
                        RunMemory* memory = nullptr);

// One easy, hint or force-hint hint alone (the hint tester, 8.9): what it moved stays moved.
RunResult run_hint(const World& world, TargetState& target, const Hint& hint,
                   const RunRequest& request, const RunListener& listener);

}  // namespace sluice::migrate
