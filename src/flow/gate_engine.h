// GateEngine: the gate of a server: it reads everything once, keeps it in memory, and decides again
// what has changed. The decision and what follows from it come first: requests, HeidiResult. The
// reports and the state are written after it, a file at a time while nothing happens. What it
// decides is what a run from nothing would decide on the same inputs; opening one is that run. One
// thread, not the keeper's. Source: migration 9 (d); docs/adr/0021-gate-that-stays.md.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "britney/config.h"
#include "britney/state_files.h"
#include "flow/gate_batch.h"
#include "flow/gate_launchpad.h"
#include "flow/gate_outputs.h"
#include "flow/gate_tests.h"
#include "flow/grid_news.h"
#include "flow/keeper.h"
#include "flow/test_ends.h"
#include "migrate/engine.h"

namespace sluice::flow {

struct GateEngineParties {
  Keeper& keeper;
  sys::FileSystem& files;
  sys::HttpClient* http;     // null: nobody is asked
  sys::MailTransport* mail;  // null: mails are logged
  sys::Clock& clock;
  base::Log& log;
};

// Which inputs are to be read again.
struct GateChanges {
  bool archive = false;
  bool hints = false;
  bool facts = false;
};

// What a decision took.
struct GateWork {
  std::size_t results = 0;   // pieces of news
  std::size_t requests = 0;  // sent
  migrate::EngineWork engine;
};

class GateEngine {
 public:
  // Reads, decides, and writes everything. Errors: those of a run; nothing of the engine is left.
  static base::Result<std::unique_ptr<GateEngine>> open(britney::Config config,
                                                        const GateEngineParties& parties);
  GateEngine(const GateEngine&) = delete;
  GateEngine& operator=(const GateEngine&) = delete;

  // Takes what is new, and decides if anything is. False: nothing was. After an error the engine is
  // of no use any more: the next one reads anew what the files and the grid say.
  base::Result<bool> turn(const GateChanges& changes);
  // Writes one of the files that are not up to date, if there is one.
  base::Result<void> write_some();
  // Writes all of them.
  base::Result<void> write_all();

  // HeidiResult is another one since the last call.
  bool take_new_heidi() { return std::exchange(new_heidi_, false); }
  const BatchSummary& summary() const { return summary_; }
  const GateWork& last_work() const { return work_; }
  const britney::Config& config() const { return config_; }
  const std::string& series() const { return settings_.series; }
  const migrate::Engine& engine() const { return *engine_; }

 private:
  enum class Report : std::uint8_t { html, yaml, upgrade_output, tests, state, mail };
  using Done = base::Result<void>;
  using Key = std::tuple<std::string, std::string, std::string>;  // trigger, source, architecture

  GateEngine(britney::Config config, const GateEngineParties& parties);
  Done begin();
  Done open_tests(std::string_view target);
  Done reread_archive();
  void reread_facts(migrate::PpaLookup* lookup);
  migrate::HintSet read_hints(const deb::Snapshot& snapshot);
  bool take_time();
  base::Result<bool> take_results();
  bool apply(std::span<const adt::TestNews> news);
  Done drop_ended();
  void forget_ends();
  base::Result<bool> take_ends();
  base::Result<bool> find_ends(const migrate::Judgement& judgement);
  Done decide();
  std::shared_ptr<const migrate::Decision> decide_once();
  Done write_heidi(const migrate::Decision& decision);
  Done send(const migrate::Judgement& judgement);
  Done withdraw();
  std::optional<base::Instant> next_old_enough(const migrate::Judgement& judgement) const;
  void soil(std::initializer_list<Report> reports);
  Done write(Report report);
  void note(const britney::Messages& messages);

  britney::Config config_;
  GateEngineParties parties_;
  GateOutputs outputs_;
  LocalRequestQueue requests_;
  migrate::Settings settings_;  // of the archive; GateTests borrows them
  GateLaunchpad launchpad_;
  britney::State state_;              // its facts are the engine's
  std::unique_ptr<GateTests> tests_;  // null: the autopkgtest policy is off
  GridNews* news_ = nullptr;          // owned by tests_; null likewise
  std::optional<TestEnds> ends_;      // likewise
  std::unique_ptr<migrate::Engine> engine_;
  std::optional<base::Instant> old_enough_;  // when an item comes of age (Ubuntu's rules)
  std::set<Key> refused_;  // requests that the grid did not take; asked again when all are judged
  std::vector<adt::TestRequest> sent_;  // by the present decision
  std::string upgrade_output_, heidi_, delta_;
  std::vector<deb::NameId> names_;         // of the archive, in the order of HeidiResult
  std::optional<std::string> next_heidi_;  // at the end of a run, not written yet
  bool new_heidi_ = false;
  bool anew_ = false;  // the present decision is about another archive or another day
  std::deque<Report> to_write_;
  base::Instant dirty_since_{};
  BatchSummary summary_;
  GateWork work_;
};

}  // namespace sluice::flow
