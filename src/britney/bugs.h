// Release critical bugs: rc-bugs-<suite>, or BugsV of older deployments. Format: migration 2.5.
#pragma once

#include <string>
#include <string_view>

#include "britney/message.h"
#include "migrate/facts.h"

namespace sluice::britney {

// Lines "package bug[,bug...]"; package is a binary, a source or "src:source". Several lines of one
// package add up. A line of another form costs that line and a warning.
Read<migrate::BugFacts> parse_bugs(std::string_view text, const std::string& file);

}  // namespace sluice::britney
