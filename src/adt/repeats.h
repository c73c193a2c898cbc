// Repeats: how often a producer has asked for the same thing within an hour. A program that loops
// is found by it before its requests are work for somebody. Source: testgrid 6.5, item 1.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "base/time.h"

namespace sluice::adt {

class Repeats {
 public:
  // Counts a request by its key (request_key()); answers how many of them there were in the hour
  // that runs, this one included. Hours begin with the first request after the last one.
  int note(std::string_view producer, std::string_view key, base::Instant now);

  base::Instant forgets() const { return since_ + std::chrono::hours(1); }  // when the hour is over

 private:
  base::Instant since_{};
  std::unordered_map<std::uint64_t, int> counts_;  // digest of producer and key -> requests
};

}  // namespace sluice::adt
