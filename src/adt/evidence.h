// Evidence: what was seen of a run and on what its outcome rests, as data, so that whoever doubts
// the outcome need not read a sentence. Values. Format: docs/formats/queue-api.md. Source:
// testgrid 1.3.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/value.h"

namespace sluice::adt {

// How far a run came. `test_begin`: a test began; `test_end`: and the end of one was seen.
enum class RunPhase : std::uint8_t { prepare, boot, setup, test_begin, test_end };

std::string_view text_of(RunPhase phase);
std::optional<RunPhase> parse_run_phase(std::string_view text);

enum class EvidenceKind : std::uint8_t {
  phase,      // the run came there
  exit_code,  // of the tool
  limit,      // it was ended over the limit for a whole run
  summary,    // what the tool's summary says
  rule,       // the failure rule that fits, and the line that it fits
  disk,       // what was free on the worker's
  testbed,    // where the tests ran
  store       // what became of the files
};

// Who says so, from the most to the least that a test can have a hand in.
enum class EvidenceSource : std::uint8_t { log, output, summary, tool, store, worker };

enum class EvidenceWeight : std::uint8_t {
  decides,   // the outcome rests on it
  supports,  // it fits
  doubts,    // it speaks against the outcome
  weak       // for people: whoever was tested could have written it
};

std::string_view text_of(EvidenceKind kind);
std::string_view text_of(EvidenceSource source);
std::string_view text_of(EvidenceWeight weight);

struct Evidence {
  EvidenceKind kind = EvidenceKind::phase;
  EvidenceSource source = EvidenceSource::worker;
  EvidenceWeight weight = EvidenceWeight::supports;
  std::string detail;          // one line: quoted()
  std::chrono::seconds at{0};  // since the attempt began: no clock but the server's is believed

  friend bool operator==(const Evidence&, const Evidence&) = default;
};

// On what an outcome rests. Empty of ends that do not tell it: of workers from before there was
// evidence, and of those that are not ours.
struct Proof {
  std::optional<RunPhase> phase = std::nullopt;  // how far the run came
  std::string rule = {};                         // failure rule that decided; "" none
  std::vector<Evidence> evidence = {};           // in the order in which it was looked at

  friend bool operator==(const Proof&, const Proof&) = default;
};

// An end may have so much of it: what a worker says goes into a database.
inline constexpr std::size_t kEvidenceMax = 40;
inline constexpr std::size_t kEvidenceBytesMax = 300;

// Any bytes as one line of at most kEvidenceBytesMax bytes of UTF-8.
std::string quoted(std::string_view text);

// "summary (from summary): 1 of 2 tests failed: smoke; decides". For people.
std::string text_of(const Evidence& evidence);

// Members "phase", "rule" and "evidence", each only if there is something to tell.
void add_to(codec::Map& map, const Proof& proof);
// Of a map that may have them. Errors: invalid (names the member).
base::Result<Proof> parse_proof(const codec::Value& value);

}  // namespace sluice::adt
