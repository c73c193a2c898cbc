// A database of results as a grid publishes it, with the tables that the gate reads (migration
// 4.6.2). Errors end the test.
#pragma once

#include <string>

#include "base/check.h"
#include "store/database.h"

namespace sluice::test {

// `rows`: statements that fill the tables.
inline void publish_results(const std::string& path, const std::string& rows) {
  auto database = store::Database::open_read_write(path);
  base::check(database.has_value(), "a database can be made");
  const auto done = database->execute(
      "CREATE TABLE test (id INTEGER PRIMARY KEY, release TEXT, arch TEXT, package TEXT);"
      "CREATE TABLE result (test_id INTEGER, run_id TEXT, version TEXT, triggers TEXT,"
      " duration INTEGER, exitcode INTEGER, requester TEXT, PRIMARY KEY (test_id, run_id));" +
      rows + "PRAGMA journal_mode = DELETE;");
  base::check(done.has_value(), "tables of results can be made");
}

}  // namespace sluice::test
