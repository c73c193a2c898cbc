// Bundle: the files of a finished run as the objects of a result store. The same run gives the same
// bytes, so that an upload may be said again. Source: autopkgtest 2.7; docs/formats/results.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "adt/evidence.h"
#include "adt/message.h"
#include "adt/outcome.h"
#include "base/time.h"
#include "codec/tar.h"
#include "results/result_store.h"

namespace sluice::results {

struct RunFacts {
  adt::RequestMessage request;
  int exit_code = 0;
  adt::Outcome outcome = adt::Outcome::infra_unknown;
  adt::Blame blame = adt::Blame::unknown;
  std::string detail, suspicion;
  adt::Proof proof = {};
  std::chrono::seconds duration{0};
  base::Instant end;
  std::string worker;
  std::string lease = {};  // lease_name(); "" nobody gave one
};

// "j-17/2": of which lease of which job a run is.
std::string lease_name(std::int64_t job, std::int64_t epoch);

struct BundleObject {
  std::string name;  // within the run's directory
  Object object;
};

struct Bundle {
  std::vector<BundleObject> objects;  // in the order of upload: result.tar, by which readers find
                                      // the run, is the last
  std::string version;                // "SRC VERSION" that was tested; "SRC unknown"
  std::string digest;                 // sha-256 (hex) of result.tar
};

// `files`: the tool's output directory by relative paths. What is damaged or missing there is made
// up for, so that readers find every object that they expect.
Bundle make_bundle(codec::TarFiles files, const RunFacts& facts);

}  // namespace sluice::results
