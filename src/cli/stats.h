// Stats: what each phase of a run used, for `--stats` and bench/. A thread of its own samples the
// anonymous memory, whose peak the kernel does not keep.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sys/usage.h"

namespace sluice::cli {

class Stats {
 public:
  Stats();
  Stats(const Stats&) = delete;
  Stats& operator=(const Stats&) = delete;

  // The phase that began at the last call (or at construction) ends now.
  void end_phase(std::string_view name);

  // Ends the sampling. "stats: phase=load user_s=0.310 system_s=0.020 wall_s=0.350 anon_mib=42.1"
  // per phase, then "stats: total ... peak_anon_mib=... peak_rss_mib=...".
  std::vector<std::string> lines();

 private:
  sys::Usage start_, last_;
  std::vector<std::string> phases_;
  std::atomic<std::uint64_t> peak_anonymous_ = 0;
  std::jthread sampler_;  // last: stops before what it writes to is gone
};

// The text after "stats: " of one span.
std::string stats_text(const sys::Usage& from, const sys::Usage& to);

}  // namespace sluice::cli
