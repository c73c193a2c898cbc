// The promises about requests and leases; those about waiting, crowds and the network:
// test_queue_trouble.cc.
#include "contract/test_queue_contract.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "contract/test_queue_steps.h"

namespace sluice::test {
namespace {

using namespace steps;

// testgrid 1.4
void there_is_nothing_without_work(QueueWorld& world) {
  check_no_work(world, 1);
  check_no_work(world, 1);
  CHECK(world.counted().empty());
}

// testgrid 1.4, autopkgtest 1.4
void a_request_is_leased_once_and_ended_once(QueueWorld& world) {
  ask_for(world, "bash");

  const auto lease = take(world, 1);
  check_no_work(world, 2);
  CHECK(lease.request.package == "bash");
  CHECK(lease.queue == queue_in(world));
  CHECK(lease.ttl > lease.heartbeat);
  CHECK(lease.heartbeat > 0s);
  CHECK(lease.attempt >= 1);
  CHECK(lease.epoch > 0);

  CHECK(failure_of(finish(world, 1, lease, Outcome::pass)) == std::nullopt);
  CHECK(world.counted() == Texts{"bash PASS"});
  world.lose(1);
  check_no_work(world, 2);
}

// autopkgtest 1.1, 1.5
void work_comes_from_the_queues_asked_for(QueueWorld& world) {
  const auto arm = queue_in(world, "arm64"), s390x = queue_in(world, "s390x");
  auto huge = queue_in(world);
  huge.context = "huge";
  ask_for(world, "elsewhere");
  world.submit(arm, "zsh", kParameters);
  world.submit(huge, "zsh", kParameters);
  auto& worker = world.worker(1);

  Texts got;
  for (int i = 0; i < 2; ++i) {
    const auto lease = worker.lease({name_of(1), {huge, s390x, arm}, kSoon});
    REQUIRE(lease);
    REQUIRE(*lease);
    CHECK((*lease)->request.package == "zsh");
    got.push_back((*lease)->queue.text());
    CHECK(failure_of(finish(world, 1, **lease, Outcome::pass)) == std::nullopt);
  }

  std::ranges::sort(got);
  Texts both = {huge.text(), arm.text()};
  std::ranges::sort(both);
  CHECK(got == both);
  const auto none = worker.lease({name_of(1), {huge, s390x, arm}, 0s});
  REQUIRE(none);
  CHECK_FALSE(*none);
}

// autopkgtest 1.6
void a_request_arrives_whole(QueueWorld& world) {
  const std::array<const char*, 3> all = {
      R"({"triggers": ["glibc/2.40-1", "gcc-14/14.2.0-1"], "all-proposed": "1",
          "env": ["A=b c", "B=\"\\ü'$(x) z"], "testname": "smoke-test",
          "requester": "jane", "submit-time": "2026-01-02 03:04:05+0000",
          "uuid": "6a1c2e0e-4c4e-4d3b-9d58-2b6b5c1d7e11"})",
      R"({"triggers": ["x/1"], "ppas": ["jane/one:FINGER", "u:secret@jane/two"],
          "readable-by": ["jane", "jo"], "swiftuser": "ci"})",
      R"({"test-git": "https://git.example/x.git branch", "pin-packages":
          [["src:bash", "unstable"]]})"};
  for (const auto* json : all) {
    CAPTURE(std::string(json));
    const auto wanted = adt::parse_message("bash", json);
    REQUIRE_MESSAGE(wanted, wanted.error().text());
    world.submit(queue_in(world), "bash", json);
    const auto lease = take(world, 1);
    CHECK(lease.request == *wanted);
    CHECK(failure_of(finish(world, 1, lease, Outcome::fail)) == std::nullopt);
  }
}

// autopkgtest 1.6
void unknown_parameters_are_passed_over(QueueWorld& world) {
  world.submit(queue_in(world), "bash",
               R"({"x-new": {"deep": [1, null]}, "triggers": ["glibc/2.40-1"]})");

  const auto lease = take(world, 1);

  CHECK(lease.request.triggers == Texts{"glibc/2.40-1"});
}

