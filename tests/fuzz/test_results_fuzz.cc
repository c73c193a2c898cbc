// Any bytes as what result stores send: a listing of Swift, testinfo.json, debci's file, a result
// tar. Source: migration 4.6.2.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "adt/names.h"
#include "base/check.h"
#include "results/debci_file.h"
#include "results/result_tar.h"
#include "results/stored_run.h"
#include "results/swift_results.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto runs = results::parse_listing(text, "trusty/amd64/g/green/");
  if (runs) {
    base::check(std::ranges::is_sorted(*runs), "runs are sorted");
    for (const auto& run : *runs)
      base::check(run.ends_with('@') && !run.contains('/'), "a run is a name with its @");
  }
  if (const auto triggers = results::parse_testinfo(text); triggers && *triggers)
    for (const auto& each : **triggers) base::check(each.contains('/'), "a trigger has a slash");
  if (const auto read = results::parse_debci(text, "testing"); read) {
    for (const auto& each : read->news)
      base::check(!each.triggers.empty() && !each.source.empty(), "news are of something");
    base::check(read->problems.size() <= results::kProblemsShown, "few problems are shown");
  }
  if (const auto report = results::parse_result_tar(text, "green"); report)
    base::check(!report->version.empty(), "a report has a version");
  if (const auto run = results::parse_stored_run(text, "green"); run) {
    base::check(adt::check_version(run->report.version).has_value(), "a version is one");
    base::check(run->requester.size() <= 200 && run->uuid.size() <= 200, "rows are short");
  }
  return 0;
}
