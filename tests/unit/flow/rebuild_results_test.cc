#include "flow/rebuild_results.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "store/run_rows.h"
#include "store/state_db.h"
#include "support/jobs.h"
#include "support/manual_clock.h"
#include "support/memory_result_store.h"
#include "support/tar_text.h"

namespace sluice::flow {
namespace {

using base::ErrorKind;
using Names = std::vector<std::string>;

// SQLite opens the machine's files, so the state is a real directory.
struct RebuildScene {
  RebuildScene() = default;
  RebuildScene(const RebuildScene&) = delete;
  RebuildScene& operator=(const RebuildScene&) = delete;
  ~RebuildScene() { std::filesystem::remove_all(state); }

  static std::string new_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
    return ::mkdtemp(pattern.data());
  }
  void put_run(const std::string& container, const std::string& run_id) {
    results::Object object;
    object.bytes = test::tar_text({{"exitcode", "0"},
                                   {"testpkg-version", "green 2"},
                                   {"duration", "61"},
                                   {"testinfo.json", "{}"}});
    REQUIRE(store.ensure_container(container, {}));
    REQUIRE(store.put(container, "noble/amd64/g/green/" + run_id + "/result.tar", object));
  }
  base::Result<RebuildReport> rebuild() {
    return rebuild_results(
        {*files, store, clock,
         [this](const RebuildReport&, const std::string& container) { pages.push_back(container); },
         [this](const std::string& line) { passed_over.push_back(line); }},
        ask);
  }
  Names runs() {
    auto db = store::StateDb::open(state + "/grid.db").value();
    Names ids;
    const auto listed = store::list_runs(db, {}).value();
    for (const auto& run : listed) ids.push_back(run.run_id);
    return ids;
  }

  std::string state = new_directory();
  std::unique_ptr<sys::FileSystem> files = sys::posix_file_system();
  test::MemoryResultStore store;
  test::ManualClock clock{test::kNow};
  RebuildAsk ask{.state = state, .source = "/results"};
  Names pages, passed_over;
};

}  // namespace

// autopkgtest 5.5
TEST_CASE("rebuild: the runs of a store become rows, once") {
  RebuildScene s;
  s.put_run("autopkgtest-noble", "20260101_000000_aaaaa@");
  s.put_run("autopkgtest-noble-jane-one", "20260102_000000_aaaaa@");
  s.put_run("autopkgtest-noble-infra", "20260103_000000_aaaaa@");
  const auto first = s.rebuild();
  REQUIRE(first);
  CHECK(first->containers == 2);
  CHECK(first->runs == 2);
  CHECK(first->entered == 2);
  CHECK_FALSE(first->resumed);
  CHECK(s.runs() == Names{"20260102_000000_aaaaa@", "20260101_000000_aaaaa@"});

  s.put_run("autopkgtest-noble", "20260105_000000_aaaaa@");
  const auto second = s.rebuild();
  REQUIRE(second);
  CHECK(second->runs == 3);
  CHECK(second->entered == 1);
  CHECK_FALSE(second->resumed);
}

// autopkgtest 5.5; testgrid 1.4
TEST_CASE("rebuild: a try that ends early is gone on with") {
  RebuildScene s;
  s.put_run("autopkgtest-jammy", "20260101_000000_aaaaa@");
  s.put_run("autopkgtest-noble", "20260102_000000_aaaaa@");
  s.store.be_down_at(5);  // containers, list, get of the first, list of the second, its get
  const auto cut = s.rebuild();
  REQUIRE_FALSE(cut);
  CHECK(cut.error().kind == ErrorKind::unavailable);
  CHECK(cut.error().text().contains("autopkgtest-noble"));
  CHECK(s.runs() == Names{"20260101_000000_aaaaa@"});

  s.store.be_down_at(0);
  const auto rest = s.rebuild();
  REQUIRE(rest);
  CHECK(rest->resumed);
  CHECK(rest->containers == 2);
  CHECK(rest->runs == 1);  // the first is not read again
  CHECK(s.runs().size() == 2);
}

TEST_CASE("rebuild: another store, other containers, or garbage in the mark begin anew") {
  RebuildScene s;
  s.put_run("autopkgtest-jammy", "20260101_000000_aaaaa@");
  s.put_run("autopkgtest-noble", "20260102_000000_aaaaa@");
  const auto break_off = [&] {
    s.store.be_down_at(5);
    REQUIRE_FALSE(s.rebuild());
    s.store.be_down_at(0);
  };
  break_off();
  s.ask.source = "/elsewhere";
  CHECK_FALSE(s.rebuild()->resumed);
  break_off();
  s.ask.from_the_beginning = true;
  CHECK_FALSE(s.rebuild()->resumed);
  s.ask.from_the_beginning = false;
  for (const auto* text : {"", "[]", "{\"store\": 1}", "{\"container\": \"x\"}", "\xff"}) {
    REQUIRE(s.files->replace(s.state + "/rescan.json", text));
    const auto report = s.rebuild();
    REQUIRE(report);
    CHECK_FALSE(report->resumed);
    CHECK(report->runs == 2);
  }
}

// autopkgtest 5.5
TEST_CASE("rebuild: what is damaged costs itself and is told") {
  RebuildScene s;
  s.put_run("autopkgtest-noble", "20260101_000000_aaaaa@");
  results::Object broken;
  broken.bytes = "no tar";
  const std::string directory = "noble/amd64/g/green/20260102_000000_aaaaa@";
  REQUIRE(s.store.put("autopkgtest-noble", directory + "/result.tar", broken));
  const auto report = s.rebuild();
  REQUIRE(report);
  CHECK(report->runs == 1);
  CHECK(report->passed_over == 1);
  REQUIRE(s.passed_over.size() == 1);
  CHECK(s.passed_over[0].contains(directory));
}

// testgrid 1.4
TEST_CASE("rebuild: a state that a server has is left alone") {
  RebuildScene s;
  s.put_run("autopkgtest-noble", "20260101_000000_aaaaa@");
  const auto lock = s.files->lock(s.state + "/lock").value();
  const auto refused = s.rebuild();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == ErrorKind::conflict);
  CHECK(refused.error().text().contains("a server has the state"));
  CHECK_FALSE(s.files->exists(s.state + "/grid.db"));
}

// autopkgtest 4: the server enters new runs from the newest back
TEST_CASE("rebuild: the peers' database is made anew by the next server") {
  RebuildScene s;
  s.put_run("autopkgtest-noble", "20260101_000000_aaaaa@");
  REQUIRE(s.files->replace(s.state + "/results.db", "x"));
  REQUIRE(s.rebuild());
  CHECK_FALSE(s.files->exists(s.state + "/results.db"));
  CHECK_FALSE(s.files->exists(s.state + "/rescan.json"));
}

}  // namespace sluice::flow
