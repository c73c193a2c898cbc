// GridNews: the results of the grid's own runs, for a gate that stays: each is told once, in the
// order in which they were entered. A package that nobody asked for yet is asked for as a run from
// nothing would ask. Calls wait for the keeper, so they must not come from its thread.
// Source: migration 4.6.2; docs/adr/0021-gate-that-stays.md.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "flow/keeper.h"
#include "flow/local_grid.h"
#include "migrate/facts.h"

namespace sluice::flow {

class GridNews final : public migrate::TestLookup {
 public:
  // `cursor`: the number of the last run that need not be told (cursor_of_gate). To be asked for
  // before anything is read, so that nothing falls between.
  GridNews(Keeper& keeper, const GateRuns& runs, std::int64_t cursor)
      : keeper_(keeper), all_(keeper, runs), runs_(runs), cursor_(cursor) {}

  // The judge asks: everything after `latest_run`, but once.
  base::Result<std::vector<adt::TestNews>> news_of(std::string_view source, std::string_view arch,
                                                   std::string_view latest_run) override;
  // What the judge was told since the last call.
  std::vector<adt::TestNews> take_told() { return std::exchange(told_, {}); }

  // News of runs that were entered since the last call, some more than once. `known`: the results
  // so far.
  base::Result<std::vector<adt::TestNews>> take_entered(const adt::Results& known);

  // All that was told is on disk: the next start goes on from here.
  base::Result<void> keep_cursor();

 private:
  bool is_first_ask(std::string_view source, std::string_view arch);

  Keeper& keeper_;
  LocalResults all_;
  GateRuns runs_;
  std::int64_t cursor_, kept_ = -1;
  std::unordered_set<std::string> asked_;  // "source/arch"
  std::vector<adt::TestNews> told_;
};

// Where the gate had come to when it last kept that; the last run if it never did, because a run
// from nothing asks for all that it needs.
base::Result<std::int64_t> cursor_of_gate(Keeper& keeper);

}  // namespace sluice::flow
