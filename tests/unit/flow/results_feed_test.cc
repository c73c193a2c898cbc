#include "flow/results_feed.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <memory>
#include <string>

#include "base/text.h"
#include "flow/commit.h"
#include "store/results_db.h"
#include "store/run_rows.h"
#include "support/archive_builder.h"
#include "support/job_desk_world.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"
#include "support/temporary_directory.h"

namespace sluice::flow {
namespace {

// A keeper in memory and a directory to publish in.
struct FeedScene {
  ResultsFeed open(const std::set<std::string>& releases = {"noble"}) {
    REQUIRE(match_releases(place.root, releases, *files));
    return ResultsFeed::open(place.root, releases).value();
  }

  test::TemporaryDirectory place;
  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  std::unique_ptr<Keeper> keeper = Keeper::open(":memory:", {}, clock, log).value();
  std::unique_ptr<sys::FileSystem> files = sys::posix_file_system();
};

store::RunRow run_of(const std::string& package, const std::string& run_id) {
  store::RunRow run;
  run.place = {"autopkgtest-noble", "noble/amd64/f/" + package + "/" + run_id};
  run.release = "noble";
  run.arch = "amd64";
  run.package = package;
  run.run_id = run_id;
  run.version = "1";
  run.triggers = "glibc/2.40-1";
  run.outcome = adt::Outcome::pass;
  return run;
}

// One test of the package that passes.
void run_one(Keeper& keeper, const std::string& package) {
  std::promise<void> done;
  keeper.post([&](JobDesk& desk, base::Instant now) -> Keeper::After {
    REQUIRE(desk.submit(test::DeskWorld::submission(package), now));
    const auto lease = desk.lease({"h-1", {{"", "noble", "amd64"}}, {}}, now).value();
    const auto place =
        adt::place_of(lease->request, lease->queue, "20260102_030405_abcde@", adt::RunKind::result);
    auto end = test::attempt_end(adt::Outcome::pass, place.directory);
    end.version = package + " 1";
    REQUIRE(desk.finish({lease->job, 1, "h-1"}, end, now));
    return [&](const base::Result<void>&) { done.set_value(); };
  });
  done.get_future().get();
}

}  // namespace

// autopkgtest 4
TEST_CASE("results feed: published when there is something new, readable by our own reader") {
  FeedScene s;
  s.keeper->start();
  auto feed = s.open();
  run_one(*s.keeper, "foo");
  CHECK(feed.turn(*s.keeper, *s.files).value() == PublishedDb::fresh);
  CHECK(feed.turn(*s.keeper, *s.files).value() == PublishedDb::unchanged);
  run_one(*s.keeper, "bar");
  CHECK(feed.turn(*s.keeper, *s.files).value() == PublishedDb::fresh);
  auto read = store::ResultsDb::open(feed.path(), "noble").value();
  CHECK(read.news_of("foo", "amd64", "").value().size() == 1);
  CHECK(read.news_of("bar", "amd64", "").value().size() == 1);
  CHECK(s.files->exists(feed.path() + ".sha256"));
}

// autopkgtest 4
TEST_CASE("results feed: a run that comes late, with an early run id, is published too") {
  FeedScene s;
  s.keeper->start();
  const auto enter = [&](const std::string& package, int from, int to, const char* month) {
    REQUIRE(commit(*s.keeper, [&](JobDesk& desk, base::Instant) -> base::Result<void> {
      for (int i = from; i < to; ++i) {
        auto run =
            run_of(package, fmt::format("2026{}01_00{:02}{:02}_abcde@", month, i / 60, i % 60));
        if (auto added = store::add_run(desk.db(), run); !added)
          return std::unexpected(added.error());
      }
      return {};
    }));
  };
  enter("foo", 0, 2'500, "02");  // some pages
  {
    auto feed = s.open();
    CHECK(feed.turn(*s.keeper, *s.files).value() == PublishedDb::fresh);
  }
  enter("foo", 0, 1, "01");
  auto feed = s.open();  // a new process
  CHECK(feed.turn(*s.keeper, *s.files).value() == PublishedDb::fresh);
  CHECK(feed.turn(*s.keeper, *s.files).value() == PublishedDb::unchanged);
  auto read = store::ResultsDb::open(feed.path(), "noble").value();
  CHECK(read.news_of("foo", "amd64", "").value().size() == 2'501);
}

// autopkgtest 4
TEST_CASE("results feed: several releases, or all; another choice has what came before, too") {
  FeedScene s;
  s.keeper->start();
  const auto add = [&](const std::string& release) {
    auto run = run_of("foo", "20260201_000000_abcde@");
    run.release = release;
    run.place = {"autopkgtest-" + release, release + "/amd64/f/foo/" + run.run_id};
    REQUIRE(commit(*s.keeper, [&](JobDesk& desk, base::Instant) -> base::Result<void> {
      if (auto added = store::add_run(desk.db(), run); !added)
        return std::unexpected(added.error());
      return {};
    }));
  };
  for (const auto* release : {"noble", "jammy", "focal"}) add(release);
  const auto published = [&](const std::set<std::string>& releases) {
    auto feed = s.open(releases);
    REQUIRE(feed.turn(*s.keeper, *s.files));
    std::string found;
    for (const auto* release : {"noble", "jammy", "focal"}) {
      auto read = store::ResultsDb::open(feed.path(), release).value();
      if (!read.news_of("foo", "amd64", "").value().empty()) found += std::string(release) + " ";
    }
    return found;
  };
  CHECK(published({"noble"}) == "noble ");
  CHECK(published({"noble", "jammy"}) == "noble jammy ");
  CHECK(published({}) == "noble jammy focal ");
}

// autopkgtest 4
TEST_CASE("results feed: a state that was made anew is entered from its beginning") {
  FeedScene s;
  for (const auto* packages : {"foo bar", "baz"}) {
    s.keeper = Keeper::open(":memory:", {}, s.clock, s.log).value();
    s.keeper->start();
    for (const auto& package : base::split_words(packages))
      run_one(*s.keeper, std::string(package));
    auto feed = s.open();
    CHECK(feed.turn(*s.keeper, *s.files).value() == PublishedDb::fresh);
  }
  auto read = store::ResultsDb::open(s.place.root + "/public/autopkgtest.db", "noble").value();
  CHECK(read.news_of("foo", "amd64", "").value().size() == 1);
  CHECK(read.news_of("baz", "amd64", "").value().size() == 1);
}

// autopkgtest 4
TEST_CASE("current versions: of the target's sources, with their component; not of made up ones") {
  support::ArchiveBuilder archive({"amd64"});
  archive.source("foo", "1.2-3", {.section = "universe/python"}).source("bar", "2");
  archive.binary("lonely", "amd64", "1", {.source = "gone (1)"});
  archive.unstable().source("foo", "1.3-1").source("new", "1");
  auto versions = current_versions(*archive.build(), "noble");
  std::ranges::sort(versions, {}, &store::CurrentVersion::package);
  REQUIRE(versions.size() == 2);
  CHECK(versions[0].package == "bar");
  CHECK(versions[0].component == "main");
  CHECK(versions[1].version == "1.2-3");
  CHECK(versions[1].component == "universe");
  CHECK(versions[1].release == "noble");
}

// autopkgtest 4
TEST_CASE("results feed: what the release has now stands beside the results") {
  FeedScene s;
  s.keeper->start();
  auto feed = s.open();
  CHECK(feed.turn(*s.keeper, *s.files).value() == PublishedDb::fresh);

  REQUIRE(feed.set_current(
      std::vector<store::CurrentVersion>{{"noble", "", "universe", "foo", "1.2-3"}}));

  CHECK(feed.turn(*s.keeper, *s.files).value() == PublishedDb::fresh);
  auto db = store::Database::open_read_only(feed.path()).value();
  auto ask = db.prepare(
                   "SELECT component FROM current_version WHERE release = 'noble'"
                   " AND package = 'foo' AND version = '1.2-3'")
                 .value();
  CHECK(ask.step().value());
  CHECK(ask.text(0) == "universe");
}

// architecture 10
TEST_CASE("results feed: what the keeper could not keep is not published") {
  FeedScene s;
  auto feed = s.open();
  s.keeper->post([](JobDesk& desk, base::Instant) -> Keeper::After {
    store::RunRow run;
    run.place = {"autopkgtest-noble", "noble/amd64/f/foo/20260102_030405_abcde@"};
    run.release = "noble";
    run.arch = "amd64";
    run.package = "foo";
    run.run_id = "20260102_030405_abcde@";
    REQUIRE(store::add_run(desk.db(), run));
    return [](const base::Result<void>&) {};
  });
  s.keeper->drive_with([&] {
    s.keeper->post([](JobDesk& desk, base::Instant) -> Keeper::After {
      REQUIRE(desk.db().use("ROLLBACK").run());  // as SQLite at an I/O error
      return [](const base::Result<void>&) {};
    });
    s.keeper->turn();
  });
  CHECK_FALSE(feed.turn(*s.keeper, *s.files));
  s.keeper->drive_with([&] { s.keeper->turn(); });
  REQUIRE(feed.turn(*s.keeper, *s.files));
  auto read = store::ResultsDb::open(feed.path(), "noble").value();
  CHECK(read.news_of("foo", "amd64", "").value().empty());
}

}  // namespace sluice::flow
