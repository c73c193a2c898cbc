// The contract of those who tell test results to a gate, asked of every one: the published
// database, a store in Swift's manner, and the grid's own rows, for a gate from nothing and for one
// that stays.
//
// covers: gate_tests.cc local_grid.cc grid_news.cc
#include <doctest/doctest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "adt/exit_code.h"
#include "base/text.h"
#include "contract/test_lookup_contract.h"
#include "flow/commit.h"
#include "flow/gate_tests.h"
#include "flow/grid_news.h"
#include "results/bundle.h"
#include "results/dir_result_store.h"
#include "store/results_db_writer.h"
#include "support/get_only_http.h"
#include "support/manual_clock.h"
#include "support/memory_files.h"
#include "support/recording_log.h"
#include "support/served_store.h"
#include "support/temporary_directory.h"

namespace sluice {
namespace {

using test::LookupTraits;
using test::ToldRun;

adt::RequestMessage request_of(const ToldRun& run) {
  adt::RequestMessage request;
  request.package = run.source;
  for (const auto word : base::split_words(run.triggers)) request.triggers.emplace_back(word);
  if (!run.ppa.empty()) request.ppas = {run.ppa};
  return request;
}

adt::RunPlace place_of(const ToldRun& run) {
  adt::AttemptEnd end;
  end.outcome = adt::outcome_of_exit(run.exit_code);
  return adt::place_of(request_of(run), {"", run.release, run.arch}, run.run_id,
                       adt::kind_of_run(end));
}

store::RunRow row_of(const ToldRun& run) {
  store::RunRow row;
  row.place = place_of(run);
  row.release = run.release;
  row.arch = run.arch;
  row.package = run.source;
  row.run_id = run.run_id;
  row.version = run.version.empty() ? "unknown" : run.version;
  row.triggers = run.triggers;
  row.exit_code = run.exit_code;
  row.outcome = adt::outcome_of_exit(run.exit_code);
  return row;
}

// A gate from files that asks there; opened at the first question.
struct GateFromFiles {
  migrate::TestLookup& open(sys::HttpClient* http) {
    if (tests) return *tests;
    config.settings.series = "noble";
    config.paths.state_dir = "state";
    auto opened = flow::GateTests::open(config, config.settings, "noble", flow::TestMode::look,
                                        {files, http, clock, log});
    REQUIRE_MESSAGE(opened, opened.error().text());
    tests = std::move(*opened);
    REQUIRE(tests->take_facts().lookup == tests.get());
    return *tests;
  }

  test::MemoryFileSystem files;
  test::ManualClock clock{base::instant_of_seconds(1'800'000'000)};
  test::RecordingLog log;
  britney::Config config;
  std::unique_ptr<flow::GateTests> tests;
};

class PublishedDatabase final : public test::LookupWorld {
 public:
  void add(const ToldRun& run) override {
    const auto row = row_of(run);
    REQUIRE(writer_.add({&row, 1}));
  }
  migrate::TestLookup& lookup() override {
    if (!std::filesystem::exists(path_)) REQUIRE(writer_.copy_to(path_));
    gate_.config.settings.adt.source = migrate::ResultSource::sqlite;
    gate_.config.settings.adt.result_url = "file://" + path_;
    return gate_.open(nullptr);
  }
  // What was read of it at the opening stays.
  void break_down() override { std::filesystem::resize_file(path_, 4096); }

 private:
  test::TemporaryDirectory directory_;
  std::string path_ = directory_.root + "/autopkgtest.db";
  store::ResultsDbWriter writer_ =
      store::ResultsDbWriter::open(directory_.root + "/writer.db").value();
  GateFromFiles gate_;
};

// As the server serves its files, until nobody answers.
class StoreInSwiftsManner final : public test::LookupWorld {
 public:
  LookupTraits traits() const override { return {.tells_once = true}; }
  void add(const ToldRun& run) override {
    results::RunFacts facts;
    facts.request = request_of(run);
    facts.exit_code = run.exit_code;
    facts.outcome = adt::outcome_of_exit(run.exit_code);
    codec::TarFiles files;
    if (!run.version.empty()) files["testpkg-version"] = run.source + " " + run.version + "\n";
    const auto place = place_of(run);
    REQUIRE(store_.ensure_container(place.container, {}));
    for (const auto& [name, object] : results::make_bundle(std::move(files), facts).objects)
      REQUIRE(store_.put(place.container, place.directory + "/" + name, object));
  }
  migrate::TestLookup& lookup() override {
    gate_.config.settings.adt.source = migrate::ResultSource::swift;
    gate_.config.settings.adt.result_url = http_.served.url();
    return gate_.open(&http_);
  }
  void break_down() override { http_.is_gone = true; }

 private:
  struct Http final : test::GetOnlyHttp {
    explicit Http(results::ResultStore& store) : served(store, "/results") {}
    base::Result<sys::HttpResponse> get(const sys::HttpRequest& request) override {
      if (is_gone) return base::fail(base::ErrorKind::unavailable, "refused");
      return served.get(request);
    }
    test::ServedStore served;
    bool is_gone = false;
  };

  test::MemoryFileSystem disk_;
  results::DirResultStore store_{disk_, "/results"};
  Http http_{store_};
  GateFromFiles gate_;
};

// The keeper's runs.
class OwnGrid : public test::LookupWorld {
 public:
  OwnGrid() { keeper_->start(); }
  LookupTraits traits() const override { return {.can_break_down = false}; }
  void add(const ToldRun& run) override {
    REQUIRE(flow::commit(*keeper_, [&](flow::JobDesk& desk, base::Instant) -> base::Result<void> {
      const auto added = store::add_run(desk.db(), row_of(run));
      if (!added) return std::unexpected(added.error());
      return {};
    }));
  }
  migrate::TestLookup& lookup() override { return results_; }

 protected:
  test::ManualClock clock_{base::instant_of_seconds(1'800'000'000)};
  test::RecordingLog log_;
  std::unique_ptr<flow::Keeper> keeper_ = flow::Keeper::open(":memory:", {}, clock_, log_).value();
  flow::LocalResults results_{*keeper_, flow::runs_of_gate("noble", {})};
};

class OwnGridOfAGateThatStays final : public OwnGrid {
 public:
  LookupTraits traits() const override { return {.tells_once = true, .can_break_down = false}; }
  migrate::TestLookup& lookup() override { return news_; }

 private:
  flow::GridNews news_{*keeper_, flow::runs_of_gate("noble", {}), 0};
};

}  // namespace

// migration 4.6.2
TEST_CASE_TEMPLATE("test lookup: every promise is kept", World, PublishedDatabase,
                   StoreInSwiftsManner, OwnGrid, OwnGridOfAGateThatStays) {
  for (const auto& promise : test::test_lookup_promises()) {
    INFO(std::string(promise.name));
    World world;
    promise.check(world);
  }
}

}  // namespace sluice
