// StateDb: the database of the test grid's state, with its schema and transactions. Only the keeper
// writes; rows are read and written by the *_rows files. One thread.
// Format: docs/formats/state-db.md.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "base/time.h"
#include "store/database.h"
#include "store/log_copier.h"

namespace sluice::store {

// A statement in use; at the end of its scope its rows and their lock are given up.
class Use {
 public:
  explicit Use(Statement& statement) : statement_(statement) {}
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  ~Use() { statement_.reset(); }

  // Parameters from 1 on, in order.
  template <class... Values>
  Use& with(const Values&... values) {
    int parameter = 0;
    (statement_.bind(++parameter, values), ...);
    return *this;
  }
  // For parameters that may be NULL.
  Statement& statement() { return statement_; }
  base::Result<bool> step() { return statement_.step(); }
  // For what answers no rows.
  base::Result<void> run();

  // "" and 0 for NULL.
  std::string text(int column) const { return statement_.text(column).value_or(""); }
  std::int64_t number(int column) const { return statement_.number(column).value_or(0); }
  std::optional<std::string> maybe_text(int column) const { return statement_.text(column); }
  std::optional<std::int64_t> maybe_number(int column) const { return statement_.number(column); }

 private:
  Statement& statement_;
};

class StateDb {
 public:
  // Opens or makes the file and brings its schema up to date. ":memory:" lives as long as the
  // object. Errors: as Database::open_read_write(); conflict (a newer schema than this program's).
  static base::Result<StateDb> open(const std::string& path);

  // While the answer lives, and it must not live longer, commits do not wait for the log to be
  // copied, and this object stays where it is. Errors: as Database::open_read_write().
  base::Result<std::unique_ptr<LogCopier>> copy_log_aside();

  // Everything in `work`, or nothing of it. Errors: of `work`, of the commit.
  base::Result<void> in_transaction(const std::function<base::Result<void>()>& work);
  // Nothing of `work`, whatever it does: for answers that must be given where nothing can be kept.
  void in_vain(const std::function<void()>& work);
  // False inside of in_transaction(): an I/O error made SQLite undo all of it at once, and what is
  // written now would be kept by itself.
  bool is_in_transaction() const { return database_.is_in_transaction(); }

  // A statement of ours: `sql` must be a constant, it is prepared once.
  Use use(std::string_view sql);
  std::int64_t changes() const { return database_.changes(); }
  std::int64_t last_insert_id() const { return database_.last_insert_id(); }

 private:
  StateDb(Database database, std::string path)
      : database_(std::move(database)), path_(std::move(path)) {}
  base::Result<void> migrate();

  Database database_;
  std::string path_;
  std::unordered_map<const char*, std::unique_ptr<Statement>> statements_;
};

using base::instant_of_micros;
using base::micros_of;

}  // namespace sluice::store
