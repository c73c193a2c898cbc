// A desk on a database in memory with a clock that the test moves.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "flow/job_desk.h"
#include "store/job_rows.h"
#include "support/jobs.h"

namespace sluice::test {

struct DeskWorld {
  explicit DeskWorld(const flow::DeskLimits& l = {}) : limits(l), desk(db, l) {
    REQUIRE(desk.load(now));
  }
  DeskWorld(const DeskWorld&) = delete;
  DeskWorld& operator=(const DeskWorld&) = delete;
  ~DeskWorld() = default;

  static flow::Submission submission(std::string package, std::string trigger = "glibc/2.40-1") {
    auto job = job_for(std::move(package), std::move(trigger));
    return {job.queue, job.request, job.job_class, job.producer};
  }
  std::int64_t submit(std::string package, std::string trigger = "glibc/2.40-1") {
    const auto answer =
        desk.submit(submission(std::move(package), std::move(trigger)), now).value();
    CHECK(answer.how == flow::SubmitHow::created);
    return answer.job;
  }
  std::optional<queue::Lease> lease(const std::string& worker) {
    return desk.lease({worker, {{"", "noble", "amd64"}}, {}}, now).value();
  }
  base::Result<queue::Order> beat(const queue::Lease& lease, const std::string& worker,
                                  queue::Phase phase) {
    queue::Progress progress;
    progress.phase = phase;
    return desk.heartbeat({lease.job, lease.epoch, worker}, progress, now);
  }
  std::string run_id_of(const queue::Lease& lease) const {
    return adt::make_run_id(now, adt::request_key(lease.request, lease.queue), lease.epoch);
  }
  base::Result<void> finish(const queue::Lease& lease, const std::string& worker,
                            adt::Outcome outcome) {
    const bool infra = adt::class_of(outcome) == adt::OutcomeClass::infra;
    auto end = attempt_end(outcome);
    end.version = lease.request.package + " 1";
    end.place = adt::place_of(lease.request, lease.queue, run_id_of(lease),
                              infra ? adt::RunKind::infra : adt::RunKind::result);
    return desk.finish({lease.job, lease.epoch, worker}, end, now);
  }
  // A failure in doubt, put aside or not as the lease wants it.
  base::Result<void> finish_suspect(const queue::Lease& lease, const std::string& worker) {
    auto end = attempt_end(adt::Outcome::fail);
    end.version = lease.request.package + " 1";
    end.suspicion = "suspect-dns";
    end.run_again = lease.suspect_reruns_left > 0;
    end.place = adt::place_of(lease.request, lease.queue, run_id_of(lease), adt::kind_of_run(end));
    return desk.finish({lease.job, lease.epoch, worker}, end, now);
  }
  std::int64_t pause(const std::string& scopes, grid::PauseMode mode = grid::PauseMode::soft) {
    grid::Pause pause;
    pause.scopes = grid::parse_scopes(scopes).value();
    pause.mode = mode;
    pause.reason = "no power";
    pause.created_by = "jane";
    return desk.pause(pause, now).value();
  }
  void advance(std::chrono::seconds time) {
    now += time;
    REQUIRE(desk.tick(now));
  }
  // What a kill leaves is what the rows have.
  void restart() { REQUIRE(desk.load(now)); }
  adt::Job job(std::int64_t id) { return store::read_job(db, id).value(); }
  adt::JobState state(std::int64_t id) { return job(id).state; }

  base::Instant now = kNow;
  store::StateDb db = *store::StateDb::open(":memory:");
  flow::DeskLimits limits;
  flow::JobDesk desk;
};

}  // namespace sluice::test
