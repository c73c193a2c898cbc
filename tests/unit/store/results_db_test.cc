#include "store/results_db.h"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace sluice::store {
namespace {

using Words = std::vector<std::string>;

const std::string kSchema =
    "CREATE TABLE test (id INTEGER PRIMARY KEY, release TEXT, arch TEXT, package TEXT,"
    " UNIQUE (package, release, arch));"
    "CREATE TABLE result (test_id INTEGER, run_id TEXT, version TEXT, triggers TEXT,"
    " duration INTEGER, exitcode INTEGER, requester TEXT, PRIMARY KEY (test_id, run_id));"
    "INSERT INTO test VALUES (1, 'trusty', 'amd64', 'green'), (2, 'trusty', 'arm64', 'green'),"
    " (3, 'xenial', 'amd64', 'green');";

std::string row(int test, const std::string& run, const std::string& version_triggers_exit) {
  return "INSERT INTO result (test_id, run_id, version, triggers, exitcode) VALUES (" +
         std::to_string(test) + ", '" + run + "', " + version_triggers_exit + ");";
}

struct ReaderPlace {
  ReaderPlace() {
    auto pattern = (std::filesystem::temp_directory_path() / "sluice %-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    path = root + "/autopkgtest.db";
  }
  ReaderPlace(const ReaderPlace&) = delete;
  ReaderPlace& operator=(const ReaderPlace&) = delete;
  ~ReaderPlace() { std::filesystem::remove_all(root); }

  void make(const std::string& sql) const {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path.c_str(), &database) == SQLITE_OK);
    // Nothing of a test has to survive a power cut.
    const auto unsynced = "PRAGMA synchronous = OFF;" + sql;
    REQUIRE(sqlite3_exec(database, unsynced.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    sqlite3_close(database);
  }
  ResultsDb open() const {
    auto database = ResultsDb::open(path, "trusty");
    REQUIRE(database);
    return std::move(*database);
  }

  std::string root, path;
};

}  // namespace

// migration 4.6.2, autopkgtest 4
TEST_CASE("results database: later runs of a source on an architecture, in their order") {
  ReaderPlace place;
  place.make(kSchema + row(1, "20150103_100100@", "'2', 'green/2 blue/1', 0") +
             row(1, "20150102_100100@", "'2', 'green/2', 4") +
             row(1, "20150101_100100@", "'1', 'green/1', 0") +
             row(2, "20150104_100100@", "'2', 'green/2', 8") +
             row(3, "20150105_100100@", "'2', 'green/2', 0"));
  auto database = place.open();

  const auto news = database.news_of("green", "amd64", "20150101_100100@");

  REQUIRE(news);
  REQUIRE(news->size() == 2);
  CHECK((*news)[0].result ==
        adt::TestResult{adt::ResultCode::fail, "2", "20150102_100100@", 1'420'192'860});
  CHECK((*news)[1].triggers == Words{"green/2", "blue/1"});
  CHECK(database.news_of("green", "arm64", "")->at(0).result.code == adt::ResultCode::neutral);
  CHECK(database.news_of("green", "amd64", "")->size() == 3);
  CHECK(database.news_of("blue", "amd64", "")->empty());
}

// migration 4.6.2
TEST_CASE("results database: a version may be missing after early failures only") {
  ReaderPlace place;
  place.make(kSchema + row(1, "20150101_100100@", "NULL, 'green/2', 12") +
             row(1, "20150102_100100@", "'', 'green/2', 20") +
             row(1, "20150103_100100@", "NULL, 'green/2', 0") +
             row(1, "20150104_100100@", "'2', 'green/2', 0"));
  auto database = place.open();

  const auto news = database.news_of("green", "amd64", "");

  REQUIRE(news->size() == 2);
  CHECK((*news)[1].result.version == "unknown");
  CHECK(database.take_messages() ==
        Words{"result 20150103_100100@ of green on amd64 is damaged, ignoring"});
}

// migration 4.6.2: only a missing version ends the reading
TEST_CASE("results database: a row that says nothing usable does not hide the next ones") {
  const std::string good = "20150109_100100@";
  const std::vector<std::pair<std::string, std::string>> bad = {
      {row(1, "20150101_100100@", "'2', 'green/2', NULL"), "20150101_100100@"},
      {row(1, "20150101_100100@", "'2', 'green/2', 'odd'"), "20150101_100100@"},
      {row(1, "2015", "'2', 'green/2', 0"), "2015"},
      {row(1, "20159999_100100@", "'2', 'green/2', 0"), "20159999_100100@"},
      {row(1, "20150101_100100@", "'2 or 3', 'green/2', 0"), "20150101_100100@"},
      {row(1, "20150101_100100@", "CAST(x'320033' AS TEXT), 'green/2', 0"), "20150101_100100@"}};
  for (const auto& [sql, run] : bad) {
    CAPTURE(sql);
    ReaderPlace place;
    place.make(kSchema + sql + row(1, good, "'2', 'green/2', 0"));
    auto database = place.open();

    const auto news = database.news_of("green", "amd64", "");

    REQUIRE(news->size() == 1);
    CHECK(news->at(0).result.run_id == good);
    CHECK(database.take_messages() ==
          Words{"result " + run + " of green on amd64 is damaged, ignoring"});
  }
}

// migration 4.6.2
TEST_CASE("results database: a run without triggers is passed over") {
  ReaderPlace place;
  place.make(kSchema + row(1, "20150101_100100@", "'2', NULL, 0") +
             row(1, "20150102_100100@", "'2', 'by hand or/ /2', 0") +
             row(1, "20150103_100100@", "'2', 'green/2', 0"));
  auto database = place.open();

  CHECK(database.news_of("green", "amd64", "")->size() == 1);
  CHECK(database.take_messages().size() == 2);
}

// migration 4.6.2
TEST_CASE("results database: none, no database, another schema") {
  ReaderPlace place;
  CHECK(ResultsDb::open(place.path, "trusty").error().kind == base::ErrorKind::not_found);

  std::ofstream(place.path) << "This is no database, but a text that is long enough to look at.";
  CHECK(ResultsDb::open(place.path, "trusty").error().kind == base::ErrorKind::corrupt);

  std::filesystem::remove(place.path);
  place.make("CREATE TABLE test (id, package);");
  CHECK(ResultsDb::open(place.path, "trusty").error().kind == base::ErrorKind::corrupt);
}

TEST_CASE("results database: one of a writer with a log is read, and left alone") {
  ReaderPlace place;
  place.make("PRAGMA journal_mode = WAL;" + kSchema +
             row(1, "20150101_100100@", "'2', 'green/2', 0"));

  CHECK(place.open().news_of("green", "amd64", "")->size() == 1);

  int files = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator(place.root)) ++files;
  CHECK(files == 1);
}

TEST_CASE("results database: damaged in the middle is an error") {
  ReaderPlace place;
  std::string rows = "BEGIN;";
  for (int i = 0; i < 2000; ++i) rows += row(1, std::to_string(20150101 + i), "'2', 'green/2', 0");
  place.make(kSchema + rows + "COMMIT;");
  const auto size = std::filesystem::file_size(place.path);
  std::fstream file(place.path, std::ios::in | std::ios::out | std::ios::binary);
  for (std::uintmax_t at = 4096 * 4; at + 8 < size; at += 512)
    file.seekp(static_cast<std::streamoff>(at)).write("\xff\xff\xff\xff\xff\xff\xff\xff", 8);
  file.close();

  auto database = ResultsDb::open(place.path, "trusty");
  const bool told = !database || !database->news_of("green", "amd64", "");
  CHECK(told);
}

}  // namespace sluice::store
