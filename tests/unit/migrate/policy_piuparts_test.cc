#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/policy_answer.h"

using namespace sluice;
using migrate::PolicyId;
using support::answer_of;
using support::archive;
using support::TestWorld;
using Texts = std::vector<std::string>;

namespace {

TestWorld piuparts_world() {
  return TestWorld(archive().testing().package("foo", "1").unstable().package("foo", "2").build());
}

}  // namespace

// migration 4.5.3
TEST_CASE("piuparts: the states of both suites decide") {
  struct Row {
    char source, target;
    const char* verdict;
    const char* text;
    const char* result;
  };
  const Row rows[] = {
      {'P', 'F', "PASS", "Piuparts tested OK", "pass"},
      {'F', 'P', "REJECTED_PERMANENTLY", "Rejected due to piuparts regression", "regression"},
      {'F', 'X', "REJECTED_PERMANENTLY", "Rejected due to piuparts regression", "regression"},
      {'F', 'F', "PASS", "Ignoring piuparts failure (Not a regression)", "failed"},
      {'W', 'P', "REJECTED_TEMPORARILY", "Waiting for piuparts test results (stalls migration)",
       "waiting-for-test-results"},
      {'X', 'P', "PASS", "Cannot be tested by piuparts (not a blocker)", "cannot-be-tested"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.source);
    CAPTURE(row.target);
    auto test = piuparts_world();
    test.facts.piuparts_in_source = {{"foo", {row.source, "https://p.example/foo"}}};
    test.facts.piuparts_in_target = {{"foo", {row.target, "https://p.example/old"}}};

    const auto answer = answer_of(test, "foo", PolicyId::piuparts);
    CHECK(answer.verdict == row.verdict);
    CHECK(answer.texts == Texts{std::string(row.text) +
                                " - <a href=\"https://p.example/foo\">https://p.example/foo</a>"});
    CHECK(answer.info == std::string(R"({"piuparts-test-url": "https://p.example/foo", )") +
                             R"("test-results": ")" + row.result + "\"}");
  }
}

// migration 4.5.3
TEST_CASE("piuparts: a source without data cannot be tested and has no link yet") {
  auto test = piuparts_world();
  const auto answer = answer_of(test, "foo", PolicyId::piuparts);
  CHECK(answer.texts == Texts{"Cannot be tested by piuparts (not a blocker) - (no link yet)"});
  CHECK(answer.info == R"({"test-results": "cannot-be-tested"})");
}

// migration 4.5.3
TEST_CASE("piuparts: a hint for the version overrides a rejection only") {
  auto rejected = piuparts_world();
  rejected.facts.piuparts_in_source = {{"foo", {'F', ""}}};
  rejected.hint("ignore-piuparts foo/2", "eve");
  const auto answer = answer_of(rejected, "foo", PolicyId::piuparts);
  CHECK(answer.verdict == "PASS_HINTED");
  CHECK(answer.texts == Texts{"Rejected due to piuparts regression - (no link yet)",
                              "Ignoring piuparts issue as requested by eve"});
  CHECK(answer.info ==
        R"({"ignored-piuparts": {"issued-by": "eve"}, "test-results": "regression"})");

  auto passed = piuparts_world();
  passed.facts.piuparts_in_source = {{"foo", {'P', ""}}};
  passed.hint("ignore-piuparts foo/2");
  CHECK(answer_of(passed, "foo", PolicyId::piuparts).verdict == "PASS");

  auto other = piuparts_world();
  other.facts.piuparts_in_source = {{"foo", {'F', ""}}};
  other.hint("ignore-piuparts foo/1");
  CHECK(answer_of(other, "foo", PolicyId::piuparts).verdict == "REJECTED_PERMANENTLY");
}

// migration 1.3
TEST_CASE("piuparts: switched off it says nothing") {
  auto test = piuparts_world();
  test.settings.piuparts = false;
  CHECK(answer_of(test, "foo", PolicyId::piuparts).verdict.empty());
}
