// GateOutputs: the files that a migration run writes for people and for the archive, and what it
// counts. Shared by the batch run and the engine of the server. Formats: migration 8.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "britney/config.h"
#include "flow/gate_batch.h"
#include "migrate/judge.h"
#include "migrate/plan.h"
#include "migrate/target.h"
#include "sys/files.h"

namespace sluice::flow {

class GateOutputs {
 public:
  using Done = base::Result<void>;

  // All must outlive this.
  GateOutputs(const britney::Config& config, sys::FileSystem& files, base::Log& log)
      : config_(config), files_(files), log_(log) {}

  // Where the configuration names no file, nothing is written.
  Done write_noninst(const migrate::TargetState& target, base::Instant now);  // always named
  Done write_excuses_html(std::span<const migrate::Excuse> excuses, const migrate::World& world,
                          base::Instant now);  // always named
  Done write_excuses_yaml(std::span<const migrate::Excuse> excuses, const migrate::World& world,
                          base::Instant now);
  Done write_upgrade_output(std::string_view text);
  bool wants_heidi() const { return !config_.paths.heidi_output.empty(); }
  Done write_heidi(std::string_view result, std::string_view delta);

  // Files written since the last call, in order.
  std::vector<std::string> take_written();

 private:
  Done put(const std::string& path, std::string_view bytes, std::string_view line);

  const britney::Config& config_;
  sys::FileSystem& files_;
  base::Log& log_;
  std::vector<std::string> written_;
};

// CHECK_CONSISTENCY_LEVEL: proves the counters that were kept up to date for the target as it is;
// the program stops if they are wrong. `world.now` is `target`.
void check_counters(const migrate::World& world, const migrate::TargetState& target);

// What a summary says of excuses, and of a run that left `after` uninstallable.
void count_excuses(std::span<const migrate::Excuse> excuses, BatchSummary& summary);
void count_run(const migrate::RunResult& result, const std::vector<migrate::Nuninst>& after,
               const deb::Snapshot& snapshot, BatchSummary& summary);

}  // namespace sluice::flow
