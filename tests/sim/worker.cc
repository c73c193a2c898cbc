#include "sim/worker.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "sim/runs.h"
#include "support/jobs.h"

namespace sluice::sim {
namespace {

using namespace std::chrono_literals;
using base::ErrorKind;

const adt::QueueName kWorkerQueue{"", "noble", "amd64"};

// What the server does with the end that a worker tells; true when it is entered.
std::function<base::Result<bool>(flow::JobDesk&, base::Instant)> finish(
    const flow::LeaseRef& lease, const adt::AttemptEnd& end) {
  return [lease, end](flow::JobDesk& desk, base::Instant now) -> base::Result<bool> {
    if (auto done = desk.finish(lease, end, now); !done) return std::unexpected(done.error());
    return true;
  };
}

}  // namespace

void Worker::begin() {
  later(world_.some(0, 60'000), [this] { ask(); });
}

void Worker::calm_down() { manner_ = manner_ == Manner::slow ? manner_ : Manner::ok; }

void Worker::later(World::Time delay, std::function<void()> what) {
  world_.after(delay, [this, life = life_, what = std::move(what)] {
    if (life == life_) what();
  });
}

void Worker::die(World::Time away) {
  ++life_;
  later(world_.is_calm ? std::min<World::Time>(away, 5min) : away, [this] { ask(); });
}

void Worker::ask() {
  using Maybe = std::optional<queue::Lease>;
  const auto life = life_;
  call<Maybe>(
      world_,
      [this](flow::Keeper& keeper, Answer<Maybe> answer) {
        keeper.lease({name_, {kWorkerQueue}, 20s}, [this, answer](base::Result<Maybe> lease) {
          if (!world_.disk.is_on()) return;
          if (lease && *lease) {
            const Ledger::Lease key{(*lease)->job, (*lease)->epoch};
            world_.ledger.grant(key, name_);
            world_.ledger.leases[key] = **lease;
          }
          answer(std::move(lease));
        });
      },
      [this, life](base::Result<Maybe> lease) {
        if (life != life_) return;
        if (lease && *lease) return take(**lease);
        later(world_.pace(15s), [this] { ask(); });
      });
}

void Worker::take(const queue::Lease& lease) {
  lease_ = lease;
  world_.note(fmt::format("{} has {}/{} {}", name_, lease.job, lease.epoch, lease.request.package));
  // One in two behaves.
  const auto luck = world_.is_calm ? 0 : world_.random.between(-12, 12);
  manner_ = static_cast<Manner>(std::max<std::int64_t>(luck, 0));
  const auto prepare = world_.some(5'000, 60'000);
  switch (manner_) {
    case Manner::dies_preparing:
      hit("worker: dies preparing");
      return die(world_.some(60'000, 1'800'000));
    case Manner::lost: hit("worker: gone for ever"); return die(10h);
    case Manner::gives_back: return later(prepare, [this] { give_back(); });
    case Manner::infra:
      return later(prepare, [this] {
        hit("worker: infra");
        adt::AttemptEnd end;
        end.outcome =
            world_.random.chance(50) ? adt::Outcome::infra_boot : adt::Outcome::infra_net_dns;
        end.blame = adt::Blame::worker;
        end.exit_code = test::exit_code_for(end.outcome);
        end.detail = "simulated";
        tell(end);
      });
    default: break;
  }
  beat(queue::Phase::preparing);
  later(prepare, [this] { run(); });
}

void Worker::beat(queue::Phase phase) {
  const auto life = life_;
  queue::Progress progress;
  progress.phase = phase;
  step<queue::Order>(
      world_,
      [lease = flow::LeaseRef{lease_.job, lease_.epoch, name_}, progress](
          flow::JobDesk& desk, base::Instant now) { return desk.heartbeat(lease, progress, now); },
      [](const queue::Order&) {},
      [this, life](base::Result<queue::Order> order) {
        if (life != life_) return;
        if (!order && order.error().kind == ErrorKind::conflict) return die(1s);
        if (!order || *order == queue::Order::go_on) return;
        hit("worker: told to stop");
        adt::AttemptEnd end;
        end.outcome = adt::Outcome::cancelled;
        end.blame = adt::Blame::oper;
        end.exit_code = test::exit_code_for(end.outcome);
        ++life_;  // whatever was planned for this test
        tell(end);
      });
}

void Worker::keep_beating(queue::Phase phase) {
  later(40s, [this, phase] {
    beat(phase);
    keep_beating(phase);
  });
}

void Worker::run() {
  if (manner_ >= Manner::stale_epoch) return lie();
  if (manner_ == Manner::slow) {  // silent for longer than its lease lasts
    return later(world_.some(100'000, 1'500'000), [this] {
      hit("worker: slow, late result");
      end_run();
    });
  }
  beat(queue::Phase::running);
  if (manner_ == Manner::dies_running) {
    hit("worker: dies running");
    return die(world_.some(60'000, 1'800'000));
  }
  keep_beating(queue::Phase::running);
  later(world_.some(20'000, 400'000), [this] { end_run(); });
}

void Worker::end_run() {
  // What looked like infrastructure once mostly does so again: some have to come to their end.
  const bool was_suspect = lease_.suspect_reruns_left < adt::kSuspectRerunsMax;
  const auto outcome =
      was_suspect && world_.random.chance(70) ? adt::Outcome::fail : some_verdict(world_);
  auto end = end_of_run(world_, lease_.request, lease_.queue, lease_.epoch, outcome);
  if (outcome == adt::Outcome::fail && world_.random.chance(was_suspect ? 90 : 30)) cast_doubt(end);
  world_.ledger.runs[end.place.directory] = {end.outcome, lease_.job, lease_.epoch};
  if (manner_ != Manner::slow) beat(queue::Phase::collecting);
  if (manner_ == Manner::dies_collecting) {
    hit("worker: dies collecting");
    if (world_.random.chance(50))
      (void)store_run(world_, lease_.request, end, {lease_.job, lease_.epoch, name_});
    return die(world_.some(60'000, 1'800'000));
  }
  upload(end, 0);
}

void Worker::cast_doubt(adt::AttemptEnd& end) {
  end.suspicion = "suspect-dns";
  end.run_again = lease_.suspect_reruns_left > 0;
  hit(end.run_again ? "worker: suspect, runs again" : "worker: suspect, stands");
  if (end.run_again) end.place.container += "-infra";
}

void Worker::upload(const adt::AttemptEnd& end, int tries) {
  if (store_run(world_, lease_.request, end, {lease_.job, lease_.epoch, name_})) return tell(end);
  if (tries == 40) return die(10s);
  later(world_.some(5'000, 40'000), [this, end, tries] { upload(end, tries + 1); });
}

void Worker::tell(const adt::AttemptEnd& end) {
  const auto life = life_;
  const flow::LeaseRef lease{lease_.job, lease_.epoch, name_};
  step<bool>(
      world_, finish(lease, end),
      [this, lease, outcome = end.outcome](const bool&) {
        world_.note(
            fmt::format("{}/{} ended with {}", lease.job, lease.epoch, adt::text_of(outcome)));
        world_.ledger.heard[{lease.job, lease.epoch}] = outcome;
        ++world_.ledger.changes;
      },
      [this, life, end](base::Result<bool> told) {
        if (life != life_) return;
        if (!told && told.error().kind != ErrorKind::conflict &&
            told.error().kind != ErrorKind::invalid)
          return later(world_.some(2'000, 30'000), [this, end] { tell(end); });
        if (told && manner_ == Manner::ok) hit("worker: ok");
        if (told && manner_ == Manner::says_again) say_again(end);
        die(1s);
      });
}

// A message that the network kept for long.
void Worker::say_again(const adt::AttemptEnd& end) {
  world_.after(world_.some(1'000, 5'400'000),
               [this, end, lease = flow::LeaseRef{lease_.job, lease_.epoch, name_}] {
                 hit("worker: says the end again");
                 // Somebody may want another attempt, which this does not answer.
                 if (world_.random.chance(40)) ask_retry(lease.job);
                 step<bool>(
                     world_, finish(lease, end), [](const bool&) {}, [](base::Result<bool>) {});
               });
}

void Worker::ask_retry(std::int64_t job) {
  step<bool>(
      world_,
      [job](flow::JobDesk& desk, base::Instant now) -> base::Result<bool> {
        if (auto done = desk.apply(job, adt::RetryAsked{"kim"}, now); !done)
          return std::unexpected(done.error());
        return true;
      },
      [](const bool&) {}, [](base::Result<bool>) {});
}

void Worker::give_back() {
  hit("worker: gives back");
  const auto life = life_;
  step<bool>(
      world_,
      [lease = flow::LeaseRef{lease_.job, lease_.epoch, name_}](
          flow::JobDesk& desk, base::Instant now) -> base::Result<bool> {
        if (auto given = desk.give_back(lease, "stopped", now); !given)
          return std::unexpected(given.error());
        return true;
      },
      [](const bool&) {},
      [this, life](base::Result<bool>) {
        if (life == life_) die(10s);
      });
}

void Worker::lie() {
  flow::LeaseRef as{lease_.job, lease_.epoch, name_};
  // A run that never was.
  auto end = end_of_run(world_, lease_.request, lease_.queue, lease_.epoch, adt::Outcome::fail);
  switch (manner_) {
    case Manner::stale_epoch:
      as.epoch += world_.random.chance(50) ? 1 : -1;
      if (world_.ledger.granted.contains({as.job, as.epoch})) ++as.epoch;
      if (world_.ledger.granted.contains({as.job, as.epoch})) as.epoch += 50;
      tell_lie(as, end, "worker: lies: stale epoch");
      break;
    case Manner::other_files:
      for (const auto& [directory, run] : world_.ledger.runs)
        if (!directory.contains("/" + lease_.request.package + "/")) {
          end.place.directory = directory;
          tell_lie(as, end, "worker: lies: another job's files");
          break;
        }
      break;
    case Manner::no_files:
      // By the numbers and not by chance: seeds keep their histories.
      if (lease_.job % 2 == 0) {
        end.exit_code = lease_.epoch % 2 == 0 ? 0 : 16;
        tell_lie(as, end, "worker: lies: outcome against exit code");
        break;
      }
      end.place.directory.clear();
      tell_lie(as, end, "worker: lies: verdict without files");
      break;
    default:
      for (const auto& [lease, worker] : world_.ledger.granted)
        if (worker != name_) {
          const auto& its = world_.ledger.leases.at(lease);
          as = {lease.first, lease.second, name_};
          end = end_of_run(world_, its.request, its.queue, its.epoch, adt::Outcome::fail);
          tell_lie(as, end, "worker: lies: another worker's lease");
          if (world_.random.chance(30)) break;
        }
      break;
  }
  die(world_.some(100'000, 600'000));
}

void Worker::tell_lie(const flow::LeaseRef& as, const adt::AttemptEnd& end, std::string_view what) {
  hit(what);
  step<bool>(
      world_, finish(as, end),
      [this, text = std::string(what)](const bool&) {
        world_.ledger.broken = "I1: it was believed: " + text;
      },
      [](base::Result<bool>) {});
}

}  // namespace sluice::sim
