// SimRandom: all chance of a simulated world, from its seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace sluice::sim {

class SimRandom {
 public:
  explicit SimRandom(std::uint64_t seed) : engine_(seed) {}

  // 0 to `end` - 1. The remainder is biased by less than a billionth, which nobody here can see;
  // the distributions of <random> differ between libraries, and a seed must not.
  std::uint64_t below(std::uint64_t end) { return engine_() % end; }
  std::int64_t between(std::int64_t first, std::int64_t last) {
    return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first + 1)));
  }
  bool chance(int percent) { return below(100) < static_cast<std::uint64_t>(percent); }
  template <class T>
  const T& pick(const std::vector<T>& from) {
    return from[static_cast<std::size_t>(below(from.size()))];
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace sluice::sim
