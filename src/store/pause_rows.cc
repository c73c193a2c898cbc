#include "store/pause_rows.h"

#include <utility>

namespace sluice::store {
namespace {

constexpr std::string_view kInsertPause =
    "INSERT INTO pause (scope, mode, origin, reason, created_by, since, until)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kLift = "UPDATE pause SET lifted = ? WHERE id = ? AND lifted IS NULL";
constexpr std::string_view kActive =
    "SELECT id, scope, mode, origin, reason, created_by, since, until FROM pause"
    " WHERE lifted IS NULL ORDER BY id";

}  // namespace

base::Result<std::int64_t> add_pause(StateDb& db, const grid::Pause& pause) {
  auto insert = db.use(kInsertPause);
  insert.with(grid::text_of(pause.scopes), grid::text_of(pause.mode), pause.origin, pause.reason,
              pause.created_by, micros_of(pause.since));
  if (pause.until)
    insert.statement().bind(7, micros_of(*pause.until));
  else
    insert.statement().bind(7, std::nullopt);
  if (auto added = insert.run(); !added) return std::unexpected(added.error());
  return db.last_insert_id();
}

base::Result<void> lift_pause(StateDb& db, std::int64_t id, base::Instant now) {
  if (auto lifted = db.use(kLift).with(micros_of(now), id).run(); !lifted) return lifted;
  if (db.changes() == 1) return {};
  return base::fail(base::ErrorKind::not_found, "no pause p-" + std::to_string(id) + " is active");
}

base::Result<std::vector<grid::Pause>> active_pauses(StateDb& db) {
  std::vector<grid::Pause> pauses;
  auto rows = db.use(kActive);
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return pauses;
    grid::Pause pause;
    pause.id = rows.number(0);
    auto scopes = grid::parse_scopes(rows.text(1));
    const auto mode = grid::parse_pause_mode(rows.text(2));
    if (!scopes || !mode)
      return base::fail(base::ErrorKind::corrupt, "pause p-" + rows.text(0) + " is unreadable");
    pause.scopes = std::move(*scopes);
    pause.mode = *mode;
    pause.origin = rows.text(3);
    pause.reason = rows.text(4);
    pause.created_by = rows.text(5);
    pause.since = instant_of_micros(rows.number(6));
    if (const auto until = rows.maybe_number(7)) pause.until = instant_of_micros(*until);
    pauses.push_back(std::move(pause));
  }
}

}  // namespace sluice::store
