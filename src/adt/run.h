// What the texts of one finished run mean. Source: migration 4.6.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adt/test_result.h"

namespace sluice::adt {

// 0 and 2 pass, 8 is neutral, everything else fails.
ResultCode code_of_exit(std::int64_t exit_code);

// Ended so early (12, 20) or so badly (4) that there may be no tested version.
bool may_lack_version(std::int64_t exit_code);

// "20150101_100100…", UTC, as seconds since the epoch; nothing if it does not begin like that.
std::optional<std::int64_t> seen_of_run(std::string_view run_id);

// Begins with a time and has only letters, digits, "_", "-" and "@": what follows the second is the
// peers' affair, but it becomes part of paths and of pages.
bool is_run_id(std::string_view text);

// The words that contain "/".
std::vector<std::string> triggers_of(std::string_view text);

// Those of them that are SOURCE/VERSION: others could be of no item, and would be kept for ever.
std::vector<std::string> sound_triggers(std::vector<std::string> triggers);

}  // namespace sluice::adt
