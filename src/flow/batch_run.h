// BatchRun: the steps of one batch run and what they hand on. Belongs to gate_batch.cc and
// batch_session.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "britney/config.h"
#include "britney/launchpad_client.h"
#include "britney/state_files.h"
#include "deb/snapshot.h"
#include "flow/gate_batch.h"
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

 private:
  friend class BatchSession;
  using Done = base::Result<void>;

  Done load();
  Done load_archive();
  void load_hints(const std::string& more);
  void build_testers();
  void connect_launchpad();
  Done start_counters();
  bool report_only();
  Done open_tests();
  Done judge_items();
  Done write_excuses();
  void write_to_people();
  Done decide();
  migrate::RunResult run_candidates();
  void add_maximal(migrate::RunResult& result);
  void show(const migrate::RunEvent& event, const migrate::World& rules);
  std::vector<migrate::Item> action_items();
  void check_counters();
  Done save_state();
  Done write_results(const migrate::RunResult& result);
  void summarize_excuses();
  void summarize(const migrate::RunResult& result);

  migrate::World world() const;
  Done put(const std::string& path, std::string_view bytes, std::string_view line);
  void note(const britney::Messages& messages);
  void phase(std::string_view name) const;
  bool debian() const { return settings_.rules == migrate::RuleSet::debian; }

  const britney::Config& config_;
  const BatchOptions& options_;
  sys::FileSystem& files_;
  sys::Clock& clock_;
  base::Log& log_;
  migrate::Settings settings_;
  std::vector<std::string> must_stay_;
  std::shared_ptr<const deb::Snapshot> snapshot_;
  migrate::HintSet hints_;
  britney::State state_;
  std::optional<britney::LaunchpadClient> launchpad_;
  std::optional<britney::LaunchpadPpas> ppas_;
  migrate::Testers testers_;
  std::unique_ptr<migrate::TargetState> target_;
  std::unique_ptr<GateTests> tests_;  // null: the autopkgtest policy is off
  adt::Pending pending_;              // after what was sent
  migrate::Judgement judgement_;
  std::string upgrade_output_;  // lines of UPGRADE_OUTPUT so far
  BatchSummary summary_;
};

}  // namespace sluice::flow
