#include "flow/results_feed.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <future>
#include <string>

#include "store/results_db.h"
#include "store/run_rows.h"
#include "support/job_desk_world.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"

namespace sluice::flow {
namespace {

struct Place {
  Place() {
    auto pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { std::filesystem::remove_all(root); }
  std::string root;
};

// One test of the package that passes.
void run_one(Keeper& keeper, const std::string& package) {
  std::promise<void> done;
  keeper.post([&](JobDesk& desk, base::Instant now) -> Keeper::After {
    REQUIRE(desk.submit(test::DeskWorld::submission(package), now));
    const auto lease = desk.lease({"h-1", {{"", "noble", "amd64"}}, {}}, now).value();
    const auto place =
        adt::place_of(lease->request, lease->queue, "20260102_030405_abcde@", adt::RunKind::result);
    REQUIRE(desk.finish({lease->job, 1, "h-1"},
                        test::attempt_end(adt::Outcome::pass, place.directory), now));
    return [&](const base::Result<void>&) { done.set_value(); };
  });
  done.get_future().get();
}

}  // namespace

// autopkgtest 4
TEST_CASE("results feed: published when there is something new, readable by our own reader") {
  const Place place;
  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  auto keeper = Keeper::open(":memory:", {}, clock, log).value();
  keeper->start();
  const auto files = sys::posix_file_system();
  auto feed = ResultsFeed::open(place.root, "noble").value();
  run_one(*keeper, "foo");
  CHECK(feed.turn(*keeper, *files).value() == PublishedDb::fresh);
  CHECK(feed.turn(*keeper, *files).value() == PublishedDb::unchanged);
  run_one(*keeper, "bar");
  CHECK(feed.turn(*keeper, *files).value() == PublishedDb::fresh);
  auto read = store::ResultsDb::open(feed.path(), "noble").value();
  CHECK(read.news_of("foo", "amd64", "").value().size() == 1);
  CHECK(read.news_of("bar", "amd64", "").value().size() == 1);
  CHECK(files->exists(feed.path() + ".sha256"));
}

// architecture 10
TEST_CASE("results feed: what the keeper could not keep is not published") {
  const Place place;
  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  auto keeper = Keeper::open(":memory:", {}, clock, log).value();
  auto feed = ResultsFeed::open(place.root, "noble").value();
  const auto files = sys::posix_file_system();
  keeper->post([](JobDesk& desk, base::Instant) -> Keeper::After {
    store::RunRow run;
    run.place = {"autopkgtest-noble", "noble/amd64/f/foo/20260102_030405_abcde@"};
    run.release = "noble";
    run.arch = "amd64";
    run.package = "foo";
    run.run_id = "20260102_030405_abcde@";
    REQUIRE(store::add_run(desk.db(), run));
    return [](const base::Result<void>&) {};
  });
  keeper->drive_with([&] {
    keeper->post([](JobDesk& desk, base::Instant) -> Keeper::After {
      REQUIRE(desk.db().use("ROLLBACK").run());  // as SQLite at an I/O error
      return [](const base::Result<void>&) {};
    });
    keeper->turn();
  });
  CHECK_FALSE(feed.turn(*keeper, *files));
  keeper->drive_with([&] { keeper->turn(); });
  REQUIRE(feed.turn(*keeper, *files));
  auto read = store::ResultsDb::open(feed.path(), "noble").value();
  CHECK(read.news_of("foo", "amd64", "").value().empty());
}

}  // namespace sluice::flow
