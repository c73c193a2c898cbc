#include "adt/results.h"

#include <doctest/doctest.h>

using namespace sluice;
using adt::parse_results;
using adt::Recorded;
using adt::ResultCode;
using adt::Results;
using adt::TestResult;

namespace {

const auto kSeen = base::instant_of_seconds(1'000);

TestResult result(ResultCode code, const char* version = "1", const char* run = "run1") {
  return {code, version, run, 5};
}

}  // namespace

// migration 4.6.2
TEST_CASE("results: a pass is never replaced by anything else, what else is stored is") {
  using enum ResultCode;
  struct Row {
    ResultCode before, after;
    bool reference;
    Recorded recorded;
    ResultCode stored;
  };
  const Row rows[] = {
      {pass, fail, false, Recorded::kept_pass, pass},
      {pass, neutral, false, Recorded::kept_pass, pass},
      {pass, pass, false, Recorded::stored, pass},
      {fail, neutral, false, Recorded::stored, neutral},
      {neutral, fail, false, Recorded::stored, fail},
      {old_pass, fail, false, Recorded::stored, fail},
      {pass, fail, true, Recorded::kept_pass, pass},
  };
  for (const auto& row : rows) {
    CAPTURE(text_of(row.before));
    CAPTURE(text_of(row.after));
    Results results;
    results.put("green/2", "other", "amd64", result(row.before));
    CHECK(results.record("green/2", "other", "amd64", result(row.after), row.reference) ==
          row.recorded);
    CHECK(results.find("green/2", "other", "amd64")->code == row.stored);
    CHECK(results.of("other", "amd64").at("green/2").code == row.stored);
  }
}

// migration 4.6.2
TEST_CASE("results: the reference trigger's pass is replaced when that is the baseline") {
  Results results;
  const auto record = [&](ResultCode code, bool replaces) {
    return results.record("migration-reference/0", "other", "amd64", result(code), replaces);
  };
  CHECK(record(ResultCode::pass, true) == Recorded::stored);
  CHECK(record(ResultCode::fail, false) == Recorded::kept_pass);
  CHECK(record(ResultCode::fail, true) == Recorded::stored);
}

// migration 4.6.2
TEST_CASE("results: malformed triggers and runs for an older version are ignored") {
  struct Row {
    const char* trigger;
    const char* source;
    const char* version;
    Recorded recorded;
  };
  const Row rows[] = {
      {"green", "green", "2", Recorded::ignored},
      {"", "green", "2", Recorded::ignored},
      {"green/2", "green", "1", Recorded::ignored},
      {"green/2", "green", "2~rc1", Recorded::ignored},
      {"green/2", "green", "2", Recorded::stored},
      {"green/2", "green", "3", Recorded::stored},
      {"green/2", "other", "1", Recorded::stored},
      {"green/2", "green", "unknown", Recorded::stored},
  };
  for (const auto& row : rows) {
    CAPTURE(row.trigger);
    CAPTURE(row.version);
    Results results;
    CHECK(results.record(row.trigger, row.source, "amd64", result(ResultCode::pass, row.version),
                         false) == row.recorded);
    CHECK((results.find(row.trigger, row.source, "amd64") != nullptr) ==
          (row.recorded == Recorded::stored));
  }
}

// migration 4.6.2
TEST_CASE("results: the latest run is the greatest text over all triggers") {
  Results results;
  CHECK(results.latest_run("other", "amd64").empty());
  results.put("a/1", "other", "amd64", result(ResultCode::pass, "1", "20150102_000000@"));
  results.put("b/1", "other", "amd64", result(ResultCode::fail, "1", "20150101_000000@"));
  results.put("b/1", "other", "i386", result(ResultCode::fail, "1", "20160101_000000@"));
  CHECK(results.latest_run("other", "amd64") == "20150102_000000@");
}

// migration 4.6.1
TEST_CASE("results: what is removed is gone everywhere, and empty maps with it") {
  Results results;
  results.put("a/1", "other", "amd64", result(ResultCode::pass));
  CHECK_FALSE(results.remove("a/1", "other", "i386"));
  CHECK(results.remove("a/1", "other", "amd64"));
  CHECK_FALSE(results.remove("a/1", "other", "amd64"));
  CHECK(results.by_trigger().empty());
  CHECK(results.of("other", "amd64").empty());
}

// migration 4.6.1
TEST_CASE("results: the cache is written indented and read back equal") {
  constexpr const char* kText = R"({
  "green/2": {
    "lightgreen": {
      "i386": [
        "PASS",
        "1",
        "20150101_100100@",
        1420106460
      ]
    }
  }
})";
  const auto read = parse_results(kText, kSeen);
  REQUIRE(read.has_value());
  CHECK(read->problems.empty());
  CHECK(*read->results.find("green/2", "lightgreen", "i386") ==
        TestResult{ResultCode::pass, "1", "20150101_100100@", 1420106460});
  CHECK(render_results(read->results) == kText);
}

// migration 4.6.1
TEST_CASE("results: entries of old have booleans and no time") {
  const auto read = parse_results(
      R"({"a/1": {"p": {"amd64": [true, "1", "r"], "i386": [false, "1", "r", 3]}}})", kSeen);
  REQUIRE(read.has_value());
  CHECK(*read->results.find("a/1", "p", "amd64") == TestResult{ResultCode::pass, "1", "r", 1'000});
  CHECK(*read->results.find("a/1", "p", "i386") == TestResult{ResultCode::fail, "1", "r", 3});
}

// migration 4.6.1
TEST_CASE("results: a damaged entry costs that entry, a text that is no object is refused") {
  const auto read = parse_results(
      R"({"a/1": [], "b/1": {"p": 1, "q": {"amd64": ["GOOD", "1", "r", 1], "all": ["NONE", "1", "r", 1], "arm64": ["PASS", 1, "r",
      1], "i386": ["PASS", "1"], "riscv64": ["PASS", "1", "r", 1e99], "s390x": ["PASS", "1", "r",
      1.5]}}})",
      kSeen);
  REQUIRE(read.has_value());
  CHECK(read->problems.size() == 7);
  CHECK(read->problems.front() == "a/1: expected an object of sources");
  CHECK(read->results.find("b/1", "q", "s390x")->seen == 1);
  CHECK(read->results.by_trigger().size() == 1);
  for (const auto* text : {"", "[]", "{", "3"}) {
    CAPTURE(text);
    CHECK(parse_results(text, kSeen).error().kind == base::ErrorKind::corrupt);
  }
}
