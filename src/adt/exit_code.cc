#include "adt/exit_code.h"

#include <algorithm>
#include <array>

namespace sluice::adt {
namespace {

struct ExitRow {
  std::int64_t code = 0;
  ToolEnd end = ToolEnd::unknown;
  Outcome outcome = Outcome::infra_unknown;
};

constexpr std::array kExitRows = {
    ExitRow{0, ToolEnd::passed, Outcome::pass},
    ExitRow{1, ToolEnd::crashed, Outcome::infra_worker_crash},
    ExitRow{2, ToolEnd::passed, Outcome::pass_partial},
    ExitRow{4, ToolEnd::failed, Outcome::fail},
    ExitRow{6, ToolEnd::failed, Outcome::fail},
    ExitRow{8, ToolEnd::neutral, Outcome::neutral},
    ExitRow{12, ToolEnd::bad_package, Outcome::untestable_control},
    ExitRow{14, ToolEnd::bad_package, Outcome::untestable_control},
    ExitRow{16, ToolEnd::testbed_failed, Outcome::infra_unknown},
    ExitRow{20, ToolEnd::gave_up, Outcome::infra_grid_bug},
    ExitRow{99, ToolEnd::never_run, Outcome::excluded},
};

ExitRow row_of_exit(std::int64_t code) {
  const auto at = std::ranges::find(kExitRows, code, &ExitRow::code);
  if (at != kExitRows.end()) return *at;
  if (code < 0 || code > 128) return {code, ToolEnd::crashed, Outcome::infra_worker_crash};
  return {code, ToolEnd::unknown, Outcome::infra_unknown};
}

// What the tool said beside these codes, and the log, tell one cause from another.
bool is_told_by_texts(ToolEnd end) {
  return end == ToolEnd::bad_package || end == ToolEnd::testbed_failed || end == ToolEnd::gave_up;
}

// Nothing that the tool could know: the run took too long, its host had no room, or its files could
// not be stored.
bool is_of_any_run(Outcome outcome) {
  return outcome == Outcome::infra_timeout || outcome == Outcome::infra_disk_worker ||
         outcome == Outcome::infra_store_upload || outcome == Outcome::infra_store_inconsistent;
}

bool can_be_infra(const ExitRow& row, Outcome outcome) {
  // A summary that contradicts the exit code decides nothing.
  const bool contradicts =
      outcome == Outcome::infra_unknown && class_of(row.outcome) == OutcomeClass::ran;
  return is_told_by_texts(row.end) || is_of_any_run(outcome) || contradicts;
}

}  // namespace

ToolEnd end_of_exit(std::int64_t exit_code) { return row_of_exit(exit_code).end; }

Outcome outcome_of_exit(std::int64_t exit_code) { return row_of_exit(exit_code).outcome; }

bool is_for_rules(Outcome outcome) {
  const auto outcome_class = class_of(outcome);
  return outcome_class == OutcomeClass::infra ||
         (outcome_class == OutcomeClass::untestable && outcome != Outcome::excluded);
}

bool can_mean(std::int64_t exit_code, Outcome outcome) {
  const auto row = row_of_exit(exit_code);
  if (outcome == row.outcome) return true;
  switch (class_of(outcome)) {
    case OutcomeClass::ran: return row.end == ToolEnd::failed && outcome == Outcome::fail_timeout;
    case OutcomeClass::untestable: return is_told_by_texts(row.end) && is_for_rules(outcome);
    case OutcomeClass::infra: return can_be_infra(row, outcome);
    // What else is one of these the grid finds by itself.
    case OutcomeClass::lifecycle:
      return row.end == ToolEnd::gave_up &&
             (outcome == Outcome::cancelled || outcome == Outcome::rejected);
  }
  return false;
}

}  // namespace sluice::adt
