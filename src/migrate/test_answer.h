// The status of one test of an item. Source: migration 4.6.7, 4.8.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "migrate/test_index.h"
#include "migrate/test_ledger.h"

namespace sluice::migrate {

// A test of an item. The texts are borrowed for the call.
struct TestQuestion {
  TestIndex& index;
  std::string_view trigger;    // of the item
  std::string_view source;     // that is tested
  std::string_view requested;  // version of it that the run expects
  ArchIndex arch;
  std::string_view arch_name;
  std::string_view tested = {};  // version of it that the result is about, if there is one
};

struct TestAnswer {
  TestStatus status = TestStatus::running;
  std::string version;                // that was tested, else the one that was requested
  std::optional<std::string> run_id;  // nothing without a result; "" if the result names none
};

// What a failure means under the two rule sets; `question.tested` is set. May request a reference
// run.
TestStatus failure_ubuntu(TestLedger& ledger, const TestQuestion& question);
TestStatus failure_debian(TestLedger& ledger, const TestQuestion& question);

// May request a reference run.
TestAnswer answer_of(TestLedger& ledger, const TestQuestion& question);

}  // namespace sluice::migrate
