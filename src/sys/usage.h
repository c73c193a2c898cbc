// What this process has used so far: processor time and memory, for --stats and bench/.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice::sys {

struct Usage {
  double user_seconds = 0, system_seconds = 0;
  double wall_seconds = 0;                // of a clock that only goes forward
  std::uint64_t anonymous_bytes = 0;      // now resident, without mapped files (RssAnon)
  std::uint64_t peak_resident_bytes = 0;  // highest resident size, mapped files included (VmHWM)
};

Usage usage_now();

// For a process that ends when its work is done: the allocator keeps what was freed for what comes
// next, and does not tidy up on the way.
void prefer_speed_to_memory();

// RssAnon and VmHWM of a /proc/PID/status text; 0 where a line is missing. Source: proc(5).
struct MemoryStatus {
  std::uint64_t anonymous_bytes = 0, peak_resident_bytes = 0;
};
MemoryStatus parse_memory_status(std::string_view text);

}  // namespace sluice::sys
