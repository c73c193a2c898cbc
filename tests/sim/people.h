// People: the gate and persons, who ask for tests and change their minds; and the operator's
// clockwork: the published database, re-scans, checkpoints.
#pragma once

#include <set>
#include <string>

#include "sim/caller.h"

namespace sluice::sim {

class People {
 public:
  explicit People(World& world) : world_(world) {}

  void begin();
  void calm_down();
  bool is_idle() const { return is_idle_; }  // all pauses are lifted, who is to be revived is

 private:
  void gate();
  void person();
  void submit();
  void meddle();
  void pause();
  void lift();
  void keep_house();
  void lift_all();
  void revive();
  void apply(std::int64_t job, const adt::JobEvent& event);
  std::int64_t some_job();

  World& world_;
  std::int64_t uploads_ = 0;
  std::set<std::int64_t> revived_;
  bool is_idle_ = false;
};

}  // namespace sluice::sim
