// TestEnds: tests of the gate whose requests ended in the grid without a run, for a gate that
// stays: cancelled, refused, given up. No run will ever tell of them. Calls wait for the keeper, so
// they must not come from its thread. Source: testgrid 1.5; docs/adr/0035-ends-without-a-run.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "flow/keeper.h"
#include "flow/local_grid.h"
#include "migrate/fact_change.h"

namespace sluice::flow {

class TestEnds {
 public:
  // `runs`: that count for the gate, so only jobs that bring such do. `cursor`: last_event_of()
  // before anything was read, so that nothing falls between.
  TestEnds(Keeper& keeper, GateRuns runs, std::int64_t cursor)
      : keeper_(keeper), runs_(std::move(runs)), cursor_(cursor) {}

  using Changes = std::vector<migrate::FactChange>;

  // What has happened since the last call to tests that `known` waits for, or has as ended: those
  // that ended, and those that somebody asked for again, which are pending as before.
  base::Result<Changes> take(const migrate::TestFacts& known);

  // A test, and the key of the request that the gate would make for it; "" where it has made one.
  struct Asked {
    migrate::TestKey test;
    std::string key;
  };
  // The same of these tests, whenever it happened. Where the gate has not asked, only ends of its
  // own jobs, and of those with the key, count: a person may have cancelled another variant of the
  // test before. Requests that the gate took back itself are only
  // not pending any more: their triggers may be there again.
  base::Result<Changes> look_up(std::span<const Asked> tests, const migrate::TestFacts& known);

 private:
  enum class OwnEnds : std::uint8_t { told, forgotten };
  base::Result<Changes> changes_of(std::span<const Asked> tests, OwnEnds own,
                                   const migrate::TestFacts& known);

  Keeper& keeper_;
  GateRuns runs_;
  std::int64_t cursor_;  // the event that was looked at last
};

// The number of the grid's newest event.
base::Result<std::int64_t> last_event_of(Keeper& keeper);

}  // namespace sluice::flow
