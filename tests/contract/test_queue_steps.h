// Steps of the contract of test queues: what the promises do over and over again.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "contract/test_queue_contract.h"
#include "support/jobs.h"

namespace sluice::test::steps {

using namespace std::chrono_literals;
using adt::Outcome;
using base::ErrorKind;
using queue::Lease;
using queue::Order;
using queue::Phase;
using Texts = std::vector<std::string>;

inline constexpr const char* kParameters = R"({"triggers": ["glibc/2.40-1"]})";
// For what must come: the broker's own time to notice, and to be asked again. Never slept through.
inline constexpr std::chrono::seconds kSoon{10};

inline adt::QueueName queue_in(const QueueWorld& world, const std::string& arch = "amd64") {
  return {"", world.release(), arch};
}

inline std::string name_of(int worker) { return "host" + std::to_string(worker) + "-1"; }

inline void ask_for(QueueWorld& world, const std::string& package) {
  world.submit(queue_in(world), package, kParameters);
}

inline base::Result<std::optional<Lease>> ask(QueueWorld& world, int worker,
                                              std::chrono::seconds wait) {
  return world.worker(worker).lease({name_of(worker), {queue_in(world)}, wait});
}

inline Lease take(QueueWorld& world, int worker) {
  const auto lease = ask(world, worker, kSoon);
  REQUIRE_MESSAGE(lease, lease.error().text());
  REQUIRE_MESSAGE(*lease, "there is work, but worker ", worker, " got none");
  return **lease;
}

inline void check_no_work(QueueWorld& world, int worker) {
  const auto lease = ask(world, worker, 0s);
  REQUIRE_MESSAGE(lease, lease.error().text());
  CHECK_FALSE(*lease);
}

inline queue::Progress in_phase(Phase phase) {
  queue::Progress progress;
  progress.phase = phase;
  progress.duration = 3s;
  progress.log_tail = "a line\n";
  return progress;
}

// An end as workers tell it, with files where those of this lease would be.
inline queue::AttemptEnd end_of(const Lease& lease, Outcome outcome) {
  queue::AttemptEnd end;
  end.outcome = outcome;
  end.blame = adt::Blame::package;
  end.exit_code = exit_code_for(outcome);
  end.version = lease.request.package + " 1-1";
  const bool is_verdict = adt::class_of(outcome) == adt::OutcomeClass::ran;
  if (!is_verdict) return end;
  const auto id = adt::make_run_id(base::instant_of_seconds(1'800'000'000),
                                   adt::request_key(lease.request, lease.queue), lease.epoch);
  end.place = adt::place_of(lease.request, lease.queue, id, adt::RunKind::result);
  end.digest = "d1";
  return end;
}

inline base::Result<void> finish(QueueWorld& world, int worker, const Lease& lease,
                                 Outcome outcome) {
  return world.worker(worker).finish(lease, end_of(lease, outcome));
}

// Nothing: it went well.
template <class T>
std::optional<ErrorKind> failure_of(const base::Result<T>& result) {
  if (result) return std::nullopt;
  return result.error().kind;
}

}  // namespace sluice::test::steps
