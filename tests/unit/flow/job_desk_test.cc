#include "flow/job_desk.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "adt/run_uuid.h"
#include "store/attempt_rows.h"
#include "store/event_rows.h"
#include "store/job_rows.h"
#include "store/run_rows.h"
#include "support/job_desk_world.h"

namespace sluice::flow {
namespace {

using adt::JobState;
using test::attempt_end;
using test::DeskWorld;
using test::kNow;
using namespace std::chrono_literals;

}  // namespace

// testgrid 1.5
TEST_CASE("desk: asked, leased, run, done, and the run is entered") {
  DeskWorld w;
  const auto id = w.submit("foo");
  CHECK(w.desk.waiting() == 1);
  const auto lease = w.lease("host-1");
  REQUIRE(lease);
  CHECK(lease->job == id);
  CHECK(lease->epoch == 1);
  CHECK(lease->request.package == "foo");
  CHECK_FALSE(w.lease("host-2"));
  CHECK(w.beat(*lease, "host-1", queue::Phase::running).value() == queue::Order::go_on);
  CHECK(w.state(id) == JobState::running);
  REQUIRE(w.finish(*lease, "host-1", adt::Outcome::fail));
  CHECK(w.state(id) == JobState::done);
  CHECK(w.desk.running().empty());
  const auto runs = store::list_runs(w.db, {.package = "foo"}).value();
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].outcome == adt::Outcome::fail);
  CHECK(runs[0].version == "1");
  CHECK(runs[0].triggers == "glibc/2.40-1");
  CHECK(runs[0].job == id);
}

// testgrid 1.4, 7.3
TEST_CASE("desk: an end said twice counts once; a lying worker is refused") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto lease = *w.lease("host-1");
  CHECK(w.finish(lease, "liar-1", adt::Outcome::pass).error().kind == base::ErrorKind::conflict);
  auto end = attempt_end(adt::Outcome::pass);
  for (const auto* directory :
       {"noble/amd64/b/bar/20260102_030405_a1b2c@", "noble/amd64/f/foo/zzzz",
        "noble/amd64/f/foo/../../../20260102_030405_a1b2c@"}) {
    end.place.directory = directory;
    CHECK(w.desk.finish({id, 1, "host-1"}, end, kNow).error().kind == base::ErrorKind::invalid);
  }
  end.place = {"autopkgtest-jammy", "noble/amd64/f/foo/20260102_030405_a1b2c@"};
  CHECK(w.desk.finish({id, 1, "host-1"}, end, kNow).error().kind == base::ErrorKind::invalid);
  CHECK(w.desk.finish({id, 7, "host-1"}, end, kNow).error().kind == base::ErrorKind::conflict);
  CHECK(w.state(id) == JobState::preparing);
  CHECK(w.finish(lease, "host-1", adt::Outcome::pass));
  CHECK(w.finish(lease, "host-1", adt::Outcome::pass));
  CHECK(w.finish(lease, "host-1", adt::Outcome::fail).error().kind == base::ErrorKind::conflict);
  CHECK(store::list_runs(w.db, {}).value().size() == 1);
}

// testgrid 1.4, 7.5 (A11): another package, architecture, release, or another job for the same
// package
TEST_CASE("desk: a result for another job is refused, and the lease holds") {
  DeskWorld w;
  const auto perl = w.submit("foo", "perl/5");
  const auto first = *w.lease("host-1");
  REQUIRE(w.finish(first, "host-1", adt::Outcome::pass));
  const auto theirs = store::list_runs(w.db, {}).value().at(0).place;
  const auto glibc = w.submit("foo", "glibc/2.40-1");
  const auto lease = *w.lease("host-1");
  REQUIRE((lease.job == glibc && first.job == perl));
  const auto id = adt::make_run_id(w.now, "k", lease.epoch);
  const struct {
    const char* name;
    adt::RunPlace place;
    const char* why;
  } lies[] = {
      {"its own package's other job", theirs, "is a run of job 1"},
      {"package", {"autopkgtest-noble", "noble/amd64/b/bar/" + id}, "expected a run at"},
      {"architecture", {"autopkgtest-noble", "noble/arm64/f/foo/" + id}, "expected a run at"},
      {"release", {"autopkgtest-noble", "jammy/amd64/f/foo/" + id}, "expected a run at"},
      {"container", {"autopkgtest-jammy", "jammy/amd64/f/foo/" + id}, "expected autopkgtest-noble"},
      {"no run id", {"autopkgtest-noble", "noble/amd64/f/foo/glibc"}, "expected a run at"}};
  for (const auto& lie : lies) {
    auto end = attempt_end(adt::Outcome::fail);
    end.place = lie.place;
    const auto told = w.desk.finish({lease.job, lease.epoch, "host-1"}, end, w.now);
    REQUIRE_MESSAGE(!told, lie.name);
    const bool is_theirs = lie.place == theirs;
    CHECK_MESSAGE(
        told.error().kind == (is_theirs ? base::ErrorKind::conflict : base::ErrorKind::invalid),
        lie.name);
    CHECK_MESSAGE(told.error().text().contains(lie.why), told.error().text());
  }
  CHECK(w.state(glibc) == JobState::preparing);
  CHECK(store::list_runs(w.db, {}).value().size() == 1);
  CHECK(w.finish(lease, "host-1", adt::Outcome::pass));
}

