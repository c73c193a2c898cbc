#include "flow/rescan_turn.h"

#include <doctest/doctest.h>

#include <string>

#include "flow/commit.h"
#include "store/cursor_rows.h"
#include "store/job_rows.h"
#include "support/job_desk_world.h"
#include "support/manual_clock.h"
#include "support/memory_result_store.h"
#include "support/recording_log.h"
#include "support/tar_text.h"

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;

const std::string kRescanContainer = "autopkgtest-noble";

struct World {
  World() {
    REQUIRE(store.ensure_container(kRescanContainer, {}));
    keeper->start();
  }

  void step(const std::function<void(JobDesk&, base::Instant)>& work) {
    REQUIRE(commit(*keeper, [&](JobDesk& desk, base::Instant now) -> base::Result<void> {
      work(desk, now);
      return {};
    }));
  }
  // A run that ended so long ago; `info` are more keys of testinfo.json.
  std::string put_run(std::chrono::seconds ago, const std::string& container = kRescanContainer,
                      const std::string& info = "") {
    const auto directory =
        "noble/amd64/b/bash/" + adt::make_run_id(clock.now_ - ago, "k" + std::to_string(++runs), 1);
    results::Object object;
    object.bytes = test::tar_text(
        {{"exitcode", "4"},
         {"testpkg-version", "bash 5.2-1"},
         {"duration", "61"},
         {"testinfo.json",
          R"({"custom_environment": ["ADT_TEST_TRIGGERS=glibc/2.40-1"])" + info + "}"}});
    REQUIRE(store.put(container, directory + "/result.tar", object));
    return directory;
  }
  std::vector<store::RunRow> rows() {
    std::vector<store::RunRow> found;
    step([&](JobDesk& desk, base::Instant) { found = store::list_runs(desk.db(), {}).value(); });
    return found;
  }

  int runs = 0;
  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  test::MemoryResultStore store;
  std::unique_ptr<Keeper> keeper = Keeper::open(":memory:", {}, clock, log).value();
  RescanTurn rescan{store, *keeper, clock, log, 5min};
};

}  // namespace

// autopkgtest 1.3, 5.5
TEST_CASE("re-scan turn: the run of a foreign worker whose message was lost ends its job") {
  World w;
  std::int64_t id = 0;
  w.step([&](JobDesk& desk, base::Instant now) {
    id = desk.submit(test::DeskWorld::submission("bash"), now).value().job;
    const auto queue = test::DeskWorld::submission("bash").queue;
    REQUIRE(desk.hand_over({{queue.text(), queue}}, now).value());
  });
  const auto directory = w.put_run(60s);

  CHECK(w.rescan.turn() == 5min);

  const auto rows = w.rows();
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].place == adt::RunPlace{kRescanContainer, directory});
  CHECK(rows[0].outcome == adt::Outcome::fail);
  CHECK(rows[0].job == id);
  w.step([&](JobDesk& desk, base::Instant) {
    CHECK(store::read_job(desk.db(), id)->outcome == adt::Outcome::fail);
  });
  CHECK(w.log.lines.empty());
}

// autopkgtest 5.5
TEST_CASE("re-scan turn: what has its row is not read again") {
  World w;
  w.put_run(60s);
  w.rescan.turn();
  const auto before = w.store.calls();
  w.rescan.turn();
  CHECK(w.store.calls() - before == 2);  // the containers, and the one page
  CHECK(w.rows().size() == 1);
}

// testgrid 1.4: a lease that is over does not count by the back door
TEST_CASE("re-scan turn: runs of our own workers are told on their leases only") {
  World w;
  w.put_run(60s, kRescanContainer, R"(, "outcome": "FAIL")");
  w.rescan.turn();
  CHECK(w.rows().empty());
}

// autopkgtest 1.3
TEST_CASE("re-scan turn: only what counts lies in a release's own container") {
  World w;
  for (const auto* name : {"autopkgtest-noble-jo-ppa", "private-autopkgtest-noble", "notes",
                           "autopkgtest-noble-infra"}) {
    REQUIRE(w.store.ensure_container(name, {}));
    w.put_run(60s, name);
  }
  w.rescan.turn();
  CHECK(w.rows().empty());
}

// autopkgtest 5.5
TEST_CASE("re-scan turn: a store that is down is told of once, and nothing is missed") {
  World w;
  w.rescan.turn();
  w.put_run(60s);
  w.store.be_down_at(1);
  w.clock.now_ += 72h;  // longer than what a turn looks back
  w.rescan.turn();
  w.rescan.turn();
  CHECK(w.log.lines.size() == 1);
  w.store.be_down_at(0);
  w.rescan.turn();
  CHECK(w.log.lines.size() == 2);
  CHECK(w.rows().size() == 1);
}

// autopkgtest 5.5
TEST_CASE("re-scan turn: a grid that begins leaves the old runs to the command") {
  World w;
  w.put_run(100h);
  w.put_run(20h);
  w.rescan.turn();
  CHECK(w.rows().size() == 1);
}

// autopkgtest 3
TEST_CASE("re-scan turn: a damaged run costs itself, and one line of log") {
  World w;
  results::Object object;
  object.bytes = "no archive";
  const auto directory = "noble/amd64/b/bash/" + adt::make_run_id(w.clock.now_ - 1h, "x", 1);
  REQUIRE(w.store.put(kRescanContainer, directory + "/result.tar", object));
  w.put_run(60s);
  w.rescan.turn();
  w.rescan.turn();
  CHECK(w.rows().size() == 1);
  CHECK(w.log.lines.size() == 1);
}

}  // namespace sluice::flow
