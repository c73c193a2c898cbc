#include "flow/keeper.h"

#include <doctest/doctest.h>

#include <future>
#include <optional>
#include <string>

#include "flow/commit.h"
#include "support/job_desk_world.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"

namespace sluice::flow {
namespace {

using namespace std::chrono_literals;
using MaybeLease = base::Result<std::optional<queue::Lease>>;

struct KeeperWorld {
  KeeperWorld() { keeper = Keeper::open(":memory:", {}, clock, log).value(); }

  void submit(const std::string& package) {
    keeper->post([package, this](JobDesk& desk, base::Instant now) -> Keeper::After {
      const auto answer = desk.submit(test::DeskWorld::submission(package), now);
      return [answer, this](const base::Result<void>& committed) {
        if (committed && answer) ++submitted;
      };
    });
  }
  void ask(std::chrono::seconds wait, std::optional<MaybeLease>& answer,
           const std::string& worker = "host-1", const std::string& instance = "") {
    keeper->lease({worker, {{"", "noble", "amd64"}}, wait, instance},
                  [&answer](MaybeLease lease) { answer = std::move(lease); });
  }

  test::ManualClock clock{test::kNow};
  test::RecordingLog log;
  std::unique_ptr<Keeper> keeper;
  int submitted = 0;
};

}  // namespace

// testgrid 1.4
TEST_CASE("keeper: answers come after the commit of all that had come") {
  KeeperWorld w;
  w.submit("foo");
  w.submit("bar");
  CHECK(w.submitted == 0);
  w.keeper->turn();
  CHECK(w.submitted == 2);
  std::optional<MaybeLease> lease;
  w.ask(0s, lease);
  w.keeper->turn();
  REQUIRE((lease && *lease && **lease));
  CHECK((**lease)->request.package == "foo");
}

// testgrid 1.4
TEST_CASE("keeper: a worker that waits gets work as soon as there is some, or nothing in time") {
  KeeperWorld w;
  std::optional<MaybeLease> first, second;
  w.ask(20s, first);
  w.ask(40s, second, "host-2");
  CHECK(w.keeper->turn() == test::kNow + 5s);
  CHECK_FALSE(first);
  w.submit("foo");
  w.keeper->turn();
  REQUIRE(first);
  CHECK((**first)->request.package == "foo");
  CHECK_FALSE(second);
  w.clock.now_ += 41s;
  w.keeper->turn();
  REQUIRE(second);
  CHECK(*second == std::nullopt);
}

// testgrid 1.4
TEST_CASE("keeper: a worker that asks again waits once") {
  KeeperWorld w;
  std::optional<MaybeLease> first, second;
  w.ask(20s, first);
  w.ask(20s, second);
  w.keeper->turn();
  REQUIRE(first);
  CHECK(*first == std::nullopt);
  w.submit("foo");
  w.keeper->turn();
  REQUIRE(second);
  CHECK((**second)->request.package == "foo");
}

// architecture 9
TEST_CASE("keeper: another worker of a name does not take the place of the one that waits") {
  KeeperWorld w;
  std::optional<MaybeLease> waits, other;
  w.ask(20s, waits, "host-1", "one");
  w.keeper->turn();

  w.ask(20s, other, "host-1", "two");
  w.keeper->turn();
  REQUIRE(other);
  REQUIRE_FALSE(*other);
  CHECK(other->error().kind == base::ErrorKind::conflict);
  CHECK_FALSE(waits);
  w.submit("foo");
  w.keeper->turn();
  REQUIRE((waits && *waits));
  CHECK((*waits)->has_value());
}

// testgrid 1.4
TEST_CASE("keeper: what one task cannot do does not undo the others") {
  KeeperWorld w;
  w.submit("foo");
  std::optional<base::Result<void>> refused;
  w.keeper->post([&](JobDesk& desk, base::Instant now) -> Keeper::After {
    refused = desk.apply(77, adt::CancelAsked{"x"}, now);
    return [](const base::Result<void>&) {};
  });
  w.keeper->turn();
  CHECK(refused->error().kind == base::ErrorKind::not_found);
  CHECK(w.submitted == 1);
}

// architecture 9
TEST_CASE("keeper: its thread works while others post, and stops after the last task") {
  KeeperWorld w;
  std::promise<void> done;
  w.keeper->start();
  for (int i = 0; i < 100; ++i) w.submit("p" + std::to_string(i));
  w.keeper->post([&](JobDesk& desk, base::Instant) -> Keeper::After {
    CHECK(desk.waiting() == 100);
    return [&](const base::Result<void>&) { done.set_value(); };
  });
  done.get_future().get();
  w.submit("last");
  w.keeper->stop();
  CHECK(w.submitted == 101);
}

// architecture 9
TEST_CASE("keeper: where no transaction can begin, all are told and nothing is kept") {
  KeeperWorld w;
  JobDesk* desk = nullptr;
  w.keeper->post([&](JobDesk& its, base::Instant) -> Keeper::After {
    desk = &its;
    // In one that is open already, as little as on a disk that does not answer.
    return [&](const base::Result<void>&) { REQUIRE(its.db().use("BEGIN").run()); };
  });
  w.keeper->turn();
  std::optional<base::Result<void>> told;
  w.keeper->post([&](JobDesk& its, base::Instant now) -> Keeper::After {
    REQUIRE(its.submit(test::DeskWorld::submission("foo"), now));
    return [&](const base::Result<void>& committed) { told = committed; };
  });
  w.keeper->turn();
  REQUIRE(told);
  CHECK_FALSE(*told);
  CHECK(desk->waiting() == 0);
  w.submit("bar");
  w.keeper->turn();
  CHECK(w.submitted == 1);
  CHECK(desk->waiting() == 1);
}

// architecture 9
TEST_CASE("keeper: after SQLite gave up a transaction nothing of it is kept") {
  KeeperWorld w;
  w.submit("foo");
  w.keeper->post([&](JobDesk& desk, base::Instant) -> Keeper::After {
    // What SQLite does by itself at an I/O error.
    REQUIRE(desk.db().use("ROLLBACK").run());
    return [](const base::Result<void>&) {};
  });
  w.submit("bar");
  w.keeper->turn();
  CHECK(w.submitted == 0);
  std::optional<MaybeLease> lease;
  w.ask(0s, lease);
  w.keeper->turn();
  CHECK(**lease == std::nullopt);
}

// architecture 9
TEST_CASE("keeper: a state that could not be read is read by a later turn") {
  KeeperWorld w;
  w.submit("foo");
  w.keeper->turn();
  const auto rename = [&](std::string_view sql) {
    return [sql](JobDesk& desk, base::Instant) -> Keeper::After {
      REQUIRE(desk.db().use("ROLLBACK").run());
      return [&desk, sql](const base::Result<void>&) { REQUIRE(desk.db().use(sql).run()); };
    };
  };
  w.keeper->post(rename("ALTER TABLE pause RENAME TO away"));
  w.keeper->turn();
  w.keeper->post(rename("ALTER TABLE away RENAME TO pause"));
  w.keeper->turn();
  std::optional<MaybeLease> lease;
  w.ask(0s, lease);
  w.keeper->turn();
  REQUIRE((lease && *lease));
  CHECK((**lease)->request.package == "foo");
}

// architecture 10
TEST_CASE("keeper: without its thread it is driven by who waits for an answer") {
  KeeperWorld w;
  w.keeper->drive_with([&] { w.keeper->turn(); });
  CHECK(commit(*w.keeper, [](JobDesk& desk, base::Instant now) -> base::Result<void> {
    if (auto done = desk.submit(test::DeskWorld::submission("foo"), now); !done)
      return std::unexpected(done.error());
    return {};
  }));
  CHECK(ask_keeper<std::size_t>(*w.keeper,
                                [](JobDesk& desk, base::Instant) -> base::Result<std::size_t> {
                                  return desk.waiting();
                                })
            .value() == 1);
}

// testgrid 1.4
TEST_CASE("keeper: a clock that is set ends no lease, and lets none live longer") {
  for (const auto step : {3600s, -3600s}) {
    KeeperWorld w;
    w.submit("foo");
    std::optional<MaybeLease> lease, waits;
    w.ask(0s, lease);
    w.keeper->turn();
    w.ask(20s, waits, "host-2");
    w.keeper->turn();
    const auto running = [&] {
      std::size_t count = 0;
      w.keeper->post([&](JobDesk& desk, base::Instant) -> Keeper::After {
        count = desk.running().size();
        return [](const base::Result<void>&) {};
      });
      w.keeper->turn();
      return count;
    };
    CHECK(running() == 1);

    w.clock.set(step);
    w.keeper->turn();

    CHECK(running() == 1);
    CHECK_FALSE(waits);
    w.clock.now_ += 89s;
    CHECK(running() == 1);
    CHECK(waits);
    w.clock.now_ += 1s;
    w.keeper->turn();
    CHECK(running() == 0);
  }
}

}  // namespace sluice::flow
