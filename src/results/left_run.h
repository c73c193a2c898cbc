// LeftRun: what a worker that was lost has left in the result store of its lease: a whole run whose
// end nobody told. The path of a run has the second of its end, which the worker alone knew, so it
// is looked for in the listing that every reader of the store sees. Source: testgrid 1.4;
// autopkgtest 2.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adt/attempt.h"
#include "adt/message.h"
#include "base/result.h"
#include "base/time.h"
#include "results/result_store.h"

namespace sluice::results {

// A lease as the server has it.
struct LeftLease {
  std::int64_t job = 0, epoch = 0;
  std::string worker;
  adt::QueueName queue;
  adt::RequestMessage request;
  base::Instant began{};
};

struct LeftRun {
  // As its worker would have told it, with a word on how it was found; nothing: there is none.
  std::optional<adt::AttemptEnd> end;
  // What looks like a run of the lease and is none that counts, a line each: not whole, damaged, of
  // another lease.
  std::vector<std::string> passed_over;
};

// Looks among results; what lies with those of infrastructure is nobody's verdict. Of several the
// oldest. Errors: those of the store but not_found and invalid, which mean that there is none.
base::Result<LeftRun> find_left_run(ResultStore& store, const LeftLease& lease);

// What a run of that lease says in its result.tar, at `place`. Errors: corrupt, invalid (damaged;
// of another lease, worker or request; no verdict, or one without proof that it ran).
base::Result<adt::AttemptEnd> parse_left_run(std::string_view tar, const LeftLease& lease,
                                             const adt::RunPlace& place);

}  // namespace sluice::results
