// The promises of test queues about waiting, crowds and the network.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "contract/test_queue_contract.h"
#include "contract/test_queue_steps.h"

namespace sluice::test {
namespace {

using namespace steps;
using std::chrono::steady_clock;

// testgrid 1.4
void waiting_for_work_ends_in_time(QueueWorld& world) {
  check_no_work(world, 1);
  const auto begin = steady_clock::now();

  const auto lease = ask(world, 1, 1s);

  const auto passed = steady_clock::now() - begin;
  REQUIRE(lease);
  CHECK_FALSE(*lease);
  CHECK(passed >= 900ms);
  CHECK(passed < 30s);
}

// testgrid 1.4
void who_waits_is_woken_by_work(QueueWorld& world) {
  check_no_work(world, 1);
  const auto begin = steady_clock::now();
  std::thread producer([&] {
    // Most likely the worker waits by then; if not, the promise holds all the more.
    std::this_thread::sleep_for(200ms);
    ask_for(world, "bash");
  });

  const auto lease = ask(world, 1, 60s);
  producer.join();

  REQUIRE_MESSAGE(lease, lease.error().text());
  REQUIRE(*lease);
  CHECK((*lease)->request.package == "bash");
  CHECK(steady_clock::now() - begin < 40s);
}

// testgrid 1.4 (P2)
void no_two_workers_have_the_same_request(QueueWorld& world) {
  constexpr int kWorkers = 4;
  Texts wanted;
  for (int i = 0; i < 40; ++i) {
    wanted.push_back("p" + std::to_string(100 + i));
    ask_for(world, wanted.back());
  }
  std::mutex mutex;
  Texts got;
  std::vector<std::thread> threads;
  std::array<queue::TestQueue*, kWorkers> workers{};
  for (int i = 0; i < kWorkers; ++i) workers.at(static_cast<std::size_t>(i)) = &world.worker(i + 1);

  for (int i = 0; i < kWorkers; ++i)
    threads.emplace_back([&, i, worker = workers.at(static_cast<std::size_t>(i))] {
      for (;;) {
        const auto lease = worker->lease({name_of(i + 1), {queue_in(world)}, 0s});
        if (!lease || !*lease) return;
        const auto ended = worker->finish(**lease, end_of(**lease, Outcome::pass));
        const std::scoped_lock lock(mutex);
        got.push_back((*lease)->request.package + (ended ? "" : ": " + ended.error().text()));
      }
    });
  for (auto& thread : threads) thread.join();

  std::ranges::sort(got);
  CHECK(got == wanted);
  CHECK(world.counted().size() == wanted.size());
}

// testgrid 1.4
void an_unreachable_queue_is_no_conflict(QueueWorld& world) {
  ask_for(world, "bash");
  const auto lease = take(world, 1);
  auto& worker = world.worker(1);
  check_no_work(world, 2);

  world.cut(1);
  world.cut(2);
  CHECK(failure_of(worker.heartbeat(lease, in_phase(Phase::running))) == ErrorKind::unavailable);
  CHECK(failure_of(worker.heartbeat(lease, in_phase(Phase::running))) == ErrorKind::unavailable);
  CHECK(failure_of(finish(world, 1, lease, Outcome::pass)) == ErrorKind::unavailable);
  CHECK(failure_of(ask(world, 2, 0s)) == ErrorKind::unavailable);
  CHECK(world.counted().empty());

  world.mend(1);
  CHECK(worker.heartbeat(lease, in_phase(Phase::running)) == Order::go_on);
  CHECK(failure_of(finish(world, 1, lease, Outcome::pass)) == std::nullopt);
  CHECK(world.counted() == Texts{"bash PASS"});
  check_no_work(world, 1);
}

// testgrid 1.4
void a_lease_whose_answer_was_lost_is_not(QueueWorld& world) {
  check_no_work(world, 1);  // connects
  ask_for(world, "bash");

  world.lose_answers(1);
  CHECK(failure_of(ask(world, 1, 0s)) == ErrorKind::unavailable);
  world.mend(1);

  const auto lease = take(world, 1);
  CHECK(lease.request.package == "bash");
  CHECK(lease.attempt == 1);
  check_no_work(world, 2);
  CHECK(failure_of(finish(world, 1, lease, Outcome::pass)) == std::nullopt);
  CHECK(world.counted() == Texts{"bash PASS"});
}

// testgrid 1.4
void an_end_whose_answer_was_lost_counts_once(QueueWorld& world) {
  ask_for(world, "bash");
  const auto lease = take(world, 1);

  world.lose_answers(1);
  CHECK(failure_of(finish(world, 1, lease, Outcome::pass)) == ErrorKind::unavailable);
  world.mend(1);

  CHECK(failure_of(finish(world, 1, lease, Outcome::pass)) == std::nullopt);
  CHECK(world.counted() == Texts{"bash PASS"});
  check_no_work(world, 1);
}

constexpr QueuePromise kTroublePromises[] = {
    {"waiting for work ends in time", waiting_for_work_ends_in_time},
    {"who waits is woken by work", who_waits_is_woken_by_work},
    {"no two workers have the same request", no_two_workers_have_the_same_request},
    {"an unreachable queue is no conflict", an_unreachable_queue_is_no_conflict},
    {"a lease whose answer was lost is not", a_lease_whose_answer_was_lost_is_not},
    {"an end whose answer was lost counts once", an_end_whose_answer_was_lost_counts_once},
};

}  // namespace

std::span<const QueuePromise> promises_in_trouble() { return kTroublePromises; }

}  // namespace sluice::test
