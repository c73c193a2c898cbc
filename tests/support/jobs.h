// Jobs as tests need them: a request in few words.
#pragma once

#include <string>

#include "adt/exit_code.h"
#include "adt/job.h"

namespace sluice::test {

inline const base::Instant kNow = base::instant_of_seconds(1'800'000'000);

// For the package, "noble"/"amd64", with one trigger.
inline adt::Job job_for(std::string package, std::string trigger = "glibc/2.40-1") {
  adt::Job job;
  job.queue = {"", "noble", "amd64"};
  job.request.package = std::move(package);
  job.request.triggers = {std::move(trigger)};
  job.key = adt::request_key(job.request, job.queue);
  job.job_class = adt::JobClass::rdeps_small;
  job.producer = "gate";
  job.submitted = kNow;
  return job;
}

// What a worker tells with this outcome, for the most part.
inline int exit_code_for(adt::Outcome outcome) {
  if (adt::class_of(outcome) == adt::OutcomeClass::infra) return 16;
  for (const int code : {0, 2, 4, 8, 12, 99})
    if (adt::can_mean(code, outcome)) return code;
  return 20;
}

inline adt::AttemptEnd attempt_end(adt::Outcome outcome, std::string directory = "n/a/f/foo/R@") {
  adt::AttemptEnd end;
  end.outcome = outcome;
  end.exit_code = exit_code_for(outcome);
  end.blame = adt::Blame::package;
  end.version = "foo 1";
  end.place = {"autopkgtest-noble", std::move(directory)};
  end.digest = "d1";
  return end;
}

}  // namespace sluice::test
