// Results: trigger -> tested source -> architecture -> the result that counts. Rules of recording:
// migration 4.6.2; text form: 4.6.1 (`autopkgtest-results.cache`).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adt/test_result.h"
#include "base/result.h"
#include "base/time.h"

namespace sluice::adt {

// What baselines are asked with (migration 4.6.4).
inline constexpr std::string_view kReferenceTrigger = "migration-reference/0";

enum class Recorded : std::uint8_t { ignored, kept_pass, stored };

class Results {
 public:
  using ByArch = std::map<std::string, TestResult, std::less<>>;
  using BySource = std::map<std::string, ByArch, std::less<>>;
  using ByTrigger = std::map<std::string, BySource, std::less<>>;

  // Null: not known.
  const TestResult* find(std::string_view trigger, std::string_view source,
                         std::string_view arch) const;

  // Records one result under one trigger by the rules of 4.6.2. `reference_replaces`: baseline by
  // reference, where the reference trigger's PASS may be replaced.
  Recorded record(std::string_view trigger, std::string_view source, std::string_view arch,
                  const TestResult& result, bool reference_replaces);

  // Puts an entry as it is, whatever stands there; readers of stored results use it.
  void put(std::string_view trigger, std::string_view source, std::string_view arch,
           TestResult result);
  // Takes one out; maps that become empty go too. False: it was not there.
  bool remove(std::string_view trigger, std::string_view source, std::string_view arch);

  // All results of a tested source on an architecture, whatever the trigger: (trigger, result) in
  // the order of the triggers. Cost: their number (kept as an index, migration 9).
  using OneSource = std::map<std::string, TestResult, std::less<>>;  // by trigger
  const OneSource& of(std::string_view source, std::string_view arch) const;

  // String maximum of the run ids of (source, arch) over all triggers; "" if none.
  std::string_view latest_run(std::string_view source, std::string_view arch) const;

  const ByTrigger& by_trigger() const { return by_trigger_; }

 private:
  ByTrigger by_trigger_;
  // The same by tested source, then architecture; put() and remove() keep the two together.
  std::map<std::string, std::map<std::string, OneSource, std::less<>>, std::less<>> by_tested_;
  OneSource none_;
};

// Text of `autopkgtest-results.cache`. Damaged entries are left out and told in `problems`; a text
// that is no JSON object is an error (corrupt). `now` dates legacy entries.
struct ReadResults {
  Results results;
  std::vector<std::string> problems;
};
base::Result<ReadResults> parse_results(std::string_view json, base::Instant now);
std::string render_results(const Results& results);  // indent 2, sorted keys

}  // namespace sluice::adt
