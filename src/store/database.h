// Database and Statement: the part of SQLite that we use, with errors as values. One thread at a
// time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sluice::store {

// A prepared statement; its database must live longer.
class Statement {
 public:
  // Parameters count from 1. Binding begins the statement anew.
  void bind(int parameter, std::string_view text);
  void bind(int parameter, std::int64_t number);
  void bind(int parameter, std::nullopt_t null);

  // The next row: true; the end: false. Errors: corrupt (the file), unavailable.
  base::Result<bool> step();

  // Ends its use: rows that were not fetched are given up, and their lock.
  void reset();

  // Of the present row, columns from 0. Nothing for NULL; numbers as text are converted.
  std::optional<std::string> text(int column) const;
  std::optional<std::int64_t> number(int column) const;

 private:
  friend class Database;
  explicit Statement(sqlite3_stmt* raw);

  std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> raw_;
  bool stepped_ = false;
};

class Database {
 public:
  // For reading a file that nobody writes meanwhile; creates nothing beside it. Errors: not_found,
  // corrupt.
  static base::Result<Database> open_read_only(const std::string& path);
  // For the one writer of a file, made if there is none: a commit is synced to its log (WAL) before
  // it returns, and readers do not wait. Foreign keys hold. Errors: not_found (no such directory),
  // denied, corrupt.
  static base::Result<Database> open_read_write(const std::string& path);

  // Errors: corrupt (no such table or column: another schema), invalid.
  base::Result<Statement> prepare(std::string_view sql);

  // Statements without parameters and rows, up to the first that fails. Errors: conflict (a
  // constraint, or locked by another writer), unavailable (disk), corrupt.
  base::Result<void> execute(const std::string& sql);

  // From now on `on_commit` is told after each commit how many pages the log has, in the thread
  // that commits, and SQLite copies the log into the file no more by itself: see copy_log(). Null:
  // it does again.
  void watch_log(std::function<void(int pages)> on_commit);
  // Copies into the file what the log has by now and no reader needs, syncs both, and waits for
  // nobody; a log that is copied whole begins anew with the next commit. Errors: conflict (another
  // connection copies), unavailable (disk).
  base::Result<void> copy_log();

  bool is_in_transaction() const;       // between BEGIN and its end, whoever brings it
  std::int64_t changes() const;         // rows of the last INSERT, UPDATE or DELETE
  std::int64_t last_insert_id() const;  // of the last INSERT

 private:
  explicit Database(sqlite3* raw);

  std::unique_ptr<std::function<void(int pages)>> on_commit_;  // where the hook of raw_ finds it
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> raw_;
};

}  // namespace sluice::store
