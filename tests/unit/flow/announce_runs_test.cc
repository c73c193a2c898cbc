#include "flow/announce_runs.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "adt/run_uuid.h"
#include "codec/json.h"
#include "flow/commit.h"
#include "store/cursor_rows.h"
#include "support/job_desk_world.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"
#include "support/scripted_broker.h"

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;
using adt::Outcome;

// A grid whose desk the test uses through the keeper.
struct AnnounceWorld {
  AnnounceWorld() { keeper->start(); }

  void step(const std::function<void(JobDesk&, base::Instant)>& work) {
    REQUIRE(commit(*keeper, [&](JobDesk& desk, base::Instant now) -> base::Result<void> {
      work(desk, now);
      return {};
    }));
  }
  queue::Lease run(const std::string& package, const std::string& json = "{}") {
    queue::Lease lease;
    step([&](JobDesk& desk, base::Instant now) {
      auto submission = test::DeskWorld::submission(package);
      if (json != "{}") submission.request = adt::parse_message(package, json).value();
      REQUIRE(desk.submit(submission, now));
      lease = desk.lease({"host-1", {{"", "noble", "amd64"}}, {}}, now).value().value();
    });
    return lease;
  }
  void beat(const queue::Lease& lease, const std::string& tail) {
    step([&](JobDesk& desk, base::Instant now) {
      queue::Progress progress;
      progress.phase = queue::Phase::running;
      progress.duration = 20s;
      progress.log_tail = tail;
      REQUIRE(desk.heartbeat({lease.job, lease.epoch, "host-1"}, progress, now));
    });
  }
  void finish(const queue::Lease& lease, Outcome outcome,
              adt::RunKind kind = adt::RunKind::result) {
    step([&](JobDesk& desk, base::Instant now) {
      const auto id = adt::make_run_id(now, std::to_string(lease.job), lease.epoch);
      auto end = test::attempt_end(outcome);
      end.version = lease.request.package + " 1";
      end.place = adt::place_of(lease.request, lease.queue, id, kind);
      REQUIRE(desk.finish({lease.job, lease.epoch, "host-1"}, end, now));
    });
  }
  // What was published on `exchange`, as values; forgotten then.
  std::vector<codec::Value> told(const std::string& exchange) {
    std::vector<codec::Value> values;
    std::erase_if(sink.sent, [&](const queue::AmqpMessage& message) {
      if (message.exchange != exchange) return false;
      values.push_back(codec::parse_json(message.body).value());
      return true;
    });
    return values;
  }

  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  test::RecordingSink sink;
  std::unique_ptr<Keeper> keeper = Keeper::open(":memory:", {}, clock, log).value();
  AnnounceRuns announce{sink, *keeper, log};
};

const std::string kStatus = "teststatus.fanout";
const std::string kComplete = "testcomplete.fanout";

}  // namespace

// autopkgtest 1.2
TEST_CASE("announce: a running test has a status every ten seconds, and one at the end") {
  AnnounceWorld w;
  CHECK(w.announce.turn() == 10s);
  const auto lease = w.run("bash");
  w.beat(lease, "line 1");
  w.announce.turn();
  CHECK(w.told(kStatus).empty());  // nothing in the first ten seconds
  w.clock.now_ += 10s;
  w.announce.turn();
  const auto first = w.told(kStatus);
  REQUIRE(first.size() == 1);
  CHECK(*first[0].find("running") == codec::Value(true));
  CHECK(*first[0].find("logtail") == codec::Value("line 1"));
  CHECK(*first[0].find("duration") == codec::Value(20));
  w.finish(lease, Outcome::pass);
  w.announce.turn();
  const auto last = w.told(kStatus);
  REQUIRE(last.size() == 1);
  CHECK(*last[0].find("running") == codec::Value(false));
  CHECK(*last[0].find("package") == codec::Value("bash"));
  w.announce.turn();
  CHECK(w.told(kStatus).empty());
}

