#include "store/database.h"

#include <sqlite3.h>

#include "base/check.h"
#include "codec/html.h"

namespace sluice::store {
namespace {

using base::ErrorKind;

constexpr int kLogPages = 1'000;  // SQLite's own default

std::unexpected<base::Error> failure(sqlite3* database, std::string_view what) {
  const int code = sqlite3_errcode(database) & 0xFF;  // without the extended part
  auto kind = ErrorKind::unavailable;
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR)
    kind = ErrorKind::corrupt;
  if (code == SQLITE_CANTOPEN) kind = ErrorKind::not_found;
  if (code == SQLITE_CONSTRAINT || code == SQLITE_BUSY) kind = ErrorKind::conflict;
  if (code == SQLITE_READONLY || code == SQLITE_PERM) kind = ErrorKind::denied;
  return base::fail(kind, std::string(what) + ": " + sqlite3_errmsg(database));
}

// A connection is used by one thread at a time, and nobody asks SQLite how much memory it has: its
// locks for both cost a tenth of a submission.
int open_raw(const std::string& path, sqlite3** raw, int flags) {
  // Refused if SQLite works already, as under a file system of the simulator.
  static const int without_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  (void)without_statistics;
  return sqlite3_open_v2(path.c_str(), raw, flags | SQLITE_OPEN_NOMUTEX,
                         /*default file system=*/nullptr);
}

}  // namespace

Statement::Statement(sqlite3_stmt* raw) : raw_(raw, &sqlite3_finalize) {}

void Statement::reset() {
  if (stepped_) sqlite3_reset(raw_.get());
  stepped_ = false;
}

void Statement::bind(int parameter, std::string_view text) {
  reset();
  // A null pointer would bind NULL; an empty text may have one.
  const char* bytes = text.data() == nullptr ? "" : text.data();
  const int status =
      sqlite3_bind_text64(raw_.get(), parameter, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  base::check(status == SQLITE_OK, "the statement has this parameter");
}

void Statement::bind(int parameter, std::int64_t number) {
  reset();
  base::check(sqlite3_bind_int64(raw_.get(), parameter, number) == SQLITE_OK,
              "the statement has this parameter");
}

void Statement::bind(int parameter, std::nullopt_t /*null*/) {
  reset();
  base::check(sqlite3_bind_null(raw_.get(), parameter) == SQLITE_OK,
              "the statement has this parameter");
}

base::Result<bool> Statement::step() {
  stepped_ = true;
  const int status = sqlite3_step(raw_.get());
  if (status == SQLITE_ROW) return true;
  if (status == SQLITE_DONE) return false;
  return failure(sqlite3_db_handle(raw_.get()), "using the database");
}

std::optional<std::string> Statement::text(int column) const {
  const auto* begin = sqlite3_column_text(raw_.get(), column);
  if (begin == nullptr) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(begin),
                     static_cast<std::size_t>(sqlite3_column_bytes(raw_.get(), column)));
}

std::optional<std::int64_t> Statement::number(int column) const {
  if (sqlite3_column_type(raw_.get(), column) == SQLITE_NULL) return std::nullopt;
  return sqlite3_column_int64(raw_.get(), column);
}

Database::Database(sqlite3* raw) : raw_(raw, &sqlite3_close) {}

base::Result<Database> Database::open_read_only(const std::string& path) {
  // immutable: a database of a writer with a log (WAL) can then be read without one.
  const auto uri = "file:" + codec::percent_encode(path, codec::Slash::keep) + "?immutable=1";
  sqlite3* raw = nullptr;
  const int status = open_raw(uri, &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  Database database(raw);
  if (status != SQLITE_OK) return failure(raw, "cannot open " + path);
  return database;
}

base::Result<Database> Database::open_read_write(const std::string& path) {
  sqlite3* raw = nullptr;
  const int status = open_raw(path, &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  Database database(raw);
  if (status != SQLITE_OK) return failure(raw, "cannot open " + path);
  // Another process may be copying the log into the file: seconds at most.
  sqlite3_busy_timeout(raw, 5'000);
  auto set = database.execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
  if (!set) return base::fail_with(std::move(set.error()), path);
  // Where a sync failed, the system may show what it wrote although the disk has lost it, and sync
  // no more of it. SQLite writes such pages of the log again, but a process that is killed before
  // leaves them to its successor, whose commits would stand behind them: it begins with all of the
  // log in the file. Who reads meanwhile has it wait, and then go on: that is no error. Source: ADR
  // 0026.
  if (auto copied = database.execute("PRAGMA wal_checkpoint(TRUNCATE)"); !copied)
    return base::fail_with(std::move(copied.error()), path);
  return database;
}

base::Result<void> Database::execute(const std::string& sql) {
  if (sqlite3_exec(raw_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return failure(raw_.get(), "using the database");
}

void Database::watch_log(std::function<void(int pages)> on_commit) {
  // Either takes the place of the other: SQLite's own is such a hook, too.
  if (!on_commit) {
    sqlite3_wal_autocheckpoint(raw_.get(), kLogPages);
    on_commit_.reset();
    return;
  }
  on_commit_ = std::make_unique<std::function<void(int pages)>>(std::move(on_commit));
  const auto call = [](void* watcher, sqlite3*, const char*, int pages) {
    (*static_cast<std::function<void(int pages)>*>(watcher))(pages);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(raw_.get(), call, on_commit_.get());
}

base::Result<void> Database::copy_log() {
  const int status = sqlite3_wal_checkpoint_v2(raw_.get(), /*all databases=*/nullptr,
                                               SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (status != SQLITE_OK) return failure(raw_.get(), "copying the log");
  return {};
}

bool Database::is_in_transaction() const { return sqlite3_get_autocommit(raw_.get()) == 0; }

std::int64_t Database::changes() const { return sqlite3_changes64(raw_.get()); }

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(raw_.get()); }

base::Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int status = sqlite3_prepare_v3(raw_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  Statement statement(raw);
  if (status != SQLITE_OK) return failure(raw_.get(), "reading the database");
  return statement;
}

}  // namespace sluice::store
