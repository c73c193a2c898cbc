#include "adt/job_state.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "support/rounds.h"

namespace sluice::adt {
namespace {

using namespace std::chrono_literals;
using enum JobState;

const base::Instant kStateNow = base::instant_of_seconds(1'000'000);
const JobLimits kLimits;

AttemptEnd end_with(Outcome outcome) {
  return {outcome, Blame::package, "", 0, "foo 1", 5s, {"autopkgtest-n", "n/a/f/foo/R@"}, "d1"};
}

AttemptEnd suspect_end(bool run_again) {
  auto end = end_with(Outcome::fail);
  end.suspicion = "suspect-dns";
  end.run_again = run_again;
  return end;
}

Job after(Job job, const std::vector<JobEvent>& events, base::Instant now = kStateNow) {
  for (const auto& event : events) {
    auto next = on(job, event, now, kLimits);
    REQUIRE_MESSAGE(next, text_of(event));
    job = *next;
  }
  return job;
}

Job new_job() {
  Job job;
  job.id = 7;
  job.submitted = kStateNow;
  return job;
}

Job leased() { return after(new_job(), {Resolved{}, Leased{"host-1"}}); }

HoldReason hold(HoldKind kind, std::string ref) {
  return {kind, std::move(ref), kStateNow, {}, "why"};
}

base::ErrorKind refused(const Job& job, const JobEvent& event) {
  const auto next = on(job, event, kStateNow, kLimits);
  REQUIRE_FALSE(next);
  return next.error().kind;
}

}  // namespace

// testgrid 1.5
TEST_CASE("job: the straight way, T1 to T8") {
  auto job = after(new_job(), {Resolved{}});
  CHECK(job.state == queued);
  job = after(job, {Leased{"host-1"}});
  CHECK(job.state == preparing);
  CHECK(job.epoch == 1);
  CHECK(job.attempt == 1);
  CHECK(job.worker == "host-1");
  job = after(job, {TestBegan{1}});
  CHECK(job.state == running);
  job = after(job, {CollectBegan{1}, AttemptEnded{1, end_with(Outcome::fail)}});
  CHECK(job.state == done);
  CHECK(job.outcome == Outcome::fail);
  CHECK(job.worker.empty());
}

// testgrid 1.4
TEST_CASE("job: the same end said twice changes nothing") {
  const auto job = after(leased(), {AttemptEnded{1, end_with(Outcome::pass)}});
  CHECK(after(job, {AttemptEnded{1, end_with(Outcome::pass)}}) == job);
  CHECK(refused(job, AttemptEnded{1, end_with(Outcome::fail)}) == base::ErrorKind::conflict);
}

// testgrid 0
TEST_CASE("job: no verdict without files and their digest") {
  auto end = end_with(Outcome::fail);
  end.digest.clear();
  CHECK(refused(leased(), AttemptEnded{1, end}) == base::ErrorKind::invalid);
  end = end_with(Outcome::untestable_deps);
  end.place.directory.clear();
  CHECK(refused(leased(), AttemptEnded{1, end}) == base::ErrorKind::invalid);
}

// testgrid 1.5
TEST_CASE("job: T9, an infrastructure attempt goes back to the queue, to another host, later") {
  const auto job = after(leased(), {AttemptEnded{1, end_with(Outcome::infra_boot)}});
  CHECK(job.state == queued);
  CHECK_FALSE(job.outcome);
  CHECK(job.infra_attempts == 1);
  CHECK(job.excluded_hosts == std::vector<std::string>{"host"});
  CHECK(job.not_before == kStateNow + 1min);
  CHECK(refused(job, Leased{"other-1"}) == base::ErrorKind::conflict);
  const auto second = after(job, {Leased{"other-1"}}, kStateNow + 1min);
  CHECK(second.epoch == 2);
  const auto again = after(second, {LeaseExpired{}}, kStateNow + 2min);
  CHECK(again.not_before == kStateNow + 2min + 5min);
  CHECK(again.excluded_hosts == std::vector<std::string>{"host", "other"});
}

// testgrid 1.5
TEST_CASE("job: T10, the third one holds it, then there are probes, T11 ends it") {
  auto job = leased();
  for (int i = 1; i <= 2; ++i)
    job = after(after(job, {LeaseExpired{}}), {Leased{"host-1"}}, kStateNow + 10min);
  job = after(job, {LeaseExpired{}});
  CHECK(job.state == held);
  REQUIRE(job.holds.size() == 1);
  CHECK(job.holds[0].kind == HoldKind::repeated_infra);
  CHECK(job.holds[0].ends == kStateNow + 1h);
  CHECK(job.holds[0].text == "3 attempts ended without a verdict, the last with INFRA.WORKER_LOST");
  CHECK(job.hold_deadline == kStateNow + 72h);
  job = after(job, {HoldDropped{HoldKind::repeated_infra, "INFRA.WORKER_LOST"}, Leased{"x-1"},
                    LeaseExpired{}});
  CHECK(job.holds[0].ends == kStateNow + 6h);
  CHECK(refused(job, HoldDeadline{}) == base::ErrorKind::conflict);
  job = after(job, {HoldDeadline{}}, kStateNow + 72h);
  CHECK(job.state == aborted_infra);
  CHECK_FALSE(job.outcome);
  CHECK(job.end_note.find("INFRA.WORKER_LOST") != std::string::npos);
  job = after(job, {Revived{"admin"}, Resolved{}});  // T15
  CHECK(job.state == queued);
  CHECK(job.infra_attempts == 0);
  CHECK_FALSE(job.hold_deadline);
}

// testgrid 1.5
TEST_CASE("job: T4 and T5, it waits until the last hold is gone, and keeps its deadline") {
  auto job = after(new_job(), {Resolved{}, HoldAdded{hold(HoldKind::scope_paused, "p-1")},
                               HoldAdded{hold(HoldKind::service_down, "dns")},
                               HoldAdded{hold(HoldKind::service_down, "dns")}});
  CHECK(job.state == held);
  CHECK(job.holds.size() == 2);
  const auto deadline = job.hold_deadline;
  job = after(job, {HoldDropped{HoldKind::scope_paused, "p-1"}});
  CHECK(job.state == held);
  job = after(job, {HoldDropped{HoldKind::service_down, "dns"}});
  CHECK(job.state == queued);
  CHECK(job.submitted == kStateNow);
  job = after(job, {HoldAdded{hold(HoldKind::service_down, "dns")}}, kStateNow + 5h);
  CHECK(job.hold_deadline == deadline);
  job = after(job, {DeadlineMoved{kStateNow + 500h}});
  CHECK(job.hold_deadline == kStateNow + 500h);
  CHECK(refused(leased(), HoldAdded{hold(HoldKind::poison, "")}) == base::ErrorKind::conflict);
}

// testgrid 1.5
TEST_CASE("job: how long it may be held") {
  const struct {
    const char* name;
    const char* context;
    JobClass job_class;
    std::chrono::hours hours;
  } cases[] = {{"gate", "", JobClass::rdeps_small, 14 * 24h},
               {"a person", "", JobClass::manual, 72h},
               {"pull request", "upstream", JobClass::manual, 24h}};
  for (const auto& c : cases) {
    auto job = new_job();
    job.queue.context = c.context;
    job.job_class = c.job_class;
    job = after(job, {HoldAdded{hold(HoldKind::poison, "")}});
    CHECK_MESSAGE(job.hold_deadline == kStateNow + c.hours, c.name);
    CHECK(job.state == accepted);
    CHECK(after(job, {Resolved{}}).state == held);
  }
}

// testgrid 1.5
TEST_CASE("job: T12, cancelling is two-phase when somebody works on it") {
  CHECK(after(new_job(), {CancelAsked{"jane"}}).state == cancelled);
  auto job = after(leased(), {CancelAsked{"jane"}});
  CHECK(job.state == cancelling);
  CHECK(after(job, {LeaseExpired{}}).state == cancelled);
  CHECK(after(job, {GivenBack{1, "stopped"}}).state == cancelled);
  CHECK(after(job, {AttemptEnded{1, end_with(Outcome::infra_boot)}}).state == cancelled);
  // It had run to its end already: the result counts.
  CHECK(after(job, {AttemptEnded{1, end_with(Outcome::pass)}}).state == done);
  CHECK(after(job, {AttemptEnded{1, end_with(Outcome::cancelled)}}).end_note == "by jane");
  CHECK(refused(after(new_job(), {CancelAsked{"jane"}}), CancelAsked{"x"}) ==
        base::ErrorKind::conflict);
}

// testgrid 1.5
TEST_CASE("job: T2, T13, T14") {
  CHECK(after(new_job(), {ExcludedBy{"rule 3"}}).state == excluded);
  CHECK(after(new_job(), {Resolved{}, SupersededBy{"j-9"}}).state == superseded);
  CHECK(refused(leased(), SupersededBy{"j-9"}) == base::ErrorKind::conflict);
  auto wrong = end_with(Outcome::rejected);
  wrong.detail = "no such PPA";
  const auto rejected = after(leased(), {AttemptEnded{1, wrong}});
  CHECK(rejected.state == excluded);
  CHECK(rejected.end_note == "rejected: no such PPA");
  const auto finished = after(leased(), {AttemptEnded{1, end_with(Outcome::fail)}});
  const auto retried = after(finished, {RetryAsked{"jane"}, Resolved{}, Leased{"b-1"}});
  CHECK(retried.id == finished.id);
  CHECK(retried.epoch == 2);
  CHECK(retried.attempt == 2);
  CHECK_FALSE(retried.outcome);
}

// testgrid 1.5 (T14)
TEST_CASE("job: what was cancelled, refused or given up can be retried, a superseded one not") {
  const auto is_again = [](const Job& job) {
    const auto retried = after(job, {RetryAsked{"jane"}});
    return retried.state == accepted && retried.end_note.empty() && retried.id == job.id;
  };
  CHECK(is_again(after(new_job(), {Resolved{}, CancelAsked{"ada"}})));
  CHECK(is_again(after(new_job(), {ExcludedBy{"rule 3"}})));
  auto aborted = after(new_job(), {Resolved{}});
  aborted.state = aborted_infra;
  CHECK(is_again(aborted));
  const auto old = after(new_job(), {Resolved{}, SupersededBy{"j-9"}});
  CHECK(refused(old, RetryAsked{"jane"}) == base::ErrorKind::conflict);
  CHECK(refused(new_job(), RetryAsked{"jane"}) == base::ErrorKind::conflict);
}

// testgrid 1.4
TEST_CASE("job: a late result counts while nobody has come further") {
  const auto waiting = after(leased(), {LeaseExpired{}});
  CHECK(after(waiting, {AttemptEnded{1, end_with(Outcome::pass)}}).state == done);
  const auto second = after(waiting, {Leased{"b-1"}}, kStateNow + 1h);
  CHECK(after(second, {AttemptEnded{1, end_with(Outcome::pass)}}).state == done);
  const auto runs = after(second, {TestBegan{2}});
  CHECK(refused(runs, AttemptEnded{1, end_with(Outcome::pass)}) == base::ErrorKind::conflict);
  CHECK(refused(second, AttemptEnded{1, end_with(Outcome::infra_boot)}) ==
        base::ErrorKind::conflict);
  CHECK(refused(second, AttemptEnded{5, end_with(Outcome::pass)}) == base::ErrorKind::conflict);
  CHECK(refused(second, TestBegan{1}) == base::ErrorKind::conflict);
  CHECK(refused(second, GivenBack{1, ""}) == base::ErrorKind::conflict);
}

// testgrid 1.1, 1.3
TEST_CASE("job: a suspect failure runs again twice, elsewhere and at once; the third stands") {
  auto job = after(leased(), {AttemptEnded{1, suspect_end(true)}});
  CHECK(job.state == queued);
  CHECK_FALSE(job.outcome);
  CHECK(job.suspect_reruns == 1);
  CHECK(job.infra_attempts == 0);
  CHECK(job.excluded_hosts == std::vector<std::string>{"host"});
  CHECK(job.not_before == kStateNow);
  job = after(job, {Leased{"b-1"}, AttemptEnded{2, suspect_end(true)}, Leased{"c-1"}});
  CHECK(job.suspect_reruns == 2);
  CHECK(refused(job, AttemptEnded{3, suspect_end(true)}) == base::ErrorKind::invalid);
  job = after(job, {AttemptEnded{3, suspect_end(false)}});
  CHECK(job.state == done);
  CHECK(job.outcome == Outcome::fail);
  CHECK(job.suspect_reruns == 2);
  // Who asks once more asks for all of it.
  CHECK(after(job, {RetryAsked{"jane"}}).suspect_reruns == 0);
}

// testgrid 1.3
TEST_CASE("job: a suspect failure is no verdict while the lease has a re-run left") {
  CHECK(refused(leased(), AttemptEnded{1, suspect_end(false)}) == base::ErrorKind::invalid);
  // A failure without suspicion stands at once, also after one with it.
  const auto second = after(leased(), {AttemptEnded{1, suspect_end(true)}, Leased{"b-1"}});
  CHECK(after(second, {AttemptEnded{2, end_with(Outcome::fail)}}).outcome == Outcome::fail);
  CHECK(after(second, {AttemptEnded{2, end_with(Outcome::pass)}}).outcome == Outcome::pass);
  // Both counts are their own.
  const auto broken = after(second, {AttemptEnded{2, end_with(Outcome::infra_boot)}});
  CHECK(broken.infra_attempts == 1);
  CHECK(broken.suspect_reruns == 1);
}

// testgrid 1.3, 1.5
TEST_CASE("job: nobody runs a cancelled job again for a suspicion") {
  const auto job = after(leased(), {CancelAsked{"jane"}, AttemptEnded{1, suspect_end(true)}});
  CHECK(job.state == cancelled);
  CHECK_FALSE(job.outcome);
}

// testgrid 1.3, 1.4
TEST_CASE("job: a suspect failure that comes late is no result; one that stands is") {
  const auto waiting = after(leased(), {LeaseExpired{}});
  CHECK(refused(waiting, AttemptEnded{1, suspect_end(true)}) == base::ErrorKind::conflict);
  CHECK(after(waiting, {AttemptEnded{1, suspect_end(false)}}).outcome == Outcome::fail);
}

namespace {

// One of all events, most of them impossible in the present state.
JobEvent random_event(std::mt19937_64& random, const Job& job, base::Instant now) {
  const auto epoch = job.epoch - std::int64_t(random() % 4 == 0);
  const auto pick = [&](auto n) { return random() % n; };
  constexpr Outcome kEnds[] = {Outcome::pass,       Outcome::fail,
                               Outcome::infra_boot, Outcome::untestable_deps,
                               Outcome::cancelled,  Outcome::rejected};
  const auto end = pick(4u) == 0 ? suspect_end(pick(3u) != 0) : end_with(kEnds[pick(6u)]);
  const HoldReason reason{static_cast<HoldKind>(pick(9u)), std::to_string(pick(2u)), now, {}, "t"};
  const std::vector<JobEvent> events = {Resolved{},
                                        HoldAdded{reason},
                                        HoldDropped{reason.kind, reason.ref},
                                        Leased{"h" + std::to_string(pick(3u)) + "-1"},
                                        Leased{"h-1"},
                                        TestBegan{epoch},
                                        CollectBegan{epoch},
                                        AttemptEnded{epoch, end},
                                        LeaseExpired{},
                                        GivenBack{epoch, ""},
                                        CancelAsked{"c"},
                                        SupersededBy{"s"},
                                        HoldDeadline{},
                                        DeadlineMoved{now + 24h},
                                        RetryAsked{"r"},
                                        Revived{"v"},
                                        ClassRaised{JobClass::own_tests},
                                        ExcludedBy{"x"}};
  // Ends are rare, or no job would ever come far.
  const auto at = pick(events.size());
  return at >= 10 && pick(4u) != 0 ? events[pick(10u)] : events[at];
}

void check_properties(const Job& before, const Job& job, const JobEvent& event, base::Instant now) {
  // P1, I3: always in a state from which it can go on, or at an end.
  if (job.state == held) REQUIRE_FALSE(job.holds.empty());
  if (job.state == queued) REQUIRE(job.holds.empty());
  if (is_final(job.state)) REQUIRE(job.holds.empty());
  // P2: whoever has the lease has a name, and a new one has a new epoch.
  REQUIRE(job.worker.empty() == !is_leased(job.state));
  REQUIRE(job.epoch - before.epoch == int(std::holds_alternative<Leased>(event)));
  // P3, I1: a verdict came with an attempt of a class that is a verdict.
  REQUIRE(job.outcome.has_value() == (job.state == done));
  if (job.outcome) REQUIRE(class_of(*job.outcome) <= OutcomeClass::untestable);
  // 1.3: a suspicion counts up to its limit, and only a retry and a revival begin anew.
  REQUIRE(job.suspect_reruns <= kLimits.suspect_reruns_max);
  if (const auto* ended = std::get_if<AttemptEnded>(&event); ended && ended->end.run_again)
    REQUIRE_FALSE(job.outcome);
  if (job.suspect_reruns < before.suspect_reruns) REQUIRE(is_final(before.state));
  // P4: nothing leaves an end but a retry and a revival.
  if (is_final(before.state) && !is_final(job.state))
    REQUIRE((std::holds_alternative<RetryAsked>(event) || std::holds_alternative<Revived>(event)));
  // P5: every held job has a deadline, and at it the job can be ended.
  if (job.state == held) REQUIRE(job.hold_deadline.has_value());
  if (job.state == held && *job.hold_deadline <= now)
    REQUIRE(on(job, HoldDeadline{}, now, kLimits).has_value());
  // P6: age is never lost.
  REQUIRE(job.submitted == before.submitted);
}

}  // namespace

// testgrid 1.5
TEST_CASE("job: a million random events keep the properties P1 to P7") {
  std::mt19937_64 random(20261121);
  std::size_t accepted_events = 0;
  const auto rounds = test::rounds(20'000);
  for (int round = 0; round < rounds; ++round) {
    auto job = new_job();
    auto now = kStateNow;
    std::vector<std::pair<JobEvent, base::Instant>> log;
    for (int i = 0; i < 50; ++i) {
      now += std::chrono::minutes(random() % 600);
      const auto event = random_event(random, job, now);
      const auto next = on(job, event, now, kLimits);
      if (!next) continue;
      check_properties(job, *next, event, now);
      job = *next;
      log.emplace_back(event, now);
      ++accepted_events;
    }
    // P7: the log tells the whole story.
    auto replayed = new_job();
    for (const auto& [event, at] : log) replayed = *on(replayed, event, at, kLimits);
    REQUIRE(replayed == job);
  }
  MESSAGE("events: " << 50 * rounds << ", accepted: " << accepted_events);
}

// testgrid 1.5; decision 6
TEST_CASE("job: a gate's job that a person wants too is held as long as the gate would wait") {
  const struct {
    const char* name;
    const char* producer;
    const char* requester;
    JobClass first;
    std::chrono::hours held;
  } cases[] = {{"ours", "gate", "", JobClass::rdeps_small, 14 * 24h},
               {"at the broker", "amqp", "", JobClass::rdeps_huge, 14 * 24h},
               {"a person at the broker", "amqp", "jane", JobClass::manual, 3 * 24h},
               {"a person", "bob", "", JobClass::manual, 3 * 24h}};
  for (const auto& c : cases) {
    auto job = new_job();
    job.producer = c.producer;
    job.request.requester = c.requester;
    job.job_class = c.first;
    job = after(job,
                {Resolved{}, ClassRaised{JobClass::manual}, HoldAdded{hold(HoldKind::poison, "")}});
    CHECK_MESSAGE(*job.hold_deadline == kStateNow + c.held, c.name);
  }
}

// testgrid 1.5
TEST_CASE("job: of the times of a gate and of a person the longer one counts, whichever it is") {
  auto limits = kLimits;
  limits.hold_gate = 24h;
  auto job = after(new_job(), {Resolved{}});
  job.producer = "gate";
  job.job_class = JobClass::manual;
  job = on(job, HoldAdded{hold(HoldKind::poison, "")}, kStateNow, limits).value();
  CHECK(*job.hold_deadline == kStateNow + 3 * 24h);
}

}  // namespace sluice::adt
