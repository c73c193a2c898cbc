// BatchRun: the steps of one batch run and what they hand on. Belongs to gate_batch.cc and
// batch_session.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "britney/config.h"
#include "britney/state_files.h"
#include "deb/snapshot.h"
#include "flow/gate_batch.h"
#include "flow/gate_launchpad.h"
#include "flow/gate_outputs.h"
#include "flow/gate_tests.h"
#include "migrate/judge.h"
#include "migrate/plan.h"
#include "migrate/target.h"
#include "migrate/testers.h"

namespace sluice::flow {

class BatchRun {
 public:
  BatchRun(const britney::Config& config, const BatchOptions& options, sys::FileSystem& files,
           sys::Clock& clock, base::Log& log);

  base::Result<BatchSummary> run();
  void close();

 private:
  friend class BatchSession;
  using Done = base::Result<void>;

  Done load();
  Done load_archive();
  void load_hints(const std::string& more);
  void build_testers();
  Done start_counters();
  bool report_only();
  Done lock_state();
  Done open_tests();
  Done judge_items();
  Done write_excuses();
  void write_to_people();
  Done decide();
  migrate::RunResult run_candidates();
  std::vector<migrate::Item> not_moved(const migrate::RunResult& result) const;
  void add_maximal(migrate::RunResult& result);
  void show(const migrate::RunEvent& event, const migrate::World& rules);
  std::vector<migrate::Item> action_items();
  Done save_state();
  Done write_results(const migrate::RunResult& result);
  BatchSummary take_summary();

  migrate::World world() const;
  void note(const britney::Messages& messages);
  void phase(std::string_view name) const;
  bool debian() const { return settings_.rules == migrate::RuleSet::debian; }

  const britney::Config& config_;
  const BatchOptions& options_;
  sys::FileSystem& files_;
  sys::Clock& clock_;
  base::Log& log_;
  GateOutputs outputs_;
  migrate::Settings settings_;
  std::vector<std::string> must_stay_;
  std::shared_ptr<const deb::Snapshot> snapshot_;
  migrate::HintSet hints_;
  britney::State state_;
  GateLaunchpad launchpad_;
  migrate::Testers testers_;
  std::unique_ptr<migrate::TargetState> target_;
  std::unique_ptr<sys::FileLock> state_lock_;  // null: nothing is written
  std::unique_ptr<GateTests> tests_;           // null: the autopkgtest policy is off
  adt::Pending pending_;                       // after what was sent
  migrate::Judgement judgement_;
  std::optional<migrate::RunResult> left_;  // after the results were written
  std::string upgrade_output_;              // lines of UPGRADE_OUTPUT so far
  BatchSummary summary_;
};

}  // namespace sluice::flow
