// GateTests: the autopkgtest side of a migration run from files: what is known and pending before
// the policy judges, news for it while it does, and what has to be sent and kept afterwards.
// Source: migration 4.6.1, 4.6.2, 4.6.6.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "britney/config.h"
#include "britney/pending.h"
#include "britney/results_cache.h"
#include "flow/send_requests.h"
#include "migrate/judge.h"
#include "queue/request_queue.h"
#include "results/swift_results.h"
#include "store/results_db.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/http_client.h"

namespace sluice::flow {

// send: a real run. note: ADT_ENABLE = dry-run, nothing is sent but all is noted as if it were.
// look: nothing is written (--dry-run, questions); a database of results is read where it lies, of
// one that lies elsewhere the copy of the last run.
enum class TestMode : std::uint8_t { send, note, look };
TestMode test_mode(const migrate::Settings& settings, bool dry_run);

// Results of the tests on a series.
using ResultsOf = std::function<std::unique_ptr<migrate::TestLookup>(const std::string& series)>;

struct TestParties {
  sys::FileSystem& files;
  sys::HttpClient* http;  // null: nobody is asked
  sys::Clock& clock;
  base::Log& log;
  // In place of those that the configuration names: a grid of our own. Null: the configuration's.
  queue::RequestQueue* requests = nullptr;
  ResultsOf results = nullptr;
  bool has_lock = false;  // the state directory is the caller's meanwhile
};

class GateTests final : public migrate::TestLookup {
 public:
  // `settings` complete; `target`: the name of the target suite. A state directory that another
  // run uses is a conflict. Errors also: damaged files of state, no result database, those of the
  // queue's URL.
  static base::Result<std::unique_ptr<GateTests>> open(const britney::Config& config,
                                                       const migrate::Settings& settings,
                                                       std::string_view target, TestMode mode,
                                                       TestParties parties);

  // What the policy starts from; once.
  migrate::TestFacts take_facts();

  base::Result<std::vector<adt::TestNews>> news_of(std::string_view source, std::string_view arch,
                                                   std::string_view latest_run) override;

  // Sends what was wanted. Returns what is pending now, which is kept at once: whatever becomes of
  // the run, a peer that comes next knows what was asked.
  base::Result<adt::Pending> send(const migrate::Judgement& judgement);
  // Sends these and nothing else. `pending`: everything that is, without them. Returns those of
  // them that are now: sent, or perhaps sent.
  base::Result<std::vector<adt::TestRequest>> send_some(std::span<const adt::TestRequest> wanted,
                                                        adt::Pending pending);
  // Keeps results and pending tests for the next run. `pending`: as send() returned it, if it was
  // called.
  base::Result<void> save(const migrate::Judgement& judgement, const adt::Pending& pending);

 private:
  GateTests(const britney::Config& config, const migrate::Settings& settings, TestMode mode,
            TestParties parties);
  base::Result<void> load(std::string_view target);
  base::Result<void> load_pending();
  base::Result<void> connect_results(std::string_view target);
  void keep_uncertain();
  base::Result<void> drop_answered(std::chrono::seconds after, adt::Pending& pending);
  base::Result<void> resend(adt::Pending& pending);
  base::Result<void> open_database();
  SendParties sending();

  const britney::Config& config_;
  const migrate::Settings& settings_;
  TestMode mode_;
  TestParties parties_;
  std::unique_ptr<sys::FileLock> lock_;
  std::optional<britney::PendingJournal> journal_;
  std::unique_ptr<queue::RequestQueue> queue_;  // null where the parties have one
  britney::ResultsCache cache_;
  std::unique_ptr<migrate::TestLookup> grid_;  // where the parties have one
  std::optional<store::ResultsDb> database_;
  std::optional<results::SwiftResults> swift_;
  migrate::TestFacts facts_;
  migrate::TestLookup* facts_lookup_ = nullptr;  // of facts_, which were taken
  bool pending_is_kept_ = false;                 // since send()
};

}  // namespace sluice::flow