// autopkgtest 1.6, testgrid 1.4
void odd_names_survive(QueueWorld& world) {
  const Texts packages = {"0ad", "g++-13", "libstdc++6-4.7-dev", "lib32.z-"};
  const Texts workers = {"h/1-\xc3\xbc", "a b?c#d%2F", "x:lease", std::string(200, 'w')};
  auto& worker = world.worker(1);
  for (std::size_t i = 0; i < packages.size(); ++i) {
    CAPTURE(packages[i]);
    world.submit(queue_in(world), packages[i], R"({"triggers": ["g++-13/1:13.2~rc+b1-2"]})");
    const auto lease = worker.lease({workers[i], {queue_in(world)}, kSoon});
    REQUIRE_MESSAGE(lease, lease.error().text());
    REQUIRE(*lease);
    CHECK((*lease)->request.package == packages[i]);
    CHECK((*lease)->request.triggers == Texts{"g++-13/1:13.2~rc+b1-2"});
    CHECK(worker.heartbeat(**lease, in_phase(Phase::preparing)) == Order::go_on);
    CHECK(failure_of(finish(world, 1, **lease, Outcome::pass)) == std::nullopt);
  }
}

// testgrid 1.4
void a_lease_that_is_kept_holds(QueueWorld& world) {
  ask_for(world, "gcc-14");
  const auto lease = take(world, 1);
  auto& worker = world.worker(1);

  for (const auto phase : {Phase::preparing, Phase::running, Phase::running, Phase::collecting}) {
    world.pass(60s);
    CHECK(worker.heartbeat(lease, in_phase(phase)) == Order::go_on);
    check_no_work(world, 2);
  }

  CHECK(failure_of(finish(world, 1, lease, Outcome::pass)) == std::nullopt);
  CHECK(world.counted() == Texts{"gcc-14 PASS"});
}

// testgrid 1.4
void an_end_may_be_said_twice(QueueWorld& world) {
  ask_for(world, "bash");
  const auto lease = take(world, 1);

  CHECK(failure_of(finish(world, 1, lease, Outcome::fail)) == std::nullopt);
  CHECK(failure_of(finish(world, 1, lease, Outcome::fail)) == std::nullopt);

  CHECK(world.counted() == Texts{"bash FAIL"});
  CHECK(failure_of(world.worker(1).heartbeat(lease, in_phase(Phase::running))) ==
        ErrorKind::conflict);
  CHECK(failure_of(world.worker(1).give_back(lease, "late")) == ErrorKind::conflict);
  check_no_work(world, 1);
}

// testgrid 1.4
void who_has_no_lease_is_told_so(QueueWorld& world) {
  ask_for(world, "bash");
  const auto lease = take(world, 1);
  Lease unknown = lease;
  unknown.job += 1'000;
  check_no_work(world, 2);

  for (const auto& [number, wrong] : {std::pair(1, unknown), std::pair(2, lease)}) {
    CAPTURE(number);
    auto& worker = world.worker(number);
    CHECK(failure_of(worker.heartbeat(wrong, {})) == ErrorKind::conflict);
    CHECK(failure_of(worker.give_back(wrong, "stopping")) == ErrorKind::conflict);
    CHECK(failure_of(finish(world, number, wrong, Outcome::pass)) == ErrorKind::conflict);
  }

  CHECK(world.counted().empty());
  CHECK(world.worker(1).heartbeat(lease, in_phase(Phase::running)) == Order::go_on);
}

// testgrid 1.4, autopkgtest 2.8
void what_is_given_back_is_there_at_once(QueueWorld& world) {
  ask_for(world, "bash");
  const auto first = take(world, 1);

  CHECK(failure_of(world.worker(1).give_back(first, "stopping")) == std::nullopt);
  CHECK(failure_of(world.worker(1).heartbeat(first, {})) == ErrorKind::conflict);
  CHECK(failure_of(world.worker(1).give_back(first, "stopping")) == ErrorKind::conflict);

  const auto second = take(world, 2);
  CHECK(second.request == first.request);
  CHECK(second.epoch > first.epoch);
  if (world.traits().fences) CHECK(second.job == first.job);
  REQUIRE(world.worker(2).heartbeat(second, in_phase(Phase::running)) == Order::go_on);
  CHECK(failure_of(finish(world, 1, first, Outcome::fail)) == ErrorKind::conflict);
  CHECK(failure_of(finish(world, 2, second, Outcome::pass)) == std::nullopt);
  CHECK(world.counted() == Texts{"bash PASS"});
}

// testgrid 1.4, autopkgtest 1.4
void what_a_lost_worker_had_comes_again(QueueWorld& world) {
  ask_for(world, "bash");
  const auto first = take(world, 1);
  REQUIRE(world.worker(1).heartbeat(first, in_phase(Phase::running)) == Order::go_on);

  world.lose(1);

  const auto second = take(world, 2);
  CHECK(second.request == first.request);
  CHECK(second.epoch > first.epoch);
  if (!world.traits().fences) return;
  CHECK(second.job == first.job);
  CHECK(second.attempt > first.attempt);
  CHECK(failure_of(world.worker(1).heartbeat(first, {})) == ErrorKind::conflict);
  CHECK(failure_of(world.worker(1).give_back(first, "stopping")) == ErrorKind::conflict);
  CHECK(world.worker(2).heartbeat(second, {}) == Order::go_on);
}