// autopkgtest 3; testgrid 7.3
TEST_CASE("desk: a verdict about another source is refused by name, and the lease holds") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto lease = *w.lease("host-1");
  for (const auto outcome :
       {adt::Outcome::pass, adt::Outcome::fail, adt::Outcome::untestable_control}) {
    auto end = attempt_end(outcome);
    end.place = adt::place_of(lease.request, lease.queue, w.run_id_of(lease), adt::RunKind::result);
    for (const auto* version : {"bar 1", "foobar 1", ""}) {
      end.version = version;
      const auto told = w.desk.finish({id, lease.epoch, "host-1"}, end, w.now);
      REQUIRE_MESSAGE(!told, version);
      CHECK(told.error().kind == base::ErrorKind::invalid);
      CHECK(told.error().text().contains("expected foo"));
    }
  }
  CHECK(w.state(id) == JobState::preparing);
  CHECK(store::list_runs(w.db, {}).value().empty());

  auto unknown = attempt_end(adt::Outcome::untestable_deps);
  unknown.version = "foo unknown";
  unknown.place =
      adt::place_of(lease.request, lease.queue, w.run_id_of(lease), adt::RunKind::result);
  CHECK(w.desk.finish({id, lease.epoch, "host-1"}, unknown, w.now));
}

// testgrid 1.1, 1.4; autopkgtest 2.5
TEST_CASE("desk: an outcome that its exit code cannot mean is refused, and the lease holds") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto lease = *w.lease("host-1");
  const struct {
    adt::Outcome outcome;
    int exit_code;
    adt::RunKind kind;
  } lies[] = {{adt::Outcome::pass, 4, adt::RunKind::result},
              {adt::Outcome::fail, 16, adt::RunKind::result},
              {adt::Outcome::infra_boot, 4, adt::RunKind::infra},
              {adt::Outcome::infra_boot, 16, adt::RunKind::result},  // among the results
              {adt::Outcome::cancelled, 20, adt::RunKind::result}};
  for (const auto& lie : lies) {
    auto end = attempt_end(lie.outcome);
    end.exit_code = lie.exit_code;
    end.place =
        adt::place_of(lease.request, lease.queue, adt::make_run_id(w.now, "k", 1), lie.kind);
    const auto told = w.desk.finish({id, lease.epoch, "host-1"}, end, w.now);
    CHECK_MESSAGE((!told && told.error().kind == base::ErrorKind::invalid),
                  adt::text_of(lie.outcome));
  }
  CHECK(w.state(id) == JobState::preparing);
  CHECK(store::list_runs(w.db, {}).value().empty());
  CHECK(w.beat(lease, "host-1", queue::Phase::running).value() == queue::Order::go_on);
  CHECK(w.finish(lease, "host-1", adt::Outcome::pass));
}

// testgrid 1.1 (class D), autopkgtest 1.4
TEST_CASE("desk: what a worker rejects is over, and stands among what was refused") {
  DeskWorld w;
  const auto id = w.submit("bash");
  const auto lease = *w.lease("a-1");
  auto end = test::attempt_end(adt::Outcome::rejected);
  end.place = {};
  end.digest.clear();
  end.detail = "the PPA service knows no such PPA";
  REQUIRE(w.desk.finish({id, lease.epoch, "a-1"}, end, w.now));
  CHECK(w.state(id) == adt::JobState::excluded);
  CHECK(w.job(id).end_note.contains("no such PPA"));
  const auto rejected = store::list_rejected(w.db, 10).value();
  REQUIRE(rejected.size() == 1);
  CHECK(rejected[0].reason == end.detail);
  CHECK(rejected[0].source == "worker a-1");
}

