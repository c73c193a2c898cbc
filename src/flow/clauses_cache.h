// ClausesCache: the resolved relations of a run on disk, for the next one. It stands beside the
// cache of parsed indexes and counts only together with it. A file that is missing, damaged, or
// belongs to another cache means resolving, and is written anew. Format:
// docs/formats/parsed-cache.md.
#pragma once

#include <string>
#include <vector>

#include "base/log.h"
#include "solve/resolved_clauses.h"
#include "sys/files.h"

namespace sluice::flow {

class ClausesCache {
 public:
  // `parsed_cache`: path of the cache of parsed indexes; "" for none.
  ClausesCache(sys::FileSystem& files, const std::string& parsed_cache);

  // By ArchIndex; none if there is nothing of use.
  std::vector<solve::ResolvedClauses> read();

  // Writes the file if enough of `clauses` had to be resolved to pay for the next run. Failing is
  // a warning: a cache is not worth a run.
  void update(const std::vector<solve::ResolvedClauses>& clauses, base::Log& log);

 private:
  sys::FileSystem& files_;
  std::string path_;
};

}  // namespace sluice::flow
