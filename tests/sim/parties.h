// Parties: all who use the grid: the gate and people who ask for tests, people who pause, cancel
// and retry, producers and workers at the broker, and workers of ours that are good, slow, lying or
// dead.
#pragma once

#include <memory>
#include <vector>

#include "sim/caller.h"
#include "sim/foreign.h"
#include "sim/people.h"
#include "sim/worker.h"

namespace sluice::sim {

class Parties {
 public:
  explicit Parties(World& world) : people_(world), foreign_(world) {
    for (const char* name : {"h0-1", "h1-1", "h1-2", "h2-1", "h3-1"})
      workers_.push_back(std::make_unique<Worker>(world, name));
  }

  void begin() {
    people_.begin();
    foreign_.begin();
    for (const auto& worker : workers_) worker->begin();
  }
  // From now on all are honest, and nobody asks for anything new.
  void calm_down() {
    people_.calm_down();
    for (const auto& worker : workers_) worker->calm_down();
  }
  bool are_idle() const { return people_.is_idle(); }

 private:
  People people_;
  Foreign foreign_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace sluice::sim
