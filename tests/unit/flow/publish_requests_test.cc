// covers: learn_ends.cc job_desk_foreign.cc take_messages.cc
#include "flow/publish_requests.h"

#include <doctest/doctest.h>

#include <string>

#include "flow/announce_runs.h"
#include "flow/commit.h"
#include "flow/learn_ends.h"
#include "store/event_rows.h"
#include "store/job_rows.h"
#include "store/run_rows.h"
#include "support/job_desk_world.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"
#include "support/scripted_broker.h"

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;
using adt::JobState;
using queue::SendState;

const std::string kListener = "complete-listener-gate";

struct PublishWorld {
  PublishWorld() { keeper->start(); }

  void step(const std::function<void(JobDesk&, base::Instant)>& work) {
    REQUIRE(commit(*keeper, [&](JobDesk& desk, base::Instant now) -> base::Result<void> {
      work(desk, now);
      return {};
    }));
  }
  std::int64_t submit(const std::string& package, const std::string& trigger = "glibc/2.40-1") {
    std::int64_t id = 0;
    step([&](JobDesk& desk, base::Instant now) {
      id = desk.submit(test::DeskWorld::submission(package, trigger), now)->job;
    });
    return id;
  }
  adt::Job job(std::int64_t id) {
    adt::Job found;
    step([&](JobDesk& desk, base::Instant) { found = store::read_job(desk.db(), id).value(); });
    return found;
  }
  std::vector<store::RunRow> runs() {
    std::vector<store::RunRow> all;
    step([&](JobDesk& desk, base::Instant) { all = store::list_runs(desk.db(), {}).value(); });
    return all;
  }
  // As a foreign worker tells of the run.
  static adt::CompleteMessage end(const std::string& package, int exit_code,
                                  const std::string& run = "20260102_030405_a1b2c@") {
    adt::CompleteMessage end;
    end.release = "noble";
    end.arch = "amd64";
    end.package = package;
    end.place = {"autopkgtest-noble",
                 "noble/amd64/" + package.substr(0, 1) + "/" + package + "/" + run};
    end.version = "1-1";
    end.triggers = {"glibc/2.40-1"};
    end.exit_code = exit_code;
    end.duration = 60s;
    return end;
  }
  void tell(const adt::CompleteMessage& end) {
    source.add(kListener, adt::complete_body(end));
    CHECK(learn.turn() == 0ms);
  }

  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  test::RecordingSink sink;
  test::ScriptedSource source;
  std::unique_ptr<Keeper> keeper = Keeper::open(":memory:", {}, clock, log).value();
  QueueTable queues{{"debci-noble-amd64", {"", "noble", "amd64"}}};
  PublishRequests publish{sink, queues, *keeper, log};
  LearnEnds learn{source, *keeper, log};
};

}  // namespace

// autopkgtest 1.1, 1.6; decision 18
TEST_CASE("egress: a waiting job is published once, as the peers' workers read it") {
  PublishWorld w;
  const auto id = w.submit("bash");
  CHECK(w.publish.turn() == 2s);
  REQUIRE(w.sink.sent.size() == 1);
  CHECK(w.sink.sent[0].exchange.empty());
  CHECK(w.sink.sent[0].key == "debci-noble-amd64");
  CHECK(w.sink.sent[0].routing == queue::AmqpRouting::must_arrive);
  auto body = adt::parse_message(w.sink.sent[0].body).value();
  CHECK_FALSE(body.uuid.empty());  // so that its end can be told from others
  body.uuid.clear();
  CHECK(body == w.job(id).request);
  CHECK(adt::is_leased(w.job(id).state));
  w.publish.turn();
  CHECK(w.sink.sent.size() == 1);
}

// testgrid 1.4
TEST_CASE("egress: what the broker did not take is published again; a missing queue waits longer") {
  PublishWorld w;
  w.submit("bash");
  w.sink.state = SendState::unconfirmed;
  CHECK(w.publish.turn() == 1s);
  w.sink.state = SendState::returned;
  CHECK(w.publish.turn() == 2s);
  w.sink.state = SendState::confirmed;
  w.publish.turn();
  CHECK(w.sink.sent.empty());
  w.clock.now_ += 1min;
  w.publish.turn();
  CHECK(w.sink.sent.size() == 1);
}

// testgrid 1.4
TEST_CASE("egress: a published request has no heartbeat, and is the foreign workers' for long") {
  PublishWorld w;
  const auto id = w.submit("bash");
  w.publish.turn();
  w.clock.now_ += 24h;
  w.step([](JobDesk& desk, base::Instant now) { REQUIRE(desk.tick(now)); });
  CHECK(adt::is_leased(w.job(id).state));
  w.step([](JobDesk& desk, base::Instant now) { REQUIRE(desk.load(now)); });
  w.clock.now_ += 14 * 24h;
  w.step([](JobDesk& desk, base::Instant now) { REQUIRE(desk.tick(now)); });
  CHECK_FALSE(adt::is_leased(w.job(id).state));
}