// autopkgtest 1.6, 4
TEST_CASE("desk: a run is called what its request is called, and a stranger's what he says") {
  DeskWorld w;
  auto named = w.submission("foo");
  named.request.uuid = "0a-1";
  REQUIRE(w.desk.submit(named, w.now));
  REQUIRE(w.finish(*w.lease("host-1"), "host-1", adt::Outcome::pass));
  adt::CompleteMessage strangers;
  strangers.release = "noble";
  strangers.arch = "amd64";
  strangers.package = "bar";
  strangers.place = {"autopkgtest-noble", "noble/amd64/b/bar/20260101_000000_aaaaa@"};
  strangers.uuid = "0b-2";
  strangers.triggers = {"glibc/2.40-1"};
  REQUIRE(w.desk.foreign_end(strangers, w.now));
  CHECK(store::list_runs(w.db, {.package = "foo"}).value().at(0).uuid == "0a-1");
  CHECK(store::list_runs(w.db, {.package = "bar"}).value().at(0).uuid == "0b-2");
}

// autopkgtest 1.6
TEST_CASE("desk: a run that nobody named is called as its worker calls it, each by its own name") {
  DeskWorld w;
  const auto id = w.submit("foo");
  std::vector<std::string> names;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto lease = *w.lease("host-1");
    names.push_back(adt::lease_uuid(lease.request, lease.queue, {lease.job, lease.epoch}));
    REQUIRE(w.finish(lease, "host-1", adt::Outcome::fail));
    w.advance(1s);
    if (attempt == 0) REQUIRE(w.desk.apply(id, adt::RetryAsked{"jane"}, w.now));
  }
  const auto runs = store::list_runs(w.db, {.package = "foo"}).value();  // newest first
  REQUIRE(runs.size() == 2);
  CHECK(names[0] != names[1]);
  CHECK(runs[0].uuid == names[1]);
  CHECK(runs[1].uuid == names[0]);
}

// testgrid 6.5
TEST_CASE("desk: the same request is one job, in the greater hurry of the two") {
  DeskWorld w;
  const auto id = w.submit("foo");
  auto again = w.submission("foo");
  again.producer = "jane";
  again.request.requester = "jane";
  again.job_class = adt::JobClass::manual;
  const auto second = w.desk.submit(again, w.now).value();
  CHECK(second.how == SubmitHow::existing);
  CHECK(second.job == id);
  CHECK(w.job(id).job_class == adt::JobClass::manual);
  CHECK(w.desk.waiting() == 1);
}

// testgrid 6.5
TEST_CASE("desk: a newer upload takes the place of what waits for the older one") {
  DeskWorld w;
  const auto old = w.submit("foo", "glibc/2.39-1");
  const auto other = w.submit("foo", "perl/5");
  const auto fresh = w.submit("foo", "glibc/2.40-1");
  CHECK(w.state(old) == JobState::superseded);
  CHECK(w.state(other) == JobState::queued);
  CHECK(w.state(fresh) == JobState::queued);
  CHECK(w.desk.waiting() == 2);
}

// testgrid 6.5
TEST_CASE("desk: a storm has an end, and ended jobs make room") {
  DeskLimits limits;
  limits.storm_max = 2;
  DeskWorld w(limits);
  const auto first = w.submit("a1");
  w.submit("a2");
  const auto refused = w.desk.submit(w.submission("a3"), w.now).value();
  CHECK(refused.how == SubmitHow::refused);
  CHECK(refused.why.find("more than 2 open requests") == 0);
  CHECK(w.submit("a3", "perl/5") != 0);
  REQUIRE(w.desk.apply(first, adt::CancelAsked{"jane"}, w.now));
  CHECK(w.submit("a3") != 0);
}

// testgrid 1.5
TEST_CASE("desk: cancelling a running test tells its worker to stop") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto lease = *w.lease("host-1");
  REQUIRE(w.desk.apply(id, adt::CancelAsked{"jane"}, w.now));
  CHECK(w.state(id) == JobState::cancelling);
  CHECK(w.beat(lease, "host-1", queue::Phase::preparing).value() == queue::Order::stop);
  REQUIRE(w.desk.give_back({id, 1, "host-1"}, "stopped", w.now));
  CHECK(w.state(id) == JobState::cancelled);
}

