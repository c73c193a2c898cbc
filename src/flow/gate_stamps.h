// GateStamps: what the files that the gate reads look like, so that only what has changed is read
// again. Names, sizes, times and inodes, never contents. Source: migration 2.5, 9 (d).
#pragma once

#include <string>

#include "britney/config.h"
#include "sys/files.h"

namespace sluice::flow {

struct GateStamps {
  std::string whole;    // what makes everything else another: the configuration, shared results
  std::string archive;  // suites and static input, with all files there that nobody knows
  std::string hints;
  std::string facts;  // what policies read beside suites and in STATE_DIR, and no run writes
  friend bool operator==(const GateStamps&, const GateStamps&) = default;
};

// `config`: what was read last from that path; null: nothing yet. Files that runs write themselves
// are left out: each run would be the news for another one. Cost: a look at each file.
GateStamps stamps_of(sys::FileSystem& files, const std::string& config_path,
                     const britney::Config* config);

}  // namespace sluice::flow