// testgrid 1.5
TEST_CASE("egress: what is cancelled before it was published never is") {
  PublishWorld w;
  const auto id = w.submit("bash");
  w.sink.state = SendState::returned;
  w.publish.turn();
  w.step([&](JobDesk& desk, base::Instant now) {
    REQUIRE(desk.apply(id, adt::CancelAsked{"jane"}, now));
  });
  w.sink.state = SendState::confirmed;
  w.clock.now_ += 1min;
  w.publish.turn();
  CHECK(w.sink.sent.empty());
  CHECK(w.job(id).state == JobState::cancelled);
}

// autopkgtest 1.3; decision 18
TEST_CASE("egress: the end of a foreign run ends its job and is a run row, once") {
  PublishWorld w;
  const auto id = w.submit("bash");
  const auto other = w.submit("bash", "zlib/1");
  w.publish.turn();
  w.tell(PublishWorld::end("bash", 4));
  w.tell(PublishWorld::end("bash", 4));
  CHECK(w.job(id).outcome == adt::Outcome::fail);
  CHECK(adt::is_leased(w.job(other).state));
  const auto runs = w.runs();
  REQUIRE(runs.size() == 1);
  CHECK(w.keeper->test_news() == 1);
  CHECK(runs[0].job == id);
  CHECK(runs[0].version == "1-1");
  CHECK(runs[0].exit_code == 4);
  CHECK(w.source.fates == std::vector{queue::Settle::accept, queue::Settle::accept});
}

// autopkgtest 1.6; decision 18: triggers say little where only a variable is different
TEST_CASE("egress: a worker that names the run ends the job whose run it is") {
  PublishWorld w;
  const auto plain = w.submit("bash");
  std::int64_t with_variable = 0;
  w.step([&](JobDesk& desk, base::Instant now) {
    auto submission = test::DeskWorld::submission("bash", "glibc/2.40-1");
    submission.request.env = {"A=b"};
    with_variable = desk.submit(submission, now)->job;
  });
  w.publish.turn();
  w.publish.turn();
  REQUIRE(w.sink.sent.size() == 2);
  auto end = PublishWorld::end("bash", 0);
  end.uuid = adt::parse_message(w.sink.sent[1].body)->uuid;
  w.tell(end);
  CHECK(w.job(with_variable).outcome == adt::Outcome::pass);
  CHECK(adt::is_leased(w.job(plain).state));
}

// decision 18 (b): nobody can file it, but it has ended
TEST_CASE("egress: a job without triggers ends, too") {
  PublishWorld w;
  std::int64_t id = 0;
  w.step([&](JobDesk& desk, base::Instant now) {
    auto submission = test::DeskWorld::submission("bash");
    submission.request.triggers.clear();
    submission.request.test_git = "https://git.example/bash";
    id = desk.submit(submission, now)->job;
  });
  w.publish.turn();
  auto end = PublishWorld::end("bash", 0);
  end.triggers.clear();
  w.tell(end);
  CHECK(w.job(id).outcome == adt::Outcome::pass);
}

// autopkgtest 1.3, testgrid 1.5
TEST_CASE("egress: a foreign worker's broken testbed is no verdict: the job is published again") {
  PublishWorld w;
  const auto id = w.submit("bash");
  w.publish.turn();
  w.tell(PublishWorld::end("bash", 16));
  CHECK(w.job(id).state == JobState::queued);
  w.clock.now_ += 15min;
  w.step([](JobDesk& desk, base::Instant now) { REQUIRE(desk.tick(now)); });
  w.publish.turn();
  CHECK(w.sink.sent.size() == 2);
}

// autopkgtest 1.3
TEST_CASE("egress: runs that nobody here asked for are rows; those of other containers are not") {
  PublishWorld w;
  w.tell(PublishWorld::end("bash", 0));
  auto ppa = PublishWorld::end("dash", 0);
  ppa.place.container = "autopkgtest-noble-me-mine";
  w.tell(ppa);
  auto free = PublishWorld::end("zsh", 0);
  free.triggers.clear();
  w.tell(free);
  CHECK(w.runs().size() == 1);
  CHECK(w.source.fates.size() == 3);
}

// autopkgtest 1.4
TEST_CASE("egress: a message that is no completion leaves a record") {
  PublishWorld w;
  w.source.add(kListener, "{\"release\": ");
  CHECK(w.learn.turn() == 0ms);
  CHECK(w.source.fates == std::vector{queue::Settle::reject});
  w.step([](JobDesk& desk, base::Instant) {
    CHECK(store::list_rejected(desk.db(), 10)->at(0).queue == kListener);
  });
}

// autopkgtest 1.2, 1.3
TEST_CASE("egress: runs of foreign workers are not announced by us a second time") {
  PublishWorld w;
  test::RecordingSink fanouts;
  AnnounceRuns announce(fanouts, *w.keeper, w.log);
  announce.turn();
  w.submit("bash");
  w.publish.turn();
  w.clock.now_ += 1min;
  announce.turn();
  w.tell(PublishWorld::end("bash", 0));
  announce.turn();
  CHECK(fanouts.sent.empty());
}

}  // namespace sluice::flow
