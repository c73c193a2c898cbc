#include "store/outbox_rows.h"

#include <algorithm>
#include <utility>

namespace sluice::store {
namespace {

constexpr std::string_view kInsertEffect =
    "INSERT INTO outbox (kind, key, payload, made, tries, next, error)"
    " VALUES (?, ?, ?, ?, 0, ?, '') ON CONFLICT (kind, key) DO NOTHING";
constexpr std::string_view kDue =
    "SELECT id, kind, key, payload, tries, next, error FROM outbox"
    " WHERE kind = ? AND next <= ? ORDER BY id LIMIT ?";
constexpr std::string_view kDelete = "DELETE FROM outbox WHERE id = ?";
constexpr std::string_view kFailed =
    "UPDATE outbox SET tries = tries + 1, next = ?, error = ? WHERE id = ?";

// 1, 2, 4 … 60 minutes.
std::chrono::minutes wait_after(std::int64_t tries) {
  const auto doubled = std::min<std::int64_t>(tries, 6);
  return std::min(std::chrono::minutes(std::int64_t{1} << doubled), std::chrono::minutes(60));
}

}  // namespace

base::Result<void> add_effect(StateDb& db, const Effect& effect, base::Instant now) {
  return db.use(kInsertEffect)
      .with(effect.kind, effect.key, effect.payload, micros_of(now), micros_of(now))
      .run();
}

base::Result<std::vector<Effect>> due_effects(StateDb& db, const std::string& kind,
                                              base::Instant now, std::size_t limit) {
  std::vector<Effect> due;
  auto rows = db.use(kDue);
  rows.with(kind, micros_of(now), static_cast<std::int64_t>(limit));
  while (true) {
    const auto row = rows.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return due;
    due.push_back({rows.number(0), rows.text(1), rows.text(2), rows.text(3), rows.number(4),
                   instant_of_micros(rows.number(5)), rows.text(6)});
  }
}

base::Result<void> effect_done(StateDb& db, std::int64_t id) {
  return db.use(kDelete).with(id).run();
}

base::Result<void> effect_failed(StateDb& db, const Effect& effect, const std::string& why,
                                 base::Instant now) {
  return db.use(kFailed).with(micros_of(now + wait_after(effect.tries)), why, effect.id).run();
}

}  // namespace sluice::store
