// Server: what `sluice serve` has of the grid, on the simulated machine: the keeper and the
// journeys that move messages and results. One object is one life of the process; a crash is its
// end. Where the program has threads, their turns are events.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "flow/adopt_runs.h"
#include "flow/announce_runs.h"
#include "flow/ingest_requests.h"
#include "flow/keeper.h"
#include "flow/learn_ends.h"
#include "flow/local_grid.h"
#include "flow/publish_requests.h"
#include "flow/results_feed.h"
#include "sim/sim_broker.h"
#include "sim/sim_files.h"

namespace sluice::sim {

class World;

inline constexpr const char* kStatePath = "/srv/state.db";
inline constexpr const char* kFeedPath = "/srv/results";
inline constexpr const char* kRelease = "noble";

// The times of the program, shrunk where they are days: a drained world is one that was waited for.
flow::DeskLimits server_limits();

class Server {
 public:
  // Errors: of the disk.
  static base::Result<std::unique_ptr<Server>> start(World& world);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  flow::Keeper& keeper() { return *keeper_; }
  flow::LocalRequestQueue& requests() { return requests_; }
  void poke();  // something was posted: the keeper has its turn soon
  void keeper_turn();
  std::int64_t turns() const { return turns_; }  // that were committed

  base::Result<flow::PublishedDb> feed();
  void rescan();

 private:
  Server(World& world, std::unique_ptr<flow::Keeper> keeper, flow::ResultsFeed feed,
         const BrokerLink& link);
  static flow::QueueTable table(const char* queue);
  void begin();
  // `turn` answers how long to wait before the next.
  void repeat(std::function<std::chrono::milliseconds()> turn);
  void wake_keeper(base::Instant at);

  World& world_;
  std::unique_ptr<flow::Keeper> keeper_;
  flow::ResultsFeed feed_;
  SimFiles files_;
  flow::LocalRequestQueue requests_;
  SimSource requests_in_, ends_in_;
  SimSink requests_out_, ends_out_;
  flow::IngestRequests ingest_;
  flow::LearnEnds learn_;
  flow::PublishRequests publish_;
  flow::AnnounceRuns announce_;
  flow::AdoptRuns adopt_;
  std::shared_ptr<bool> lives_ = std::make_shared<bool>(true);
  std::int64_t turns_ = 0;
  bool is_poked_ = false;
};

}  // namespace sluice::sim
