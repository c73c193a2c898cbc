#include "adt/summary.h"

#include <doctest/doctest.h>

using namespace sluice;
using adt::Summary;
using adt::TestLine;
using adt::TestStatus;
// autopkgtest 2.5
TEST_CASE("summary: every status of a test") {
  const auto summary = adt::parse_summary(
      "one                  PASS\n"
      "two                  PASS (superficial)\n"
      "three                SKIP Test requires machine-level isolation\n"
      "four                 FLAKY non-zero exit status 1\n"
      "five                 FAIL non-zero exit status 3\n"
      "six                  FAIL stderr: oh: PASS\n"
      "seven                FAIL timed out\n"
      "a-name-longer-than-twenty-characters FAIL badpkg\n"
      "*                    SKIP no tests in this package\n");

  CHECK(summary.tests == std::vector<TestLine>{
                             {"one", TestStatus::pass, ""},
                             {"two", TestStatus::superficial, ""},
                             {"three", TestStatus::skip, "Test requires machine-level isolation"},
                             {"four", TestStatus::flaky, "non-zero exit status 1"},
                             {"five", TestStatus::fail, "non-zero exit status 3"},
                             {"six", TestStatus::fail, "stderr: oh: PASS"},
                             {"seven", TestStatus::timed_out, "timed out"},
                             {"a-name-longer-than-twenty-characters", TestStatus::badpkg, "badpkg"},
                             {"*", TestStatus::skip, "no tests in this package"}});
}

TEST_CASE("summary: a test ran if it began and ended") {
  const auto summary = adt::parse_summary(
      "a PASS\nb FLAKY x\nc FAIL x\nd FAIL timed out\ne SKIP x\n"
      "f FAIL badpkg\n");
  std::string ran;
  for (const auto& test : summary.tests)
    if (test.ran()) ran += test.name;
  CHECK(ran == "abcd");
}

TEST_CASE("summary: what ended the run") {
  const auto bad = adt::parse_summary(
      "blame: arg:gzip\nbadpkg: rules build failed with exit code 2\n"
      "erroneous package: rules build failed with exit code 2\n");
  CHECK(bad.erroneous == "rules build failed with exit code 2");
  CHECK(adt::parse_summary("testbed failure: unexpected eof from the testbed\n").testbed_failure ==
        "unexpected eof from the testbed");
  CHECK(adt::parse_summary("quitting: unexpected error, see log\n").quitting ==
        "unexpected error, see log");
  CHECK(adt::parse_summary("cannot read control\n").quitting == "cannot read control");
}

TEST_CASE("summary: a message with line breaks is one message") {
  const auto summary = adt::parse_summary("testbed failure: sent `a',\ngot b\n");

  CHECK(summary.testbed_failure == "sent `a',\ngot b");
  CHECK(summary.tests.empty());
}

TEST_CASE("summary: empty, cut off and binary texts are no tests") {
  CHECK(adt::parse_summary("") == Summary{});
  CHECK(adt::parse_summary("one                  ").tests.empty());
  CHECK(adt::parse_summary(std::string_view("\0\xff \n", 4)).tests.empty());
}
