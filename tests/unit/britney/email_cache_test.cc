#include "britney/email_cache.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/memory_files.h"

namespace sluice::britney {
namespace {

const std::string kCacheFile = "data/EmailCache";
const MailState kMailed = {{"jo@example.org", "ada@example.org"}, 7};

}  // namespace

// migration 2.5
TEST_CASE("email cache: who was mailed and when; other values mean never") {
  const auto read = parse_email_cache(
      R"({"green": {"2": [["jo@example.org", "ada@example.org"], 7], "1": true, "3": [[], "x"]}})",
      kCacheFile);

  CHECK(read.messages.empty());
  CHECK(read.value == MailStates{{"green", {{"2", kMailed}}}});
}

TEST_CASE("email cache: damaged records cost themselves, a damaged file itself") {
  const auto read = parse_email_cache(R"({"green": 5, "blue": {"1": [[], 1]}})", kCacheFile);

  CHECK(read.value.size() == 1);
  REQUIRE(read.messages.size() == 1);
  CHECK(read.messages[0].text == "data/EmailCache: green: expected a map of versions, ignored");
  CHECK(parse_email_cache("{", kCacheFile).messages.size() == 1);
  CHECK(parse_email_cache("[]", kCacheFile).messages.size() == 1);
  CHECK(parse_email_cache(" ", kCacheFile).messages.empty());
}

// migration 2.5, 4.5.13
TEST_CASE("email cache: a run that dies keeps what it noted") {
  test::MemoryFileSystem files;
  files.put(kCacheFile, R"({"green": {"1": [["jo@example.org"], 3]}})");
  {
    EmailCache cache(files, "data");
    cache.load();
    REQUIRE(cache.note("green", "2", kMailed));
  }
  files.crash();

  EmailCache cache(files, "data");
  CHECK(cache.load().empty());
  REQUIRE(cache.find("green", "2") != nullptr);
  CHECK(*cache.find("green", "2") == kMailed);
  CHECK(cache.find("green", "1")->last_sent == 3);
  CHECK(cache.find("green", "9") == nullptr);

  REQUIRE(cache.save());
  CHECK(files.list("data").value() == std::vector<std::string>{"EmailCache"});
  CHECK(parse_email_cache(files.read(kCacheFile).value(), kCacheFile).value["green"].size() == 2);
}

// migration 4.5.13
TEST_CASE("email cache: two runs that die keep what both noted") {
  test::MemoryFileSystem files;
  for (const auto* version : {"1", "2"}) {
    EmailCache cache(files, "data");
    cache.load();
    REQUIRE(cache.note("green", version, kMailed));
  }

  EmailCache cache(files, "data");
  cache.load();
  CHECK(cache.find("green", "1") != nullptr);
  CHECK(cache.find("green", "2") != nullptr);
}

}  // namespace sluice::britney
