#include "store/cursor_rows.h"

namespace sluice::store {
namespace {

constexpr std::string_view kRead = "SELECT seq FROM cursor WHERE name = ?";
constexpr std::string_view kMove =
    "INSERT INTO cursor (name, seq) VALUES (?, ?)"
    " ON CONFLICT (name) DO UPDATE SET seq = excluded.seq";
constexpr std::string_view kLast = "SELECT max(seq) FROM event";

}  // namespace

base::Result<std::optional<std::int64_t>> cursor_of(StateDb& db, const std::string& name) {
  auto rows = db.use(kRead);
  const auto row = rows.with(name).step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  return rows.number(0);
}

base::Result<void> move_cursor(StateDb& db, const std::string& name, std::int64_t seq) {
  return db.use(kMove).with(name, seq).run();
}

base::Result<std::int64_t> last_event(StateDb& db) {
  auto rows = db.use(kLast);
  const auto row = rows.step();
  if (!row) return std::unexpected(row.error());
  return rows.number(0);
}

}  // namespace sluice::store