// testgrid 1.1, 1.3
TEST_CASE("desk: a suspect failure is nobody's run until it stands, and is shown with it then") {
  DeskWorld w;
  const auto id = w.submit("foo");
  for (const auto* worker : {"a-1", "b-1"}) {
    const auto lease = *w.lease(worker);
    REQUIRE(w.finish_suspect(lease, worker));
    REQUIRE(w.finish_suspect(lease, worker));  // said twice
    CHECK(w.state(id) == JobState::queued);
    CHECK_FALSE(w.lease(worker));  // another host, first
  }
  CHECK(store::list_runs(w.db, {}).value().empty());
  const auto lease = *w.lease("c-1");
  CHECK(lease.suspect_reruns_left == 0);
  REQUIRE(w.finish_suspect(lease, "c-1"));
  CHECK(w.job(id).outcome == adt::Outcome::fail);
  const auto runs = store::list_runs(w.db, {}).value();
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].outcome == adt::Outcome::fail);
  CHECK(runs[0].suspicion == "suspect-dns");
  CHECK(store::read_attempts(w.db, id).value().at(0).end->run_again);
}

// testgrid 1.3
TEST_CASE("desk: on a grid of one host a suspect failure runs there again, after a while") {
  DeskWorld w;
  const auto id = w.submit("foo");
  REQUIRE(w.finish_suspect(*w.lease("host-1"), "host-1"));
  CHECK_FALSE(w.lease("host-2"));
  w.restart();
  w.advance(10min);
  const auto second = *w.lease("host-1");
  CHECK(second.job == id);
  CHECK(second.suspect_reruns_left == 1);
  REQUIRE(w.finish(second, "host-1", adt::Outcome::pass));
  CHECK(w.job(id).outcome == adt::Outcome::pass);
  CHECK(store::list_runs(w.db, {}).value().size() == 1);
}

// testgrid 1.4
TEST_CASE("desk: a slot that asks again is told its lease again, or has died with it") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto other = w.submit("bar");
  CHECK(w.lease("host-1")->job == id);
  const auto again = w.lease("host-1");
  REQUIRE(again);
  CHECK(again->job == id);
  CHECK(again->epoch == 1);
  CHECK(w.beat(*again, "host-1", queue::Phase::running));
  CHECK(w.lease("host-1")->job == other);
  CHECK(w.state(id) == JobState::queued);
  CHECK(w.job(id).infra_attempts == 1);
}

// testgrid 1.4
TEST_CASE("desk: the log of a lease is kept for who follows it, also when the lease is over") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto lease = *w.lease("host-1");
  queue::Progress progress;
  progress.log_bytes = 3;
  progress.log_tail = progress.log_piece.bytes = "one";
  REQUIRE(w.desk.heartbeat({id, lease.epoch, "host-1"}, progress, w.now));
  CHECK(w.desk.logs().read(id, 0, 0) == grid::LogSlice{1, 0, "one"});
  CHECK(w.desk.running().at(id).progress.log_piece.bytes.empty());

  CHECK_FALSE(w.desk.heartbeat({id, lease.epoch + 1, "host-1"}, progress, w.now));
  CHECK_FALSE(w.desk.heartbeat({id, lease.epoch, "host-2"}, progress, w.now));
  REQUIRE(w.finish(lease, "host-1", adt::Outcome::pass));
  CHECK(w.desk.logs().read(id, 1, 1) == grid::LogSlice{1, 1, "ne"});

  REQUIRE(w.desk.load(w.now));
  CHECK(w.desk.logs().size() == 0);
}

// testgrid 1.4
TEST_CASE("desk: logs of tests that ended long ago take no room") {
  DeskWorld w;
  queue::Progress progress;
  progress.log_bytes = 3;
  progress.log_tail = progress.log_piece.bytes = "one";
  for (int i = 0; i < 520; ++i) {
    const auto id = w.submit("foo" + std::to_string(i));
    const auto lease = *w.lease("host-1");
    REQUIRE(w.desk.heartbeat({id, lease.epoch, "host-1"}, progress, w.now));
    REQUIRE(w.finish(lease, "host-1", adt::Outcome::pass));
  }
  CHECK(w.desk.logs().size() == 500 * 3);
}