// testgrid 1.4 (epoch), autopkgtest 1.4
void a_lost_worker_is_heard_only_where_nothing_fences(QueueWorld& world) {
  ask_for(world, "bash");
  const auto first = take(world, 1);
  REQUIRE(world.worker(1).heartbeat(first, in_phase(Phase::running)) == Order::go_on);
  world.lose(1);
  const auto second = take(world, 2);
  REQUIRE(world.worker(2).heartbeat(second, in_phase(Phase::running)) == Order::go_on);

  const auto stale = finish(world, 1, first, Outcome::pass);
  CHECK(failure_of(finish(world, 2, second, Outcome::fail)) == std::nullopt);

  if (world.traits().fences) {
    CHECK(failure_of(stale) == ErrorKind::conflict);
    CHECK(world.counted() == Texts{"bash FAIL"});
  } else {
    CHECK(failure_of(stale) == std::nullopt);
    CHECK(world.counted() == Texts{"bash FAIL", "bash PASS"});
  }
}

// testgrid 1.4 (stale but complete)
void a_late_end_counts_while_nobody_came_further(QueueWorld& world) {
  ask_for(world, "gcc-14");
  const auto first = take(world, 1);
  REQUIRE(world.worker(1).heartbeat(first, in_phase(Phase::running)) == Order::go_on);
  world.lose(1);
  const auto second = take(world, 2);

  CHECK(failure_of(finish(world, 1, first, Outcome::pass)) == std::nullopt);

  CHECK(world.counted() == Texts{"gcc-14 PASS"});
  if (!world.traits().fences) return;
  CHECK(failure_of(world.worker(2).heartbeat(second, {})) == ErrorKind::conflict);
  CHECK(failure_of(finish(world, 2, second, Outcome::fail)) == ErrorKind::conflict);
  CHECK(world.counted() == Texts{"gcc-14 PASS"});
}

// testgrid 1.1, 1.5 (T9)
void what_infrastructure_broke_comes_again(QueueWorld& world) {
  ask_for(world, "bash");
  const auto first = take(world, 1);

  CHECK(failure_of(finish(world, 1, first, Outcome::infra_boot)) == std::nullopt);

  CHECK(world.counted().empty());
  world.pass(10min);  // what it rests after that
  const auto second = take(world, 2);
  CHECK(second.request == first.request);
  CHECK(failure_of(finish(world, 2, second, Outcome::pass)) == std::nullopt);
  CHECK(world.counted() == Texts{"bash PASS"});
}

// testgrid 1.1, 1.3
void a_suspect_failure_comes_again_until_it_stands(QueueWorld& world) {
  ask_for(world, "bash");
  for (int reruns_left = adt::kSuspectRerunsMax; reruns_left >= 0; --reruns_left) {
    const int worker = 1 + reruns_left % 2;
    const auto lease = take(world, worker);
    CHECK(lease.suspect_reruns_left == reruns_left);
    auto end = end_of(lease, Outcome::fail);
    end.suspicion = "suspect-dns";
    end.run_again = reruns_left > 0;
    if (end.run_again) end.place.container += "-infra";

    CHECK(failure_of(world.worker(worker).finish(lease, end)) == std::nullopt);
    CHECK(failure_of(world.worker(worker).finish(lease, end)) == std::nullopt);

    CHECK(world.counted() == (end.run_again ? Texts{} : Texts{"bash FAIL"}));
    world.pass(10min);  // for the host that it avoids
  }
  check_no_work(world, 1);
}

// testgrid 1.4
void a_worker_has_one_test_at_a_time(QueueWorld& world) {
  ask_for(world, "bash");
  const auto first = take(world, 1);
  REQUIRE(world.worker(1).heartbeat(first, in_phase(Phase::running)) == Order::go_on);

  // It forgot the first: another process of the same name, for one.
  const auto next = ask(world, 1, 0s);
  REQUIRE(next);
  CHECK(failure_of(world.worker(1).heartbeat(first, {})) == ErrorKind::conflict);
  world.lose(1);

  const auto second = take(world, 2);
  CHECK(second.request == first.request);
  CHECK(second.epoch > first.epoch);
}

