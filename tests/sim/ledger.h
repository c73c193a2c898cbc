// Ledger: what the parties of a world know to be true, beside the server: what it promised to them,
// and which tests really ran. The invariants compare the server's rows with it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>

#include "adt/outcome.h"
#include "queue/test_queue.h"

namespace sluice::sim {

struct Ledger {
  struct Run {
    adt::Outcome outcome = adt::Outcome::pass;
    std::int64_t job = 0, epoch = 0;  // 0: of a foreign worker, who knows of neither
  };
  using Lease = std::pair<std::int64_t, std::int64_t>;  // job, epoch

  std::map<std::string, std::string> promised;        // keys that were acknowledged, and to whom
  std::map<std::int64_t, std::string> promised_jobs;  // numbers that were told, and the key
  std::map<Lease, std::string> granted;               // that a worker heard of
  std::map<Lease, queue::Lease> leases;               // the same, whole
  std::map<Lease, adt::Outcome> heard;                // ends that a worker was told to be entered
  std::map<std::string, Run> runs;                    // tests that ran to their end, by directory
  std::map<std::string, int> announced;               // on testcomplete, by directory
  std::uint64_t changes = 0;                          // grows with each of the above

  // Broken at once, before any row is looked at; "" not.
  std::string broken;

  void grant(const Lease& lease, const std::string& worker) {
    const auto [at, is_new] = granted.emplace(lease, worker);
    if (!is_new && at->second != worker)
      broken = "P2: lease " + std::to_string(lease.first) + "/" + std::to_string(lease.second) +
               " was given to " + at->second + " and to " + worker;
    ++changes;
  }
};

}  // namespace sluice::sim
