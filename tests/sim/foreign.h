// Foreign: those at the broker who are none of ours: producers of requests, and workers that take
// what the grid publishes, run it, and tell of its end. Source: autopkgtest 1.1, 1.3.
#pragma once

#include "sim/world.h"

namespace sluice::sim {

class Foreign {
 public:
  explicit Foreign(World& world) : world_(world) {}
  void begin();

 private:
  void produce();
  void work();
  void run(std::uint64_t message, const std::string& body);

  World& world_;
  std::int64_t runs_ = 0, requests_ = 0;
};

}  // namespace sluice::sim