// testgrid 1.4
TEST_CASE("desk: a late result that counts ends the newer lease") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto first = *w.lease("host-1");
  w.advance(91s);
  w.advance(60s);
  const auto second = *w.lease("other-1");
  REQUIRE(w.finish(first, "host-1", adt::Outcome::pass));
  CHECK(w.state(id) == JobState::done);
  CHECK(w.beat(second, "other-1", queue::Phase::preparing).error().kind ==
        base::ErrorKind::conflict);
  const auto attempts = store::read_attempts(w.db, id).value();
  CHECK(attempts[0].end->outcome == adt::Outcome::pass);
  CHECK(attempts[1].end->outcome == adt::Outcome::superseded);
}

// testgrid 1.4
TEST_CASE("desk: a worker is told to stop by the next start too") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto lease = *w.lease("h-1");
  REQUIRE(w.desk.apply(id, adt::CancelAsked{"jane"}, w.now));
  w.restart();
  CHECK(w.beat(lease, "h-1", queue::Phase::running).value() == queue::Order::stop);
}

// testgrid 1.4
TEST_CASE("desk: a start finds everything again, and gives leases a whole time to live") {
  DeskWorld w;
  const auto leased = w.submit("a1");
  const auto lease = *w.lease("host-1");
  const auto held = w.submit("b2");
  REQUIRE(w.desk.apply(held, adt::HoldAdded{{adt::HoldKind::parked, "x", w.now, w.now + 1h, "t"}},
                       w.now));
  const auto queued = w.submit("c3");
  w.now += 10min;  // nobody was there
  w.restart();
  CHECK(w.desk.waiting() == 1);
  CHECK(w.desk.running().size() == 1);
  w.advance(80s);
  CHECK(w.beat(lease, "host-1", queue::Phase::running).value() == queue::Order::go_on);
  w.advance(80s);
  CHECK(w.state(leased) == JobState::running);
  CHECK(w.lease("host-2")->job == queued);
  w.advance(1h);
  CHECK(w.state(held) == JobState::queued);
}

// testgrid 1.4
TEST_CASE("desk: a verdict that is said again does not answer a retry") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto lease = w.lease("h-1");
  REQUIRE(w.finish(*lease, "h-1", adt::Outcome::fail));
  REQUIRE(w.desk.apply(id, adt::RetryAsked{"jane"}, w.now));
  CHECK(w.finish(*lease, "h-1", adt::Outcome::fail));
  CHECK(w.state(id) == JobState::queued);
  CHECK(w.finish(*lease, "h-1", adt::Outcome::pass).error().kind == base::ErrorKind::conflict);
  CHECK(w.state(id) == JobState::queued);
  w.advance(1min);
  const auto next = w.lease("h-1");
  REQUIRE(next);
  CHECK(w.finish(*next, "h-1", adt::Outcome::pass));
  CHECK(w.job(id).outcome == adt::Outcome::pass);
}

// testgrid 1.4
TEST_CASE("desk: where a late verdict counts, the same one of the next lease does not") {
  DeskWorld w;
  const auto id = w.submit("foo");
  const auto late = w.lease("h1-1");
  w.advance(10min);
  w.advance(1min);
  const auto next = w.lease("h2-1");
  REQUIRE((late && next));
  REQUIRE(w.finish(*late, "h1-1", adt::Outcome::pass));
  CHECK(w.finish(*next, "h2-1", adt::Outcome::pass).error().kind == base::ErrorKind::conflict);
  const auto runs = store::list_runs(w.db, {}).value();
  REQUIRE(runs.size() == 1);
  CHECK(store::read_attempts(w.db, id).value()[1].end->outcome == adt::Outcome::superseded);
}

// testgrid 1.5
TEST_CASE("desk: a job whose time has not come when the clock was set back is not forgotten") {
  DeskWorld w;
  const auto early = w.submit("foo");
  w.now -= 1h;
  const auto late = w.submit("bar");
  // It is passed over, and who comes after it is served.
  const auto lease = w.lease("h-1");
  REQUIRE(lease);
  CHECK(lease->job == late);
  CHECK(w.finish(*lease, "h-1", adt::Outcome::pass));
  CHECK_FALSE(w.lease("h-2"));
  w.advance(30min);
  CHECK_FALSE(w.lease("h-2"));
  w.advance(31min);
  const auto its = w.lease("h-2");
  REQUIRE(its);
  CHECK(its->job == early);
}

}  // namespace sluice::flow
