#include "sim/server.h"

#include <algorithm>
#include <utility>

#include "flow/commit.h"
#include "flow/rescan_results.h"
#include "sim/world.h"

namespace sluice::sim {
namespace {

using namespace std::chrono_literals;

}  // namespace

flow::DeskLimits server_limits() {
  flow::DeskLimits limits;
  limits.foreign_ttl = 6h;
  limits.jobs.probe = {1h, 2h, 4h};
  limits.jobs.hold_gate = 24h;
  limits.jobs.hold_manual = 12h;
  return limits;
}

flow::QueueTable Server::table(const char* queue) {
  const std::string name = queue;
  return flow::queue_table({&name, 1}, {}).value();
}

base::Result<std::unique_ptr<Server>> Server::start(World& world) {
  auto keeper = flow::Keeper::open(kStatePath, server_limits(), world.clock, world.log);
  if (!keeper) return std::unexpected(keeper.error());
  auto feed = flow::ResultsFeed::open(kFeedPath, {kRelease});
  if (!feed) return std::unexpected(feed.error());
  const BrokerLink link{world.broker,   world.disk,   world.random,
                        world.coverage, world.ledger, world.is_calm};
  std::unique_ptr<Server> server(new Server(world, std::move(*keeper), std::move(*feed), link));
  server->begin();
  return server;
}

Server::Server(World& world, std::unique_ptr<flow::Keeper> keeper, flow::ResultsFeed feed,
               const BrokerLink& link)
    : world_(world),
      keeper_(std::move(keeper)),
      feed_(std::move(feed)),
      files_(world.disk),
      requests_(*keeper_),
      requests_in_(link, kIngestQueue),
      ends_in_(link, kEndsQueue),
      requests_out_(link),
      ends_out_(link),
      ingest_(requests_in_, table(kIngestQueue), *keeper_, world.log),
      learn_(ends_in_, *keeper_, world.log),
      publish_(requests_out_, table(kForeignQueue), *keeper_, world.log),
      announce_(ends_out_, *keeper_, world.log),
      adopt_(world.store, *keeper_, world.log) {}

Server::~Server() { *lives_ = false; }

void Server::begin() {
  keeper_->drive_with([this] { keeper_turn(); });
  wake_keeper(world_.clock.now());
  repeat([this] { return ingest_.turn(); });
  repeat([this] { return learn_.turn(); });
  repeat([this] { return publish_.turn(); });
  repeat([this] { return announce_.turn(); });
  repeat([this] { return adopt_.turn(); });
}

void Server::repeat(std::function<std::chrono::milliseconds()> turn) {
  world_.after(world_.some(0, 2'000), [this, lives = lives_, turn = std::move(turn)] {
    if (!*lives) return;
    const auto wait = turn();
    world_.after(std::max<World::Time>(wait, world_.pace(20s)), [this, lives, turn] {
      if (*lives) repeat(turn);
    });
  });
}

void Server::poke() {
  if (is_poked_) return;  // what comes meanwhile is done in one transaction
  is_poked_ = true;
  world_.after(world_.some(0, 200), [this, lives = lives_] {
    if (!*lives) return;
    is_poked_ = false;
    keeper_turn();
  });
}

// Also of a machine that is off: who waits in the dying process needs an answer, whatever it is.
void Server::keeper_turn() {
  (void)keeper_->turn();
  if (world_.disk.is_on()) ++turns_;
}

// As the keeper's thread: at the time that its turn said, and now and then without reason.
void Server::wake_keeper(base::Instant at) {
  const auto wait = std::clamp<World::Time>(at - world_.clock.now(), 1s, world_.pace(30s));
  world_.after(wait, [this, lives = lives_] {
    if (!*lives || !world_.disk.is_on()) return;
    const auto next = keeper_->turn();
    if (world_.disk.is_on()) ++turns_;
    wake_keeper(next);
  });
}

base::Result<flow::PublishedDb> Server::feed() {
  auto fed = feed_.turn(*keeper_, files_);
  if (fed && *fed == flow::PublishedDb::fresh && world_.disk.is_on())
    world_.coverage.hit("readers: fresh autopkgtest.db");
  return fed;
}

// Runs whose message was lost are found in the store.
void Server::rescan() {
  flow::Rescan scan(world_.store,
                    {.container = std::string("autopkgtest-") + kRelease, .page = 20});
  while (!scan.is_over() && world_.disk.is_on()) {
    const auto rows = scan.next();
    if (!rows) return world_.note("rescan: " + rows.error().text());
    const auto entered = flow::ask_keeper<int>(
        *keeper_, [&](flow::JobDesk& desk, base::Instant now) -> base::Result<int> {
          int fresh = 0;
          for (auto row : *rows) {
            row.seen = now;
            const auto added = store::add_run(desk.db(), row);
            if (!added) return std::unexpected(added.error());
            fresh += *added ? 1 : 0;
          }
          return fresh;
        });
    if (!entered) return world_.note("rescan: " + entered.error().text());
    if (*entered > 0) world_.coverage.hit("rescan: run found");
  }
}

}  // namespace sluice::sim
