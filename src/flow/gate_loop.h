// GateLoop: runs the gate again whenever something that it reads has changed, or some time has
// passed, and applies what was decided. One thread. Source: architecture 6; britney's cron job.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "britney/config.h"
#include "flow/gate_batch.h"
#include "flow/keeper.h"
#include "sys/processes.h"

namespace sluice::flow {

struct GateLoopOptions {
  std::string config_path;            // a britney.conf
  std::chrono::minutes interval{60};  // a run at the latest after so long
  std::string apply_command;          // "" none; its arguments: HeidiResult, HeidiResultDelta
  std::string state_dir;              // where it is kept what was applied
  std::string parsed_cache;           // "" none
};

struct GateLoopParties {
  Keeper& keeper;
  sys::FileSystem& files;
  sys::HttpClient* http;     // null: nobody is asked
  sys::MailTransport* mail;  // null: mails are logged
  sys::Processes& processes;
  sys::Clock& clock;
  base::Log& log;
};

class GateLoop {
 public:
  GateLoop(GateLoopOptions options, const GateLoopParties& parties)
      : options_(std::move(options)), parties_(parties) {}

  // Runs if it is due. Answers whether it did.
  bool turn();

  // Of the last run that went well; nothing before.
  const std::optional<BatchSummary>& last() const { return last_; }

 private:
  bool is_due(base::Instant now);
  std::string stamp_of_inputs();
  void add_stamp(const std::string& path, int depth, const std::set<std::string>& written,
                 std::string& stamp);
  base::Result<void> run();
  base::Result<void> apply(const britney::Config& config);

  GateLoopOptions options_;
  GateLoopParties parties_;
  std::optional<BatchSummary> last_;
  std::optional<base::Instant> last_run_;
  std::string stamp_;           // of the inputs of the last run
  std::uint64_t verdicts_ = 0;  // of the grid at the last run
};

}  // namespace sluice::flow
