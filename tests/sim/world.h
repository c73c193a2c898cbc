// World: a grid of one server and all whom it deals with, made of a seed. Time is virtual; whatever
// happens is an event of one heap and runs by itself, so a seed gives one history. The server is
// the program's own code on a SimDisk. Source: architecture 10.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "base/log.h"
#include "sim/coverage.h"
#include "sim/ledger.h"
#include "sim/sim_broker.h"
#include "sim/sim_disk.h"
#include "sim/sim_random.h"
#include "sim/sim_store.h"
#include "sim/sim_vfs.h"
#include "sys/clock.h"

namespace sluice::sim {

class World;
class Server;
class Checker;
class Parties;

// The clock of the server's machine; somebody may set it.
class SimClock final : public sys::Clock {
 public:
  base::Instant now() override { return truth + skew; }
  base::Instant::duration steady() override { return truth.time_since_epoch(); }
  base::Instant truth = base::instant_of_seconds(1'800'000'000);
  base::Instant::duration skew{0};
};

// What the server logs is part of the trace.
class SimLog final : public base::Log {
 public:
  explicit SimLog(World& world) : world_(world) {}
  void write(base::Level level, std::string_view line) override;

 private:
  World& world_;
};

// How a world ended. `broken` is the invariant with what broke it, "" if all held.
struct Ending {
  std::string broken;
  std::uint64_t digest = 0;  // of the trace
  std::int64_t steps = 0;
};

class World {
 public:
  World(std::uint64_t seed, Coverage& coverage);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World();

  // The history to its end, or until that many steps were done: faults for some hours, then none
  // until all is drained.
  Ending run(std::int64_t until);
  const std::deque<std::string>& trace() const { return trace_; }  // its last lines
  void keep_trace(std::size_t lines) { trace_kept_ = lines; }

  // For those who live in it.
  using Time = base::Instant::duration;
  void after(Time delay, std::function<void()> what);
  void note(std::string_view line);     // into the trace
  void break_with(std::string reason);  // an invariant does not hold
  std::chrono::milliseconds some(std::int64_t least_ms, std::int64_t most_ms) {
    return std::chrono::milliseconds(random.between(least_ms, most_ms));
  }
  // Between two looks of somebody who waits: rarer when only time can bring something.
  Time pace(std::chrono::seconds usual) const { return is_calm ? usual * 20 : usual; }
  void chance_of_death(Death how);  // of the server, now

  SimRandom random;
  Coverage& coverage;
  Ledger ledger;
  SimClock clock;
  SimLog log{*this};
  SimDisk disk;
  SimBroker broker;
  SimStore store;
  bool is_calm = false;  // faults have stopped
  std::unique_ptr<Server> server;

 private:
  struct Event {
    base::Instant at{};
    std::uint64_t number = 0;
    std::shared_ptr<std::function<void()>> what;
    bool operator>(const Event& other) const {
      return std::pair(at, number) > std::pair(other.at, other.number);
    }
  };

  bool step();
  void watch_power();
  void boot();
  void plan_fault();
  void fault();
  void disk_fault();
  void set_clock();
  void calm_down();
  bool is_drained();

  SimVfs vfs_;
  std::unique_ptr<Checker> checker_;
  std::unique_ptr<Parties> parties_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t numbers_ = 0;
  std::int64_t steps_ = 0;
  std::uint64_t digest_ = 14'695'981'039'346'656'037U;  // FNV-1a
  std::deque<std::string> trace_;
  std::size_t trace_kept_ = 120;
  std::string broken_;
  base::Instant calm_at_{};
  bool is_booting_ = false;
};

}  // namespace sluice::sim
