#include "store/pause_rows.h"

#include <doctest/doctest.h>

#include "support/jobs.h"

namespace sluice::store {

// testgrid 1.7
TEST_CASE("pause rows: active until they are lifted") {
  auto db = *StateDb::open(":memory:");
  grid::Pause pause;
  pause.scopes = grid::parse_scopes("release:noble,arch:riscv64").value();
  pause.mode = grid::PauseMode::hard;
  pause.origin = "monitor:power";
  pause.reason = "no power";
  pause.created_by = "jane";
  pause.since = test::kNow;
  pause.until = test::kNow + std::chrono::hours(3);
  pause.id = add_pause(db, pause).value();
  CHECK(active_pauses(db).value() == std::vector{pause});
  CHECK(lift_pause(db, pause.id, test::kNow));
  CHECK(active_pauses(db).value().empty());
  CHECK(lift_pause(db, pause.id, test::kNow).error().text() == "no pause p-1 is active");
}

// testgrid 1.7
TEST_CASE("pause rows: one that drains a worker is read back") {
  auto db = *StateDb::open(":memory:");
  grid::Pause pause;
  pause.scopes = grid::parse_scopes("worker:lab-3").value();
  pause.mode = grid::PauseMode::drain;
  pause.since = test::kNow;
  pause.id = add_pause(db, pause).value();
  CHECK(active_pauses(db).value() == std::vector{pause});
}

}  // namespace sluice::store