// testgrid 1.4. A broker knows no names.
void a_name_is_one_instances(QueueWorld& world) {
  if (!world.traits().fences) return;
  const auto ask_as = [&](int side, const std::string& instance) {
    return world.worker(side).lease({name_of(1), {queue_in(world)}, 0s, instance});
  };
  ask_for(world, "bash");
  const auto first = ask_as(1, "one");
  REQUIRE(first);
  REQUIRE(*first);
  auto& kept = world.worker(1);
  CHECK(kept.heartbeat(**first, in_phase(Phase::running)) == Order::go_on);

  // Another process of that name takes nothing away, and gets nothing, while the first is heard of.
  ask_for(world, "zsh");
  CHECK(failure_of(ask_as(2, "two")) == ErrorKind::conflict);
  world.pass(60s);
  CHECK(kept.heartbeat(**first, in_phase(Phase::running)) == Order::go_on);
  world.pass(60s);
  CHECK(failure_of(ask_as(2, "two")) == ErrorKind::conflict);
  CHECK(failure_of(finish(world, 1, **first, Outcome::pass)) == std::nullopt);
  CHECK(world.counted() == Texts{"bash PASS"});

  // The same one that was started again comes in at once; another one when it is dead.
  const auto again = ask_as(1, "one");
  REQUIRE(again);
  CHECK(*again);
  world.lose(1);
  CHECK(failure_of(ask_as(2, "two")) == std::nullopt);
  CHECK(failure_of(ask_as(1, "one")) == ErrorKind::conflict);
}

// testgrid 1.1, 1.4; autopkgtest 2.5. A broker asks nobody: its readers decide for themselves.
void an_outcome_fits_its_exit_code(QueueWorld& world) {
  if (!world.traits().fences) return;
  ask_for(world, "bash");
  const auto lease = take(world, 1);
  auto lie = end_of(lease, Outcome::pass);
  lie.exit_code = 4;

  CHECK(failure_of(world.worker(1).finish(lease, lie)) == ErrorKind::invalid);
  CHECK(world.counted().empty());
  CHECK(world.worker(1).heartbeat(lease, in_phase(Phase::running)) == Order::go_on);
  CHECK(failure_of(finish(world, 1, lease, Outcome::pass)) == std::nullopt);
}

// testgrid 1.5 (T12)
void a_cancelled_test_is_stopped(QueueWorld& world) {
  if (!world.traits().cancels) return;
  ask_for(world, "bash");
  const auto lease = take(world, 1);
  REQUIRE(world.worker(1).heartbeat(lease, in_phase(Phase::running)) == Order::go_on);

  world.cancel(lease);

  CHECK(world.worker(1).heartbeat(lease, in_phase(Phase::running)) == Order::stop);
  CHECK(failure_of(finish(world, 1, lease, Outcome::cancelled)) == std::nullopt);
  CHECK(world.counted().empty());
  world.lose(1);
  check_no_work(world, 2);
}

constexpr QueuePromise kQueuePromises[] = {
    {"there is nothing without work", there_is_nothing_without_work},
    {"a request is leased once and ended once", a_request_is_leased_once_and_ended_once},
    {"work comes from the queues asked for", work_comes_from_the_queues_asked_for},
    {"a request arrives whole", a_request_arrives_whole},
    {"unknown parameters are passed over", unknown_parameters_are_passed_over},
    {"odd names survive", odd_names_survive},
    {"a lease that is kept holds", a_lease_that_is_kept_holds},
    {"an end may be said twice", an_end_may_be_said_twice},
    {"who has no lease is told so", who_has_no_lease_is_told_so},
    {"what is given back is there at once", what_is_given_back_is_there_at_once},
    {"what a lost worker had comes again", what_a_lost_worker_had_comes_again},
    {"a lost worker is heard only where nothing fences",
     a_lost_worker_is_heard_only_where_nothing_fences},
    {"a late end counts while nobody came further", a_late_end_counts_while_nobody_came_further},
    {"what infrastructure broke comes again", what_infrastructure_broke_comes_again},
    {"a suspect failure comes again until it stands",
     a_suspect_failure_comes_again_until_it_stands},
    {"an outcome fits its exit code", an_outcome_fits_its_exit_code},
    {"a worker has one test at a time", a_worker_has_one_test_at_a_time},
    {"a name is one instance's", a_name_is_one_instances},
    {"a cancelled test is stopped", a_cancelled_test_is_stopped},
};

}  // namespace

std::vector<QueuePromise> test_queue_promises() {
  std::vector<QueuePromise> all(std::begin(kQueuePromises), std::end(kQueuePromises));
  const auto trouble = promises_in_trouble();
  all.insert(all.end(), trouble.begin(), trouble.end());
  return all;
}

}  // namespace sluice::test
