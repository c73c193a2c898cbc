#include "results/debci_file.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/memory_files.h"

namespace sluice::results {
namespace {

using Words = std::vector<std::string>;

// A record with one key set otherwise.
std::string record(const std::string& key = "", const std::string& value = "") {
  const std::vector<std::pair<std::string, std::string>> usual = {
      {"trigger", "\"green/2 blue/1\""},
      {"package", "\"green\""},
      {"arch", "\"amd64\""},
      {"version", "\"2\""},
      {"status", "\"pass\""},
      {"run_id", "\"12\""},
      {"suite", "\"testing\""},
      {"updated_at", "\"2018-10-04T11:18:00.000Z\""}};
  std::string text;
  for (const auto& [name, content] : usual)
    text += (text.empty() ? "{\"" : ", \"") + name + "\": " + (name == key ? value : content);
  return text + "}";
}

DebciResults parsed(const std::string& records) {
  auto read = parse_debci("{\"results\": [" + records + "]}", "testing");
  REQUIRE(read);
  return std::move(*read);
}

}  // namespace

// migration 4.6.2
TEST_CASE("debci file: a result under each of its triggers") {
  const auto read = parsed(record());

  REQUIRE(read.news.size() == 1);
  CHECK(read.news[0].triggers == Words{"green/2", "blue/1"});
  CHECK(read.news[0].source == "green");
  CHECK(read.news[0].arch == "amd64");
  CHECK(read.news[0].result == adt::TestResult{adt::ResultCode::pass, "2", "12", 1'538'651'880});
  CHECK(read.pending == adt::Pending{});
}

// migration 4.6.2
TEST_CASE("debci file: statuses") {
  CHECK(parsed(record("status", "\"fail\"")).news[0].result.code == adt::ResultCode::fail);
  CHECK(parsed(record("status", "\"neutral\"")).news[0].result.code == adt::ResultCode::neutral);
  CHECK(parsed(record("status", "\"tmpfail\"")).news.empty());
  CHECK(parsed(record("status", "\"tmpfail\"")).problems.empty());
}

// migration 4.6.2
TEST_CASE("debci file: without a status a test is pending for each trigger") {
  adt::Pending expected;
  expected.add("green/2", "green", "amd64");
  expected.add("blue/1", "green", "amd64");

  const auto read = parsed(record("status", "null"));

  CHECK(read.pending == expected);
  CHECK(read.news.empty());
}

// migration 4.6.2
TEST_CASE("debci file: what does not concern us") {
  CHECK(parsed(record("suite", "\"unstable\"")).news.empty());
  CHECK(parsed(record("suite", "null")).news.size() == 1);
  CHECK(parsed(record("trigger", "null")).news.empty());
  CHECK(parsed(record("trigger", "\"manually started\"")).news.empty());
  CHECK(parsed("").news.empty());
}

// migration 4.6.2: Debian's rules never look at the suite
TEST_CASE("debci file: without a suite to look for, every record counts") {
  const auto read = parse_debci("{\"results\": [" + record("suite", "\"unstable\"") + "]}", "");

  CHECK(read.value().news.size() == 1);
}

// migration 4.6.2
TEST_CASE("debci file: without a version a package is blacklisted") {
  CHECK(parsed(record("version", "null")).news[0].result.version == "blacklisted");
}

TEST_CASE("debci file: a record that makes no sense costs itself") {
  const auto read = parsed("5, " + record("status", "\"odd\"") + ", " + record("arch", "7") + ", " +
                           record("updated_at", "\"today\"") + ", " + record());

  CHECK(read.news.size() == 1);
  CHECK(read.problems == Words{"result 1: expected an object",
                               "result 2: expected a status pass, fail, neutral, tmpfail or null",
                               "result 3: expected \"package\" and \"arch\"",
                               "result 4: expected \"updated_at\" like 2018-10-04T11:18:00.000Z"});
}

// migration 4.6.2: what is kept is kept for ever, in the peers' cache
TEST_CASE("debci file: what cannot be a package, an architecture, a version or a trigger") {
  for (const auto& [key, value] :
       std::vector<std::pair<std::string, std::string>>{{"package", "\"a/b\""},
                                                        {"package", "\"gr\\u0000een\""},
                                                        {"arch", "\"\""},
                                                        {"arch", "\"amd 64\""},
                                                        {"version", "\"\""},
                                                        {"version", "\"2 or 3\""},
                                                        {"version", "\"2\\u0000\""},
                                                        {"version", "7"}}) {
    CAPTURE(key);
    CAPTURE(value);
    const auto read = parsed(record(key, value) + ", " + record());
    CHECK(read.news.size() == 1);
    CHECK(read.problems.size() == 1);
  }
  CHECK(parsed(record("trigger", "\"green/2\\u0000 /3 green/ a/1/2 blue/1\"")).news[0].triggers ==
        Words{"blue/1"});
  CHECK(parsed(record("package", "\"ghost\"")).news.size() == 1);
  CHECK(parsed(record("arch", "\"hurd-z80\"")).news.size() == 1);
}

TEST_CASE("debci file: what is no file of results is an error that names it") {
  test::MemoryFileSystem files;
  files.put("/srv/results.json", "{\"results\": [1");

  const auto read = read_debci(files, "file:///srv/results.json", "testing");

  CHECK(read.error().kind == base::ErrorKind::corrupt);
  CHECK(read.error().text().starts_with("/srv/results.json: "));
  CHECK(read_debci(files, "file:///srv/none.json", "testing").error().kind ==
        base::ErrorKind::not_found);
}

}  // namespace sluice::results
