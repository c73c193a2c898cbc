// Test results of a Swift store, as workers upload them. Source: migration 4.6.2 (item 3),
// autopkgtest 3.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adt/test_result.h"
#include "base/result.h"
#include "results/result_tar.h"
#include "sys/http_client.h"

namespace sluice::results {

struct SwiftPlace {
  std::string url;  // ADT_SWIFT_URL
  std::string series;
  std::string ppa = {};  // the last of ADT_PPAS, "" for none
  // A shared results cache may know fewer runs than its latest; then everything is listed.
  bool list_all = false;
  EarlyEnds early_ends = EarlyEnds::may_lack_version;
  // A page of so many lines may not be the last. Servers cut at 10,000 and more; Ceph's at 1,000.
  std::size_t full_page = 1000;
};

// The names of runs in one page of a listing below `prefix`: sorted, with their "@". What lies
// there and is no run is left out. Errors: corrupt (a line of something else: whoever answers 200
// with a login page, or with damage, does not say that there are no results).
base::Result<std::vector<std::string>> parse_listing(std::string_view body,
                                                     std::string_view prefix);

class SwiftResults {
 public:
  SwiftResults(sys::HttpClient& http, SwiftPlace place) : http_(http), place_(std::move(place)) {}

  // Runs of (source, arch) after `latest_run`, oldest first; nothing when asked for the same a
  // second time. Errors (fatal for a run: requests would be wrong): unavailable, corrupt (what
  // answers is no listing).
  base::Result<std::vector<adt::TestNews>> news_of(std::string_view source, std::string_view arch,
                                                   std::string_view latest_run);

  // What was passed over since the last call, a line each.
  std::vector<std::string> take_messages() { return std::exchange(messages_, {}); }

 private:
  base::Result<std::vector<std::string>> list_runs(const std::string& prefix,
                                                   std::string_view latest_run);
  base::Result<sys::HttpResponse> get(const std::string& url);
  base::Result<void> read_run(const std::string& prefix, const std::string& run,
                              std::string_view source, std::string_view arch,
                              std::vector<adt::TestNews>& news);
  std::string container_url() const;

  sys::HttpClient& http_;
  SwiftPlace place_;
  std::set<std::pair<std::string, std::string>> asked_;
  std::vector<std::string> messages_;
};

}  // namespace sluice::results
