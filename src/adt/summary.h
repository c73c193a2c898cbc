// Summary: the file `summary` of autopkgtest, its only account of what ran that nothing in a
// testbed can write. Source: autopkgtest 2.5 ("Proof of what ran").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::adt {

enum class TestStatus : std::uint8_t {
  pass,
  superficial,  // passed, and proves little
  skip,
  flaky,  // failed, and is allowed to
  fail,
  timed_out,  // over its own limit
  badpkg      // never began
};

struct TestLine {
  std::string name;  // "*": of the package as a whole
  TestStatus status = TestStatus::skip;
  std::string why;  // "non-zero exit status 1"; "" for none

  // The test began, and its end was seen.
  bool ran() const { return status != TestStatus::skip && status != TestStatus::badpkg; }
  friend bool operator==(const TestLine&, const TestLine&) = default;
};

struct Summary {
  std::vector<TestLine> tests;  // in the order of the file
  std::string erroneous;        // what is wrong with the package; "" nothing
  std::string testbed_failure;  // why the testbed failed; "" it did not
  std::string quitting;         // why the tool gave up, in its words; "" it did not

  friend bool operator==(const Summary&, const Summary&) = default;
};

// Lines that make no sense are messages with line breaks in them; they go to what is said before
// them, or are passed over. Never fails: no summary is the empty one.
Summary parse_summary(std::string_view text);

}  // namespace sluice::adt
