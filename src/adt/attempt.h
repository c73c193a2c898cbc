// AttemptEnd: how one attempt to run a test ended, as its worker tells it. Source:
// testgrid 1.1, 1.4.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "adt/evidence.h"
#include "adt/outcome.h"
#include "adt/run_path.h"
#include "base/result.h"

namespace sluice::adt {

// So often a job runs again because of a suspicion; then its failure stands. Source: testgrid 1.3.
inline constexpr int kSuspectRerunsMax = 2;

struct AttemptEnd {
  Outcome outcome = Outcome::infra_unknown;
  Blame blame = Blame::unknown;
  std::string detail;   // one line for people: which rule decided, and by what evidence
  int exit_code = 0;    // of autopkgtest, or 99
  std::string version;  // "SRC VERSION" that was tested; "SRC unknown"
  std::chrono::seconds duration{0};
  RunPlace place;      // where the files lie; empty directory: nothing was uploaded
  std::string digest;  // sha-256 (hex) of result.tar
  // Of a failure: the rule that casts doubt on it; "" none.
  std::string suspicion = {};
  // The lease had a re-run left for the suspicion: this failure is put aside and nobody's verdict.
  bool run_again = false;
  Proof proof = {};

  friend bool operator==(const AttemptEnd&, const AttemptEnd&) = default;
};

// The end has a verdict for those who asked: a verdict, and not one that is put aside to run again.
bool stands(const AttemptEnd& end);

// A result that came after its lease was over and does not count is kept with the end of that
// lease: where its files lie, and this note at the end of the detail.
std::string late_note(Outcome outcome);
// Which result that was; nothing of an end that has none.
std::optional<Outcome> late_outcome(const AttemptEnd& end);

// A suspicion is of a failure, and only a suspicion makes a test run again. Errors: invalid.
base::Result<void> check_suspicion(const AttemptEnd& end);

// The outcome is one that the exit code can mean, and one without a run has no files. Errors:
// invalid. Source: testgrid 1.1; autopkgtest 2.5.
base::Result<void> check_exit_code(const AttemptEnd& end);

// What ran has seen the end of a test, where the end tells how far it came (I1). Errors: invalid.
// Source: testgrid 0 (item 1), 1.3.
base::Result<void> check_proof(const AttemptEnd& end);

// A verdict is about the source that was asked for: readers of results go by its name. Errors:
// invalid (names both). Source: autopkgtest 3.
base::Result<void> check_source(const AttemptEnd& end, const RequestMessage& request);

// Among results lies what stands; in the container of what infrastructure broke, everything else.
RunKind kind_of_run(const AttemptEnd& end);

// Whether `place` is that of a run of this request with this outcome, or empty where nothing was
// uploaded: what a worker says becomes part of paths. Errors: invalid. Source: autopkgtest 2.7,
// testgrid 1.4, 7.3.
base::Result<void> check_place(const AttemptEnd& end, const RequestMessage& request,
                               const QueueName& queue);

}  // namespace sluice::adt
