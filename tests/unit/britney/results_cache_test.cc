#include "britney/results_cache.h"

#include <doctest/doctest.h>

#include <string>

#include "support/memory_files.h"

namespace sluice::britney {
namespace {

const std::string kOwn = "state/autopkgtest-results.cache";
constexpr auto kCacheNow = base::Instant(std::chrono::seconds(1'700'000'000));

adt::Results one_result() {
  adt::Results results;
  results.record("green/2", "lightgreen", "i386",
                 {adt::ResultCode::pass, "1", "20150101_100100@", 1'420'106'460}, false);
  return results;
}

}  // namespace

// migration 4.6.1
TEST_CASE("results cache: what is saved is loaded by the next run") {
  test::MemoryFileSystem files;
  ResultsCache cache(files, "state", "");
  REQUIRE(cache.save(one_result()));

  const auto read = cache.load(kCacheNow);

  REQUIRE(read);
  CHECK(read->messages.empty());
  CHECK(read->value.by_trigger() == one_result().by_trigger());
  CHECK(files.exists(kOwn));
}

// migration 4.6.1
TEST_CASE("results cache: a shared one is read and never written") {
  test::MemoryFileSystem files;
  files.put("shared.json", adt::render_results(one_result()));
  ResultsCache cache(files, "state", "shared.json");

  REQUIRE(cache.load(kCacheNow));
  CHECK(cache.load(kCacheNow)->value.by_trigger() == one_result().by_trigger());
  REQUIRE(cache.save({}));

  CHECK(cache.is_shared());
  CHECK(files.writes() == 0);
}

// migration 4.6.1
TEST_CASE("results cache: no file is no results; one that is no JSON stops the run") {
  test::MemoryFileSystem files;
  ResultsCache cache(files, "state", "");

  REQUIRE(cache.load(kCacheNow));
  CHECK(cache.load(kCacheNow)->value.by_trigger().empty());

  files.put(kOwn, "no");
  CHECK(cache.load(kCacheNow).error().kind == base::ErrorKind::corrupt);
}

// migration 4.6.1
TEST_CASE("results cache: a damaged entry is told with the file's name and costs itself") {
  test::MemoryFileSystem files;
  files.put(kOwn, R"({"green/2": {"a": {"amd64": 5, "i386": ["PASS", "1", "x", 1]}}})");

  const auto read = ResultsCache(files, "state", "").load(kCacheNow);

  REQUIRE(read);
  REQUIRE(read->messages.size() == 1);
  CHECK(read->messages[0].text.contains(kOwn));
  CHECK(read->value.find("green/2", "a", "i386") != nullptr);
}

}  // namespace sluice::britney
