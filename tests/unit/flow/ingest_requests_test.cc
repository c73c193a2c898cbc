// covers: turns.cc commit.cc
#include "flow/ingest_requests.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <future>
#include <string>
#include <vector>

#include "flow/commit.h"
#include "store/event_rows.h"
#include "store/job_rows.h"
#include "support/jobs.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"
#include "support/scripted_broker.h"

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;
using queue::Settle;

struct IngestWorld {
  IngestWorld() {
    keeper = Keeper::open(":memory:", {}, clock, log).value();
    keeper->start();
  }
  void reopen_with(const DeskLimits& limits) {
    keeper->stop();
    keeper = Keeper::open(":memory:", limits, clock, log).value();
    keeper->start();
  }
  IngestRequests ingest() { return {source, table(), *keeper, log}; }
  static QueueTable table() {
    const std::vector<std::string> names{"debci-noble-amd64", "debci-huge-noble-amd64",
                                         "debci-ppa-noble-amd64"};
    return queue_table(names, {{"noble-amd64-laptop", {"", "noble", "amd64"}}}).value();
  }
  std::vector<adt::Job> jobs() {
    std::vector<adt::Job> all;
    REQUIRE(commit(*keeper, [&](JobDesk& desk, base::Instant) -> base::Result<void> {
      all = store::list_jobs(desk.db(), {}).value();
      return {};
    }));
    return all;
  }
  std::vector<store::Rejected> rejected() {
    std::vector<store::Rejected> all;
    REQUIRE(commit(*keeper, [&](JobDesk& desk, base::Instant) -> base::Result<void> {
      all = store::list_rejected(desk.db(), 100).value();
      return {};
    }));
    return all;
  }

  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  test::ScriptedSource source;
  std::unique_ptr<Keeper> keeper;
};

// As Ubuntu's britney and its request page write them.
const std::string kGate =
    "libpng1.6\n{\"triggers\": [\"glibc/2.40-1\"], \"submit-time\": \"2026-01-02 03:04:05\"}";
const std::string kPerson = "bash\n{\"triggers\":[\"bash/5.2-1\"],\"requester\":\"jane\"}";

}  // namespace

// autopkgtest 1.1, 1.6; decision 18
TEST_CASE("ingest: a message becomes a job of its queue, and is acknowledged then") {
  IngestWorld w;
  w.source.add("debci-noble-amd64", kGate);
  auto ingest = w.ingest();

  CHECK(ingest.turn() == 0ms);

  const auto jobs = w.jobs();
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].request.package == "libpng1.6");
  CHECK(jobs[0].request.triggers == std::vector<std::string>{"glibc/2.40-1"});
  CHECK(jobs[0].queue == adt::QueueName{"", "noble", "amd64"});
  CHECK(jobs[0].producer == "amqp");
  CHECK(jobs[0].state == adt::JobState::queued);
  CHECK(w.source.fates == std::vector{Settle::accept});
}

// testgrid 6.5
TEST_CASE("ingest: how urgent a job is follows from its queue and from who asks") {
  IngestWorld w;
  w.source.add("debci-noble-amd64", kGate);
  w.source.add("debci-noble-amd64", kPerson);
  w.source.add("debci-huge-noble-amd64", "zlib\n{}");
  w.source.add("debci-ppa-noble-amd64", "dash\n{\"requester\":\"jane\"}");
  auto ingest = w.ingest();
  for (int i = 0; i < 4; ++i) ingest.turn();

  const auto jobs = w.jobs();
  REQUIRE(jobs.size() == 4);
  CHECK(jobs[0].job_class == adt::JobClass::rdeps_small);
  CHECK(jobs[1].job_class == adt::JobClass::manual);
  CHECK(jobs[2].job_class == adt::JobClass::rdeps_huge);
  CHECK(jobs[3].job_class == adt::JobClass::manual);
  CHECK(jobs[3].queue.context == "ppa");
}

// autopkgtest 1.4
TEST_CASE("ingest: a message that comes again after its test has ended is not run again") {
  IngestWorld w;
  auto ingest = w.ingest();
  const auto deliver = [&](const std::string& body, bool again) {
    auto delivery = test::ScriptedSource::delivery("debci-noble-amd64", body);
    delivery.redelivered = again;
    w.source.waiting.push_back(std::vector{delivery});
    ingest.turn();
  };
  const auto end_all = [&] {
    REQUIRE(commit(*w.keeper, [](JobDesk& desk, base::Instant now) -> base::Result<void> {
      const auto open = store::list_jobs(desk.db(), {.open_only = true}).value();
      for (const auto& job : open)
        if (auto done = desk.apply(job.id, adt::CancelAsked{"x"}, now); !done) return done;
      return {};
    }));
  };
  std::string body, other;
  auto later = 48h;
  SUBCASE("known by its time") {
    body = kGate;
    other =
        "libpng1.6\n{\"triggers\": [\"glibc/2.40-1\"], \"submit-time\": \"2026-01-02 03:04:06\"}";
  }
  SUBCASE("known by its uuid") {
    body = "bash\n{\"triggers\":[\"a/1\"],\"uuid\":\"1b4e28ba-2fa1-11d2-883f-0016d3cca427\"}";
    other = "bash\n{\"triggers\":[\"a/1\"],\"uuid\":\"1b4e28ba-2fa1-11d2-883f-0016d3cca428\"}";
  }
  SUBCASE("the very same, a short while ago") {
    body = kPerson;
    other = "bash\n{\"triggers\":[\"bash/5.2-1\"],\"requester\":\"joe\"}";
    later = 0h;
  }
  deliver(body, false);
  end_all();
  w.clock.now_ += later;
  deliver(body, true);
  CHECK(w.jobs().size() == 1);
  CHECK(w.source.fates == std::vector{Settle::accept, Settle::accept});
  deliver(other, true);  // somebody else, or another time
  CHECK(w.jobs().size() == 2);
  end_all();
  deliver(body, false);  // asked for anew
  CHECK(w.jobs().size() == 3);
  end_all();
  w.clock.now_ += 2h;
  deliver(kPerson, true);
  CHECK(w.jobs().size() == 4);
}

