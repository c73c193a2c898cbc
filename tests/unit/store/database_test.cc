#include "store/database.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace sluice::store {
namespace {

struct DatabasePlace {
  DatabasePlace() {
    auto pattern = (std::filesystem::temp_directory_path() / "sluice-XXXXXX").string();
    root = ::mkdtemp(pattern.data());
    path = root + "/state.db";
  }
  DatabasePlace(const DatabasePlace&) = delete;
  DatabasePlace& operator=(const DatabasePlace&) = delete;
  ~DatabasePlace() { std::filesystem::remove_all(root); }
  std::string root, path;
};

std::optional<std::string> first(Database& database, std::string_view sql) {
  auto rows = database.prepare(sql);
  REQUIRE(rows);
  REQUIRE(rows->step().value());
  return rows->text(0);
}

}  // namespace

TEST_CASE("database: what one opening wrote the next one reads") {
  const DatabasePlace place;
  {
    auto database = Database::open_read_write(place.path).value();
    REQUIRE(database.execute("CREATE TABLE run (id INTEGER PRIMARY KEY, name TEXT) STRICT"));
    auto insert = database.prepare("INSERT INTO run VALUES (?, ?)").value();
    insert.bind(1, std::int64_t{7});
    insert.bind(2, std::nullopt);
    REQUIRE(insert.step());
    CHECK(database.changes() == 1);
    CHECK(database.last_insert_id() == 7);
  }
  auto again = Database::open_read_write(place.path).value();

  CHECK(first(again, "SELECT id FROM run") == "7");
  CHECK(first(again, "SELECT name FROM run") == std::nullopt);
}

TEST_CASE("database: the writer logs ahead and syncs every commit") {
  const DatabasePlace place;
  auto database = Database::open_read_write(place.path).value();

  CHECK(first(database, "PRAGMA journal_mode") == "wal");
  CHECK(first(database, "PRAGMA synchronous") == "2");  // FULL
  CHECK(first(database, "PRAGMA foreign_keys") == "1");
}

TEST_CASE("database: a broken constraint is a conflict, a broken statement is corrupt") {
  const DatabasePlace place;
  auto database = Database::open_read_write(place.path).value();
  REQUIRE(
      database.execute("CREATE TABLE run (id INTEGER PRIMARY KEY); INSERT INTO run VALUES (1)"));

  CHECK(database.execute("INSERT INTO run VALUES (1)").error().kind == base::ErrorKind::conflict);
  CHECK(database.execute("INSERT INTO nowhere VALUES (1)").error().kind ==
        base::ErrorKind::corrupt);
}

TEST_CASE("database: no directory, and no database") {
  const DatabasePlace place;
  std::ofstream(place.path) << "this is a text of more than sixteen bytes\n";

  CHECK(Database::open_read_write(place.root + "/none/state.db").error().kind ==
        base::ErrorKind::not_found);
  CHECK(Database::open_read_write(place.path).error().kind == base::ErrorKind::corrupt);
}

// architecture 9
TEST_CASE("database: what a killed process left in the log is in the file once it is opened") {
  const DatabasePlace place;
  const auto left = place.root + "/left.db";
  {
    auto database = Database::open_read_write(place.path).value();
    REQUIRE(database.execute("CREATE TABLE run (name TEXT) STRICT; INSERT INTO run VALUES ('a')"));
    // A copy is what a kill leaves: who closes a database copies its log.
    std::filesystem::copy_file(place.path, left);
    std::filesystem::copy_file(place.path + "-wal", left + "-wal");
  }
  REQUIRE(std::filesystem::file_size(left + "-wal") > 0);
  auto database = Database::open_read_write(left).value();
  CHECK(std::filesystem::file_size(left + "-wal") == 0);
  auto file = Database::open_read_only(left).value();  // of the file alone
  CHECK(first(file, "SELECT name FROM run") == "a");
}

}  // namespace sluice::store
