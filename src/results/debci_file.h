// A file of debci's results: everything that was tested in one suite. Source: migration 4.6.2 (item
// 1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adt/pending.h"
#include "adt/test_result.h"
#include "base/result.h"
#include "sys/files.h"

namespace sluice::results {

struct DebciResults {
  std::vector<adt::TestNews> news;    // in the order of the file
  adt::Pending pending;               // tests without a status
  std::vector<std::string> problems;  // records that make no sense, at most kProblemsShown
};
inline constexpr std::size_t kProblemsShown = 10;

// `suite`: the target's name; records of other suites are passed over. "": every record counts, as
// under Debian's rules. Damaged records cost themselves. Errors: corrupt (no object with a list of
// results, or cut off).
base::Result<DebciResults> parse_debci(std::string_view text, std::string_view suite);

// `url`: file:///path. Errors also: not_found (no news, says the caller; the pending file stays).
base::Result<DebciResults> read_debci(sys::FileSystem& files, std::string_view url,
                                      std::string_view suite);

}  // namespace sluice::results
