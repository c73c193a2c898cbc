// Events of a run -> lines of UPGRADE_OUTPUT. Source: migration 7.3, 7.4, 8.1.
#pragma once

#include <string>
#include <vector>

#include "base/log.h"
#include "base/time.h"
#include "migrate/plan.h"

namespace sluice::migrate {

struct OutputLine {
  base::Level level = base::Level::info;
  std::string text;  // without newline; may be empty
};

// The lines of one event, in order. `world.now` is the target as it is at the event.
std::vector<OutputLine> output_lines(const RunEvent& event, const World& world, base::Instant now);

// "N+B: i-1:a-0" (7.3)
std::string counters_text(const Counters& counters, const World& world,
                          const ArchNames& break_archs);

// Old libraries as " name: arch arch", sorted by name.
std::vector<std::string> old_library_lines(const std::vector<Item>& items, const World& world);

}  // namespace sluice::migrate
