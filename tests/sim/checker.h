// Checker: the invariants, looked at after every step with a connection of its own, so that it sees
// what is committed and nothing else. Source: docs/invariants.md; testgrid 1.5 (P1 to P7).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "adt/job.h"
#include "sim/ledger.h"
#include "store/state_db.h"

namespace sluice::sim {

class World;

class Checker {
 public:
  explicit Checker(World& world) : world_(world) {}

  // The number of the invariant that does not hold and what broke it; "" if all do.
  std::string check();
  // Of a drained world: what can only be asked at its end.
  std::string check_end();
  // What is not drained yet, in words; "" nothing.
  std::string leftovers();
  // Drops the connection: the machine goes off.
  void forget();

 private:
  struct JobRow {
    std::string key, state, worker, outcome;
    std::int64_t epoch = 0, holds = 0;
  };

  bool connect();
  bool has_news();
  std::int64_t number(std::string_view sql);
  std::string check_jobs();
  std::string check_promises();
  std::string check_attempts();
  std::string check_attempt(const store::Use& row);
  std::string check_runs();
  std::string check_events();
  std::string check_holds();
  std::string check_outbox();
  base::Result<adt::Job> replay(const adt::Job& row, adt::JobClass job_class);
  std::string check_replay();
  std::string check_announced();
  std::string check_served_once();
  std::string check_published();

  World& world_;
  std::optional<store::StateDb> db_;
  std::int64_t data_version_ = 0;
  std::uint64_t ledger_changes_ = 0;
  std::map<std::int64_t, JobRow> jobs_;
  std::set<std::string> verdict_places_;  // directories of attempts with a verdict
  std::set<std::string> put_aside_;       // of those that run again for a suspicion
  // Effects that wait, and how often their message had been sent when they were first seen.
  std::map<Ledger::Lease, std::pair<std::string, int>> effects_;
  std::int64_t stray_since_ = -1;  // turn of the server at which a hold without reason was seen
};

}  // namespace sluice::sim
