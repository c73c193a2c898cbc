// The cache of test results, STATE_DIR/autopkgtest-results.cache or ADT_SHARED_RESULTS_CACHE, which
// belongs to somebody else and is only read. Source: migration 4.6.1.
#pragma once

#include <string>

#include "adt/results.h"
#include "base/result.h"
#include "base/time.h"
#include "britney/message.h"
#include "sys/files.h"

namespace sluice::britney {

class ResultsCache {
 public:
  // `shared`: ADT_SHARED_RESULTS_CACHE, "" for none.
  ResultsCache(sys::FileSystem& files, const std::string& state_dir, const std::string& shared);

  // No file: no results. `now` dates entries of old forms. Errors: corrupt (no JSON: to go on
  // would request every test again), those of FileSystem::open.
  base::Result<Read<adt::Results>> load(base::Instant now);

  // Does nothing for a shared cache. For the end of a run that is not dry.
  base::Result<void> save(const adt::Results& results);

  bool is_shared() const { return shared_; }

 private:
  sys::FileSystem& files_;
  std::string path_;
  bool shared_;
};

}  // namespace sluice::britney
