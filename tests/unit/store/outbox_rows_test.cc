// covers: cursor_rows.cc
#include "store/outbox_rows.h"

#include <doctest/doctest.h>

#include "store/cursor_rows.h"

namespace sluice::store {
namespace {

using namespace std::chrono_literals;

const auto kEffectNow = base::instant_of_seconds(1'800'000'000);

Effect effect(std::string key) {
  return {.kind = "amqp", .key = std::move(key), .payload = "bash", .error = ""};
}

}  // namespace

// testgrid 1.4
TEST_CASE("outbox: what is due comes in order, once for each key, until it is done") {
  auto db = *StateDb::open(":memory:");
  REQUIRE(add_effect(db, effect("b"), kEffectNow));
  REQUIRE(add_effect(db, effect("a"), kEffectNow));
  REQUIRE(add_effect(db, effect("b"), kEffectNow));
  CHECK(due_effects(db, "mail", kEffectNow, 10)->empty());
  const auto due = due_effects(db, "amqp", kEffectNow, 10).value();
  REQUIRE(due.size() == 2);
  CHECK(due[0].key == "b");
  CHECK(due[0].payload == "bash");
  CHECK(due_effects(db, "amqp", kEffectNow, 1)->size() == 1);
  REQUIRE(effect_done(db, due[0].id));
  CHECK(due_effects(db, "amqp", kEffectNow, 10)->size() == 1);
}

// testgrid 1.4
TEST_CASE("outbox: what failed waits longer each time, an hour at most") {
  auto db = *StateDb::open(":memory:");
  REQUIRE(add_effect(db, effect("a"), kEffectNow));
  auto now = kEffectNow;
  for (const auto wait : {1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min}) {
    const auto due = due_effects(db, "amqp", now, 10).value();
    REQUIRE(due.size() == 1);
    REQUIRE(effect_failed(db, due[0], "no such queue", now));
    CHECK(due_effects(db, "amqp", now + wait - 1s, 10)->empty());
    now += wait;
  }
  const auto due = due_effects(db, "amqp", now, 10).value();
  REQUIRE(due.size() == 1);
  CHECK(due[0].tries == 8);
  CHECK(due[0].error == "no such queue");
}

// autopkgtest 1.3
TEST_CASE("cursor: there is none until it is moved; each has its own") {
  auto db = *StateDb::open(":memory:");
  CHECK(cursor_of(db, "a").value() == std::nullopt);
  REQUIRE(move_cursor(db, "a", 5));
  REQUIRE(move_cursor(db, "a", 7));
  REQUIRE(move_cursor(db, "b", 1));
  CHECK(cursor_of(db, "a").value() == 7);
  CHECK(last_event(db).value() == 0);
}

}  // namespace sluice::store
