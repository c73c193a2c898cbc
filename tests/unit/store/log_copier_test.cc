#include "store/log_copier.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <thread>

#include "support/temporary_directory.h"

namespace sluice::store {
namespace {

// A database with a table, and its log.
struct LoggedDatabase {
  LoggedDatabase() { REQUIRE(database.execute("CREATE TABLE row (text TEXT) STRICT")); }

  void commit(int count) {
    for (int i = 0; i < count; ++i)
      REQUIRE(database.execute("INSERT INTO row VALUES ('" + std::string(3'000, 'x') + "')"));
  }
  // In the file, not in the log.
  std::int64_t rows_of_file() const {
    auto file = Database::open_read_only(path).value();
    auto rows = file.prepare("SELECT count(*) FROM row");
    if (!rows) return 0;
    return rows->step() ? rows->number(0).value_or(0) : 0;
  }
  std::uintmax_t bytes_of_log() const { return std::filesystem::file_size(path + "-wal"); }

  test::TemporaryDirectory place;
  std::string path = place.root + "/state.db";
  Database database = Database::open_read_write(path).value();
};

void wait_for(const LogCopier& copier, int copies) {
  while (copier.copies() < copies) std::this_thread::yield();
}

}  // namespace

// ADR 33
TEST_CASE("log copier: what was committed comes into the file without a commit that copies") {
  LoggedDatabase logged;
  auto copier =
      LogCopier::start(logged.database, logged.path, {.copy = 100, .block = 1'000'000}).value();
  logged.commit(9);  // each writes a leaf and what leads to it
  CHECK(copier->copies() == 0);
  CHECK(logged.rows_of_file() == 0);
  for (int copies = 1; copies <= 5; ++copies) {
    logged.commit(100);
    wait_for(*copier, copies);
  }
  copier.reset();  // whole pages stand in the file only when nobody copies
  CHECK(logged.rows_of_file() > 100);
}

// ADR 33
TEST_CASE("log copier: a log that the thread does not catch up with is copied by a commit") {
  LoggedDatabase logged;
  const auto copier =
      LogCopier::start(logged.database, logged.path, {.copy = 1'000'000, .block = 10}).value();
  logged.commit(150);
  CHECK(copier->copies() == 0);
  CHECK(logged.bytes_of_log() < 30 * 4'120);
}

// ADR 33
TEST_CASE("log copier: without it SQLite copies as before") {
  LoggedDatabase logged;
  REQUIRE(LogCopier::start(logged.database, logged.path));
  auto pages = logged.database.prepare("PRAGMA wal_autocheckpoint").value();
  REQUIRE(pages.step().value());
  CHECK(pages.number(0) == 1'000);
}

TEST_CASE("log copier: a file that cannot be opened a second time is an error") {
  LoggedDatabase logged;
  CHECK_FALSE(LogCopier::start(logged.database, logged.place.root + "/none/state.db"));
}

}  // namespace sluice::store
