// What became of a case: judged and run, everything that an expectation may ask for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "case_file.h"
#include "case_input.h"
#include "migrate/judge.h"
#include "migrate/target.h"

namespace sluice::cases {

struct Outcome {
  std::unique_ptr<Input> input;
  std::vector<std::unique_ptr<const solve::Universe>> universes;
  std::vector<std::unique_ptr<solve::Installability>> installability;
  std::optional<migrate::World> world;
  std::unique_ptr<migrate::TargetState> target;  // at the end of the run
  migrate::Judgement judgement;
  std::vector<migrate::Item> accepted;  // in order of acceptance
  std::vector<std::string> output;      // lines of UPGRADE_OUTPUT
  std::vector<std::string> messages;    // of reading and of judging
  std::string noninst;                  // NONINST_STATUS: the start of the run

  const deb::Snapshot& snapshot() const { return *input->snapshot; }
};

// Errors: invalid, for a case that cannot be read.
base::Result<std::unique_ptr<Outcome>> run(const Case& scenario);

// Nothing if the expectation holds; else what was found instead.
std::optional<std::string> complaint(const Outcome& outcome, const Line& expectation);

}  // namespace sluice::cases
