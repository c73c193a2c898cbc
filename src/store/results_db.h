// The published database of test results, of which we read test(id, release, arch, package) and
// result(test_id, run_id, version, triggers, exitcode). Source: migration 4.6.2 (item 2),
// autopkgtest 4.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adt/test_result.h"
#include "base/result.h"
#include "store/database.h"

namespace sluice::store {

class ResultsDb {
 public:
  // Reads the tests of the series at once; after that a question costs what its answer has. Errors:
  // not_found, corrupt (also: another schema).
  static base::Result<ResultsDb> open(const std::string& path, std::string_view series);

  // Runs of (source, arch) after `latest_run`, oldest first. A run without a version that had to
  // have one ends the list. Errors: corrupt, unavailable.
  base::Result<std::vector<adt::TestNews>> news_of(std::string_view source, std::string_view arch,
                                                   std::string_view latest_run);

  // What was passed over since the last call, a line each.
  std::vector<std::string> take_messages() { return std::exchange(messages_, {}); }

 private:
  using Tests = std::map<std::pair<std::string, std::string>, std::int64_t>;  // source, arch -> id
  enum class Then : std::uint8_t { go_on, stop };

  ResultsDb(Database database, Statement runs, Tests tests);
  Then read_row(std::string_view source, std::string_view arch, std::vector<adt::TestNews>& news);

  Database database_;
  Statement runs_;
  Tests tests_;
  std::vector<std::string> messages_;
};

}  // namespace sluice::store
