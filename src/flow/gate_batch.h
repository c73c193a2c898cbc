// gate_batch: one migration run from files alone, the drop-in for the peers' cron jobs: suites,
// hints and state are read, the migration is decided, the reports are written. Source:
// migration 1.1.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "migrate/facts.h"
#include "queue/request_queue.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/http_client.h"
#include "sys/mail_transport.h"

namespace sluice::britney {
struct Config;
}

namespace sluice::flow {

// What the hint tester may ask of a run whose excuses were computed (migration 8.9).
class HintSession {
 public:
  HintSession() = default;
  HintSession(const HintSession&) = delete;
  HintSession& operator=(const HintSession&) = delete;
  virtual ~HintSession() = default;

  // Executes easy, hint and force-hint at once and reports what became uninstallable; adds any
  // other hint and computes and writes the excuses again. Lines for people come back, and go to no
  // log. Errors: invalid (no such hint, malformed).
  virtual base::Result<std::vector<std::string>> apply(std::string_view hint_line) = 0;

  // Names of candidates ("foo/1.2") that start with `prefix`, sorted; at most 200.
  virtual std::vector<std::string> complete_item(std::string_view prefix) = 0;
};

// What could move in addition to what the run moves (migration 9 c): shown as hints, or moved too.
enum class Maximal : std::uint8_t { off, show, apply };

// The command line as far as the run knows it.
struct BatchOptions {
  bool dry_run = false;
  bool nuninst_cache = false;
  bool print_uninst = false;
  bool compute_migrations = true;
  Maximal maximal = Maximal::off;
  std::optional<std::string> actions;  // items, space separated; nothing: compute excuses
  std::string hints;                   // further hints, `;` separated; "" none
  // Asks Launchpad (Ubuntu's rules) which archive a source came from (migration 4.5.11) and whom to
  // write to (4.5.13, 4.5.14); null: nobody is asked, and only SourcePPA and EmailCache are known.
  sys::HttpClient* http = nullptr;
  // Takes mail to EMAIL_HOST (Ubuntu's rules, migration 4.5.13, 4.5.14); null: what would be sent
  // is logged.
  sys::MailTransport* mail = nullptr;
  // Where tests are asked for and their results are, in place of what the configuration names;
  // null: the configuration's.
  queue::RequestQueue* requests = nullptr;
  std::function<std::unique_ptr<migrate::TestLookup>(const std::string& series)> results;
  std::function<void(HintSession&)> hint_tester;  // empty: no console
  std::function<void(std::string_view)> print;    // lines for stdout: --print-uninst, --maximal
  std::function<void(std::string_view phase)> on_phase;  // at the end of each phase; may be empty
  // The process ends after this run, and its memory with it: nothing is freed piece by piece.
  bool last_of_process = false;
};

// What people want to know after a run.
struct BatchSummary {
  std::int64_t newer_sources =
      0;                        // sources that are newer in a source suite: excuses of kind source
  std::int64_t excuses = 0;     // all of them
  std::int64_t candidates = 0;  // valid excuses
  std::int64_t accepted = 0;    // items that migrate
  std::map<std::string, std::int64_t> rejected_by_reason;  // reason key -> excuses that have it
  std::vector<std::string>
      not_accepted;  // uvnames of candidates that the run could not place, sorted
  // Items accepted together, in order of acceptance; singles too.
  std::vector<std::vector<std::string>> groups;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>>
      uninstallable;                 // arch -> before, after
  std::vector<std::string> outputs;  // files written, in order
};

// Errors: whatever migration calls fatal; everything else is a line in `log`.
base::Result<BatchSummary> run_gate_batch(const britney::Config& config,
                                          const BatchOptions& options, sys::FileSystem& files,
                                          sys::Clock& clock, base::Log& log);

}  // namespace sluice::flow
