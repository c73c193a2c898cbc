// Facts: what the policies know about the world besides the suites and the hints. Plain values; who
// reads them from files (britney/) or rows (store/) is no matter here. Source: migration 2.5.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adt/pending.h"
#include "adt/results.h"
#include "base/result.h"
#include "base/time.h"

namespace sluice::migrate {

template <class T>
using ByName = std::map<std::string, T, std::less<>>;

// When a version was first seen, and how urgent its uploader found it.
struct AgeFacts {
  struct FirstSeen {
    std::string version;
    std::int64_t seconds = 0;  // since the epoch
  };
  using Dates = ByName<FirstSeen>;
  Dates first_seen;             // by source
  ByName<std::string> urgency;  // by source; sticky (already filtered by 2.5), lower case
};

// Release critical bugs by name: a binary, a source, or "src:source".
using BugFacts = ByName<std::set<std::string>>;

struct PiupartsResult {
  char state = 'X';  // P F W X
  std::string url;
};

struct Signer {
  bool buildd = false;
  std::string uid;
};

struct LaunchpadBug {
  std::string bug;
  std::int64_t seconds = 0;
};

// Who answers which PPA a version came from; empty text: none. Asked at most once per version.
class PpaLookup {
 public:
  PpaLookup() = default;
  PpaLookup(const PpaLookup&) = delete;
  PpaLookup& operator=(const PpaLookup&) = delete;
  virtual ~PpaLookup() = default;
  // Nothing: not known (unreachable); then nothing is cached.
  virtual std::optional<std::string> ppa_of(std::string_view source, std::string_view version) = 0;
};

// Who tells results that are newer than ours. Asked at most once per source and architecture.
class TestLookup {
 public:
  TestLookup() = default;
  TestLookup(const TestLookup&) = delete;
  TestLookup& operator=(const TestLookup&) = delete;
  virtual ~TestLookup() = default;
  // Runs of (source, arch), oldest first; not those without triggers, of attempts that
  // infrastructure broke, or with other PPAs than the gate's. `latest_run`: the newest that we
  // know, "" if none; the source decides whether it asks only for later ones. An error is fatal for
  // the run: requests decided without results would be wrong.
  virtual base::Result<std::vector<adt::TestNews>> news_of(std::string_view source,
                                                           std::string_view arch,
                                                           std::string_view latest_run) = 0;
};

struct TestKey {
  std::string trigger, source, arch;
  friend auto operator<=>(const TestKey&, const TestKey&) = default;
};

// What the autopkgtest policy starts from (migration 4.6.1, 4.6.2).
struct TestFacts {
  adt::Results results;  // of the cache, as it was written
  adt::Pending pending;  // of the file and the journal; with a debci file: rebuilt from it
  // Of a grid of our own: tests whose requests ended without a run, and what became of them ("was
  // cancelled by ada"; adr 35). They are not pending, and not asked for again.
  std::map<TestKey, std::string> ended;
  std::vector<adt::TestNews> news;  // of a debci file, in its order; `pending` knows of them
  TestLookup* lookup = nullptr;     // null: nobody to ask, as with a debci file
};

struct Facts {
  base::Instant now;      // for stamps
  base::Instant age_now;  // FAKE_RUNTIME or now
  AgeFacts age;
  BugFacts bugs_in_target, bugs_in_source;
  ByName<PiupartsResult> piuparts_in_target, piuparts_in_source;
  // binary -> version -> real architecture -> signer
  ByName<ByName<ByName<Signer>>> signers;
  ByName<std::vector<LaunchpadBug>> blocks;       // block-bugs
  ByName<std::vector<LaunchpadBug>> excuse_bugs;  // update-excuse
  ByName<ByName<std::string>> source_ppas;        // source -> version -> ppa or ""
  PpaLookup* ppa_lookup = nullptr;                // null: nobody to ask
  TestFacts tests;
};

}  // namespace sluice::migrate
