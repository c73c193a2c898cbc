// AttemptEnd: how one attempt to run a test ended, as its worker tells it. Source:
// testgrid 1.1, 1.4.
#pragma once

#include <chrono>
#include <string>

#include "adt/outcome.h"
#include "adt/run_path.h"
#include "base/result.h"

namespace sluice::adt {

struct AttemptEnd {
  Outcome outcome = Outcome::infra_unknown;
  Blame blame = Blame::unknown;
  std::string detail;   // one line for people: which rule decided, and by what evidence
  int exit_code = 0;    // of autopkgtest, or 99
  std::string version;  // "SRC VERSION" that was tested; "SRC unknown"
  std::chrono::seconds duration{0};
  RunPlace place;      // where the files lie; empty directory: nothing was uploaded
  std::string digest;  // sha-256 (hex) of result.tar

  friend bool operator==(const AttemptEnd&, const AttemptEnd&) = default;
};

// Whether `place` is that of a run of this request with this outcome, or empty where nothing was
// uploaded: what a worker says becomes part of paths. Errors: invalid. Source: autopkgtest 2.7,
// testgrid 1.4, 7.3.
base::Result<void> check_place(const AttemptEnd& end, const RequestMessage& request,
                               const QueueName& queue);

}  // namespace sluice::adt
