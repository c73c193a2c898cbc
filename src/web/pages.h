// Pages: plain HTML that works without scripts. Source: testgrid 5.4; autopkgtest 5.1.
#pragma once

#include <string>
#include <vector>

#include "flow/job_desk.h"
#include "store/attempt_rows.h"
#include "store/job_rows.h"
#include "store/run_rows.h"

namespace sluice::web {

// `running` with its jobs, in one order.
struct FrontFacts {
  std::vector<grid::Pause> pauses;
  std::vector<store::OpenJob> open;
  std::vector<std::pair<flow::Running, adt::Job>> running;
  std::vector<store::RunRow> recent;
  std::vector<std::string> mirrors = {};  // a line each
};
// The state in a sentence, queues, what runs, the latest runs.
std::string front_page(const FrontFacts& facts, base::Instant now);

// All runs of a package there, newest first, with what waits on top.
struct PackageFacts {
  std::string package, release, arch;
  std::vector<adt::Job> open;
  std::vector<store::RunRow> runs;
};
std::string package_page(const PackageFacts& facts);

// `running`: what its worker told last; null: nobody told anything, or it does not run.
struct JobFacts {
  adt::Job job;
  std::vector<store::Attempt> attempts;
  std::vector<std::string> history;  // a line for each event
  const flow::Running* running = nullptr;
};
std::string job_page(const JobFacts& facts);

}  // namespace sluice::web
