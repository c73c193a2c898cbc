// LeaseKeeper: keeps a lease while its test runs, by a heartbeat at the lease's interval, brings
// what is new of the log and what the host bears with it, and hears what the queue and the operator
// want. Source: testgrid 1.4; autopkgtest 1.2, 2.8.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "queue/test_queue.h"
#include "worker/disk_watch.h"
#include "worker/doors.h"
#include "worker/log_tail.h"

namespace sluice::worker {

enum class Verdict : std::uint8_t {
  wanted,     // go on
  cancelled,  // the queue said stop
  lost,       // somebody else has the job
  stop_now    // the operator wants the worker to end at once
};

class LeaseKeeper {
 public:
  // `disk`: what heartbeats tell of the room; it is looked at for each.
  LeaseKeeper(const queue::Lease& lease, Doors& doors, DiskWatch& disk);

  // The processes of the run, as long as there are some: heartbeats tell of their memory.
  void measure(std::optional<std::int64_t> group) { group_ = group; }

  // Call it at least every few seconds; what it answers once other than `wanted`, it keeps
  // answering. A queue that does not answer changes nothing: the lease may still hold. The first
  // look after the run tells the queue at once: it has the last of the log then. That the lease is
  // lost at this point decides nothing: a late result may still count (testgrid 1.4).
  Verdict look(const LogTail& tail, queue::Phase phase);

  std::chrono::seconds duration();  // since the attempt began

 private:
  queue::Progress progress(const LogTail& tail, queue::Phase phase);
  queue::HostLoad load();

  const queue::Lease& lease_;
  Doors& doors_;
  DiskWatch& disk_;
  std::optional<std::int64_t> group_;
  std::uint64_t heard_ = 0;  // so many bytes of the log the queue has, or knows to be left out
  base::Instant begin_, next_;
  Verdict verdict_ = Verdict::wanted;
  bool has_told_end_ = false;  // of the run, that the collecting began
};

}  // namespace sluice::worker
