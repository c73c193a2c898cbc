// GateLoop: has the gate decide again whenever something that it reads has changed, or some time
// has passed, and applies what was decided. Everything is read at the start, after the interval,
// after an error and when the configuration has changed; else the engine that is in memory takes
// what is new. One thread. Source: architecture 6; migration 9 (d); britney's cron job.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "britney/config.h"
#include "flow/gate_batch.h"
#include "flow/gate_engine.h"
#include "flow/gate_stamps.h"
#include "flow/keeper.h"
#include "sys/processes.h"

namespace sluice::flow {

struct GateLoopOptions {
  std::string config_path;            // a britney.conf
  std::chrono::minutes interval{60};  // everything is read again after so long
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

  // Decides if there is something to decide; else writes a report that is not up to date. Answers
  // whether it decided.
  bool turn();

  // Of the last decision; nothing before.
  const std::optional<BatchSummary>& last() const { return last_; }
  // Null before the first, and after an error.
  const GateEngine* engine() const { return engine_.get(); }

 private:
  bool must_begin(const GateStamps& now) const;
  void begin();
  void follow();
  void fail(const base::Error& error);
  base::Result<void> apply(const britney::Config& config);

  GateLoopOptions options_;
  GateLoopParties parties_;
  std::optional<britney::Config> config_;  // that was read last
  std::unique_ptr<GateEngine> engine_;     // null: before the first run, and after an error
  GateStamps stamps_;                      // of the inputs of the last run
  std::optional<base::Instant> begun_;     // when everything was read the last time
  bool to_apply_ = false;
  std::optional<BatchSummary> last_;
};

}  // namespace sluice::flow
