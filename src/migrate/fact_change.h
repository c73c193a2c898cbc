// FactChange: one fact that becomes another, for callers who keep facts as rows and learn of them
// one by one; copying and comparing all facts costs tens of milliseconds on a real archive. Values.
// Source: migration 9 (d).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <variant>

#include "migrate/touched.h"

namespace sluice::migrate {

// What is known of a source from now on; nothing: nothing.
struct DateChange {
  std::string source;
  std::optional<AgeFacts::FirstSeen> seen;
};
struct UrgencyChange {
  std::string source;
  std::optional<std::string> urgency;
};

// All bugs of a name (a binary, a source, "src:source") in one suite; empty: none.
struct BugsChange {
  enum class Suite : std::uint8_t { target, source } suite = Suite::source;
  std::string name;
  std::set<std::string> bugs;
};

// The result that is stored for a test (the rules of recording are adt::Results'); nothing: none.
struct ResultChange {
  TestKey test;
  std::optional<adt::TestResult> result;
};

struct PendingChange {
  enum class Now : std::uint8_t { pending, done } now = Now::pending;
  TestKey test;
};

// What became of the requests for a test that ended without a run; nothing: they are forgotten.
struct EndChange {
  TestKey test;
  std::optional<std::string> what;
};

// The clock has gone on. `age_now` concerns every item; `now` alone, which is for stamps, no item.
struct TimeChange {
  base::Instant now{}, age_now{};
};

using FactChange = std::variant<DateChange, UrgencyChange, BugsChange, ResultChange, PendingChange,
                                EndChange, TimeChange>;

// Makes the change; what it touches. Cost: a look-up.
Touched apply(const FactChange& change, Facts& facts);

}  // namespace sluice::migrate