// testgrid 1.5 (T13), 6.5; autopkgtest 8
TEST_CASE("ingest: a newer upload at the broker takes the place of what waits for the older") {
  IngestWorld w;
  const auto asked = [&](const char* queue, const std::string& version, const std::string& more) {
    w.source.add(queue, "bash\n{\"triggers\":[\"glibc/" + version + "\"]" + more + "}");
  };
  asked("debci-noble-amd64", "2.39-1", "");
  asked("debci-ppa-noble-amd64", "2.39-1", ",\"ppas\":[\"u/p\"]");
  asked("debci-noble-amd64", "2.39-1", ",\"requester\":\"jane\",\"env\":[\"A=1\"]");
  asked("debci-huge-noble-amd64", "2.40-1", "");
  asked("debci-noble-amd64", "2.38-1", "");  // overtaken: it is run, but harms nobody
  auto ingest = w.ingest();
  for (int i = 0; i < 5; ++i) ingest.turn();

  const auto jobs = w.jobs();
  REQUIRE(jobs.size() == 5);
  CHECK(adt::end_text(jobs[0]) == "was superseded by glibc/2.40-1");
  for (std::size_t i = 1; i < 5; ++i) CHECK(jobs[i].state == adt::JobState::queued);
  CHECK(std::ranges::count(w.source.fates, Settle::accept) == 5);
}

// testgrid 1.5 (T13); autopkgtest 1.4
TEST_CASE("ingest: an older request that the broker delivers again is not run after all") {
  IngestWorld w;
  auto ingest = w.ingest();
  w.source.add("debci-noble-amd64", kGate);
  w.source.add("debci-noble-amd64", "libpng1.6\n{\"triggers\":[\"glibc/2.40-2\"]}");
  ingest.turn();
  ingest.turn();
  auto again = test::ScriptedSource::delivery("debci-noble-amd64", kGate);
  again.redelivered = true;
  w.source.waiting.push_back(std::vector{again});
  ingest.turn();

  const auto jobs = w.jobs();
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].state == adt::JobState::superseded);
  CHECK(jobs[1].state == adt::JobState::queued);
}

// autopkgtest 1.1
TEST_CASE("ingest: the table names queues of any form") {
  IngestWorld w;
  w.source.add("noble-amd64-laptop", "bash");
  auto ingest = w.ingest();
  ingest.turn();

  CHECK(w.jobs().at(0).queue == adt::QueueName{"", "noble", "amd64"});
  const std::vector<std::string> bad{"laptop"};
  CHECK(queue_table(bad, {}).error().kind == base::ErrorKind::invalid);
  CHECK(request_topology(IngestWorld::table()).queues.size() == 4);
}

