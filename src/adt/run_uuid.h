// The names of runs whose submitter gave them none. Source: autopkgtest 1.6, 2.1, 4.
#pragma once

#include <cstdint>
#include <string>

#include "adt/message.h"
#include "adt/run_path.h"

namespace sluice::adt {

// Both are UUIDs of version 8 (RFC 9562), of a SHA-256.

// Made of the place alone, so whoever makes a database of runs anew gives each the same again: over
// "CONTAINER/DIRECTORY".
std::string run_uuid(const RunPlace& place);

// One lease of a job, which is at most one run: "JOB/EPOCH".
struct LeaseNumber {
  std::int64_t job = 0, epoch = 0;
};

// Of the run of a lease, before it begins: what its submitter called it, else made of the request
// and the lease. So the worker, which fills it in and writes it down, and whoever keeps the rows
// come to the same name, and nobody has to tell the other.
std::string lease_uuid(const RequestMessage& request, const QueueName& queue, LeaseNumber lease);

}  // namespace sluice::adt
