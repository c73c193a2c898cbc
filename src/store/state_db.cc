#include "store/state_db.h"

#include <array>
#include <utility>

#include "base/check.h"

namespace sluice::store {
namespace {

// Each leads from the version before it to the next; what was released is never changed again.
constexpr std::array<std::string_view, 7> kMigrations = {
#include "store/schema/0001_init.sql"
    ,
#include "store/schema/0002_cursor.sql"
    ,
#include "store/schema/0003_run_order.sql"
    ,
#include "store/schema/0004_no_lists.sql"
    ,
#include "store/schema/0005_suspicion.sql"
    ,
#include "store/schema/0006_drain.sql"
    ,
#include "store/schema/0007_run_uuid.sql"
};

}  // namespace

base::Result<void> Use::run() {
  const auto stepped = step();
  if (!stepped) return std::unexpected(stepped.error());
  return {};
}

base::Result<StateDb> StateDb::open(const std::string& path) {
  auto database = Database::open_read_write(path);
  if (!database) return std::unexpected(database.error());
  // Keys are random, so a storm touches pages all over their index: with the 2 MB that SQLite takes
  // by itself each is written and read again many times in one transaction.
  if (auto set = database->execute("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;"); !set)
    return std::unexpected(set.error());
  StateDb state(std::move(*database), path);
  if (auto migrated = state.migrate(); !migrated)
    return base::fail_with(std::move(migrated.error()), path);
  return state;
}

base::Result<std::unique_ptr<LogCopier>> StateDb::copy_log_aside() {
  return LogCopier::start(database_, path_);
}

base::Result<void> StateDb::migrate() {
  auto version = database_.prepare("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (auto row = version->step(); !row) return std::unexpected(row.error());
  const auto present = static_cast<std::size_t>(version->number(0).value_or(0));
  version->reset();
  if (present > kMigrations.size())
    return base::fail(base::ErrorKind::conflict, "the file has schema " + std::to_string(present) +
                                                     ", this program knows " +
                                                     std::to_string(kMigrations.size()));
  // A table that is made anew is for a moment not what others refer to.
  if (auto off = database_.execute("PRAGMA foreign_keys = OFF"); !off) return off;
  for (auto next = present; next < kMigrations.size(); ++next) {
    const auto sql = "BEGIN IMMEDIATE;" + std::string(kMigrations.at(next)) +
                     "PRAGMA user_version = " + std::to_string(next + 1) + "; COMMIT;";
    if (auto done = database_.execute(sql); !done) return done;
  }
  return database_.execute("PRAGMA foreign_keys = ON");
}

base::Result<void> StateDb::in_transaction(const std::function<base::Result<void>()>& work) {
  if (auto begun = use("BEGIN IMMEDIATE").run(); !begun) return begun;
  auto done = work();
  if (done) done = use("COMMIT").run();
  // After a failed commit the transaction may be open or not; either way it must be gone.
  if (!done) (void)use("ROLLBACK").run();
  return done;
}

void StateDb::in_vain(const std::function<void()>& work) {
  // Deferred: it asks nothing of the disk before `work` does.
  if (!is_in_transaction()) (void)use("BEGIN").run();
  work();
  if (is_in_transaction()) (void)use("ROLLBACK").run();
}

Use StateDb::use(std::string_view sql) {
  auto& statement = statements_[sql.data()];
  if (!statement) {
    auto prepared = database_.prepare(sql);
    base::check(prepared.has_value(), prepared ? "" : prepared.error().what);
    statement = std::make_unique<Statement>(std::move(*prepared));
  }
  return Use(*statement);
}

}  // namespace sluice::store