// autopkgtest 1.4, 2.8
TEST_CASE("ingest: the record of what is refused has no token, wherever the body is cut") {
  IngestWorld w;
  const std::string filler(4'073, ' ');
  for (const auto& before : {std::string("{"), "{" + filler})
    w.source.add("debci-noble-amd64", "bash\n" + before + "\"ppas\": [\"me:s3cret@o/p\"");
  auto ingest = w.ingest();
  ingest.turn();
  ingest.turn();

  const auto rejected = w.rejected();
  REQUIRE(rejected.size() == 2);
  for (const auto& one : rejected) CHECK_FALSE(one.body.contains("s3c"));
  CHECK(rejected[1].body.contains("***@o/p"));
}

// autopkgtest 1.4
TEST_CASE("ingest: garbage leaves a record and is dropped; what came with it is not harmed") {
  IngestWorld w;
  auto many =
      std::vector{test::ScriptedSource::delivery("debci-noble-amd64", "bash\n{\"triggers\":"),
                  test::ScriptedSource::delivery("debci-noble-amd64", "\xff\xfe"),
                  test::ScriptedSource::delivery("debci-noble-amd64", ""),
                  test::ScriptedSource::delivery("debci-elsewhere-amd64", "bash"),
                  test::ScriptedSource::delivery("debci-noble-amd64", "../../etc\n{}"),
                  test::ScriptedSource::delivery("debci-noble-amd64", "bash"),
                  test::ScriptedSource::delivery("debci-noble-amd64", kGate)};
  many[5].body_bytes = 1'000'000;  // more than was kept
  w.source.waiting.emplace_back(std::move(many));
  auto ingest = w.ingest();
  ingest.turn();

  CHECK(w.source.fates == std::vector{Settle::reject, Settle::reject, Settle::reject,
                                      Settle::reject, Settle::reject, Settle::reject,
                                      Settle::accept});
  CHECK(w.jobs().size() == 1);
  const auto rejected = w.rejected();  // newest first
  REQUIRE(rejected.size() == 6);
  CHECK(rejected[0].reason == "the message has 1000000 bytes");
  CHECK(rejected[2].queue == "debci-elsewhere-amd64");
  CHECK(rejected[2].reason == "no tests are known for this queue");
  CHECK(rejected[4].body == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(rejected[5].source == "amqp");
}

// autopkgtest 1.4
TEST_CASE("ingest: a private request without readers is no request") {
  IngestWorld w;
  w.source.add("debci-ppa-noble-amd64", "bash\n{\"ppas\":[\"me:token@me/mine\"]}");
  auto ingest = w.ingest();
  ingest.turn();

  CHECK(w.jobs().empty());
  CHECK(w.source.fates == std::vector{Settle::reject});
}

// testgrid 1.4, 6.5
TEST_CASE("ingest: what comes twice is one job: again after a cut, and from two producers") {
  IngestWorld w;
  w.source.add("debci-noble-amd64", kGate);
  w.source.is_cut = true;
  auto ingest = w.ingest();
  CHECK(ingest.turn() > 0ms);
  CHECK(w.source.fates.empty());

  w.source.is_cut = false;
  w.source.add("debci-noble-amd64", kGate);
  w.source.add("debci-noble-amd64", kGate);
  ingest.turn();
  ingest.turn();

  CHECK(w.jobs().size() == 1);
  CHECK(w.source.fates == std::vector{Settle::accept, Settle::accept});
}

// testgrid 6.5
TEST_CASE("ingest: a storm is refused with a record") {
  IngestWorld w;
  DeskLimits limits;
  limits.storm_max = 1;
  w.reopen_with(limits);
  w.source.add("debci-noble-amd64", "a1\n{\"triggers\": [\"glibc/2\"]}");
  w.source.add("debci-noble-amd64", "a2\n{\"triggers\": [\"glibc/2\"]}");
  auto ingest = w.ingest();
  ingest.turn();
  ingest.turn();

  CHECK(w.jobs().size() == 1);
  CHECK(w.rejected().at(0).reason.contains("more than 1 open requests"));
}

// testgrid 6.5; origin 000
TEST_CASE("ingest: a producer that loops leaves one record, not one for each message") {
  IngestWorld w;
  DeskLimits limits;
  limits.repeats_max = 1;
  w.reopen_with(limits);
  for (int i = 0; i < 5; ++i) w.source.add("debci-noble-amd64", kGate);
  auto ingest = w.ingest();
  for (int i = 0; i < 6; ++i) ingest.turn();

  CHECK(w.jobs().size() == 1);
  CHECK(w.rejected().size() == 1);
  CHECK(w.rejected().at(0).reason.starts_with("storm.duplicate"));
  CHECK(std::ranges::count(w.source.fates, Settle::reject) == 4);
}

// autopkgtest 1.1
TEST_CASE("ingest: a broker that is gone is asked again, less and less often; one line says so") {
  IngestWorld w;
  for (int i = 0; i < 8; ++i)
    w.source.waiting.emplace_back(base::fail(base::ErrorKind::unavailable, "gone"));
  auto ingest = w.ingest();
  std::vector<std::chrono::milliseconds> pauses;
  for (int i = 0; i < 8; ++i) pauses.push_back(ingest.turn());

  CHECK(pauses == std::vector<std::chrono::milliseconds>{1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s});
  CHECK(w.log.lines.size() == 1);
  CHECK(ingest.turn() == 0ms);
  CHECK(w.log.lines.size() == 2);
}

TEST_CASE("commit: the answer is that of the step, or of the disk") {
  IngestWorld w;
  CHECK(commit(*w.keeper, [](JobDesk&, base::Instant) -> base::Result<void> { return {}; }));
  const auto failed = commit(*w.keeper, [](JobDesk&, base::Instant) -> base::Result<void> {
    return base::fail(base::ErrorKind::conflict, "no");
  });
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == base::ErrorKind::conflict);
}

TEST_CASE("turns: one after another; a stop does not wait for the pause") {
  Turns turns;
  std::promise<void> third;
  int count = 0;
  turns.start([&] {
    if (++count == 3) third.set_value();
    return count < 3 ? 0ms : std::chrono::milliseconds(1h);
  });
  third.get_future().wait();
  turns.stop();
  CHECK(count == 3);
}

}  // namespace sluice::flow