// autopkgtest 1.2, 1.3, 1.6
TEST_CASE("announce: every message of a run has its name, also if only its worker named it") {
  AnnounceWorld w;
  w.announce.turn();
  const auto lease = w.run("bash");
  w.beat(lease, "line 1");
  w.clock.now_ += 10s;
  w.announce.turn();
  w.finish(lease, Outcome::pass);
  w.announce.turn();
  auto messages = w.told(kStatus);
  REQUIRE(messages.size() == 2);
  for (auto& complete : w.told(kComplete)) messages.push_back(std::move(complete));
  REQUIRE(messages.size() == 3);
  const auto uuid = adt::lease_uuid(lease.request, lease.queue, {lease.job, lease.epoch});
  for (const auto& message : messages) CHECK(message.text("uuid") == uuid);
}

// autopkgtest 1.2
TEST_CASE("announce: a short test has only its last status, what never ran has none") {
  AnnounceWorld w;
  w.announce.turn();
  const auto lease = w.run("bash");
  w.beat(lease, "the only line");
  w.finish(lease, Outcome::pass);
  w.finish(w.run("dash"), Outcome::excluded);
  w.announce.turn();
  const auto statuses = w.told(kStatus);
  REQUIRE(statuses.size() == 1);
  CHECK(*statuses[0].find("package") == codec::Value("bash"));
  CHECK(*statuses[0].find("logtail") == codec::Value("the only line"));
  CHECK(w.told(kComplete).size() == 2);
}

// autopkgtest 1.2, 1.3
TEST_CASE("announce: of a private run nothing is told but that it runs") {
  AnnounceWorld w;
  w.announce.turn();
  const auto lease = w.run("secret", R"({"ppas":["me:token@me/mine"],"readable-by":"me"})");
  w.beat(lease, "PASSWORD");
  w.clock.now_ += 10s;
  w.announce.turn();
  w.finish(lease, Outcome::fail);
  w.announce.turn();
  REQUIRE(w.sink.sent.size() == 2);
  for (const auto& message : w.sink.sent) {
    CHECK(message.exchange == kStatus);
    CHECK(message.body.contains("private-test"));
    CHECK_FALSE(message.body.contains("secret"));
    CHECK_FALSE(message.body.contains("token"));
    CHECK_FALSE(message.body.contains("PASSWORD"));
  }
}

// autopkgtest 1.3, decision 14
TEST_CASE("announce: verdicts are told of as complete, infrastructure never") {
  AnnounceWorld w;
  w.announce.turn();
  w.finish(w.run("bash"), Outcome::fail);
  w.finish(w.run("dash"), Outcome::untestable_deps);
  w.finish(w.run("zsh"), Outcome::infra_boot, adt::RunKind::infra);
  w.announce.turn();
  const auto ends = w.told(kComplete);
  REQUIRE(ends.size() == 2);
  CHECK(*ends[0].find("package") == codec::Value("bash"));
  CHECK(*ends[0].find("container") == codec::Value("autopkgtest-noble"));
  CHECK(*ends[0].find("triggers") == codec::Value("glibc/2.40-1"));
  CHECK(*ends[1].find("package") == codec::Value("dash"));
}

// autopkgtest 1.3
TEST_CASE("announce: what was not confirmed is told again, also by another process") {
  AnnounceWorld w;
  w.announce.turn();
  w.finish(w.run("bash"), Outcome::pass);
  w.sink.state = queue::SendState::unconfirmed;
  CHECK(w.announce.turn() == 1s);
  CHECK(w.announce.turn() == 2s);
  CHECK(w.log.lines.size() == 1);
  w.sink.state = queue::SendState::confirmed;
  AnnounceRuns next(w.sink, *w.keeper, w.log);
  next.turn();
  CHECK(w.told(kComplete).size() == 1);
  next.turn();
  CHECK(w.told(kComplete).empty());
}

// autopkgtest 1.3
TEST_CASE("announce: a grid that never told anything begins with what comes, not with history") {
  AnnounceWorld w;
  w.finish(w.run("bash"), Outcome::pass);
  w.announce.turn();
  w.finish(w.run("dash"), Outcome::pass);
  w.announce.turn();
  const auto ends = w.told(kComplete);
  REQUIRE(ends.size() == 1);
  CHECK(*ends[0].find("package") == codec::Value("dash"));
}

}  // namespace sluice::flow
