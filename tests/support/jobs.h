// Jobs as tests need them: a request in few words.
#pragma once

#include <string>

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

inline adt::AttemptEnd attempt_end(adt::Outcome outcome, std::string directory = "n/a/f/foo/R@") {
  adt::AttemptEnd end;
  end.outcome = outcome;
  end.blame = adt::Blame::package;
  end.version = "foo 1";
  end.place = {"autopkgtest-noble", std::move(directory)};
  end.digest = "d1";
  return end;
}

}  // namespace sluice::test
