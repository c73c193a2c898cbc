// The life of a worker: what a dead one left is cleared away, then each slot leases and runs until
// an operator wants something else. Source: autopkgtest 2.8; testgrid 1.4, 1.6.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "worker/doors.h"

namespace sluice::worker {

// Ends processes and removes directories of workers that had this work directory before, and takes
// it: hold the lock as long as slots run. The worker's number stays (names.h). Errors: conflict
// (another worker has it; nothing was touched), unavailable.
base::Result<std::unique_ptr<sys::FileLock>> take_over(const std::string& work_directory,
                                                       sys::FileSystem& files,
                                                       sys::ProcessGroups& groups, base::Log& log);

enum class Rounds : std::uint8_t { once, for_ever };

// The queues of a slot: every context and release on its architecture.
std::vector<adt::QueueName> queues_of(const WorkerConfig& config, const std::string& arch);

// Leases and runs one test after the other until the operator's wish, or one if `once` (or none, if
// there is no work). Errors of the queue are waited out.
void serve_slot(const Settings& settings, const Slot& slot, Doors& doors, Rounds rounds);

// What to exit with: 10 for SIGHUP, so that the service manager starts the worker anew.
int exit_code_of(const sys::SignalCounts& seen);

}  // namespace sluice::worker
