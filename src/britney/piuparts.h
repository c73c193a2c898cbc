// piuparts-summary-<suite>.json. Format: migration 2.5.
#pragma once

#include <string>
#include <string_view>

#include "britney/message.h"
#include "migrate/facts.h"

namespace sluice::britney {

using PiupartsFacts = migrate::ByName<migrate::PiupartsResult>;

// State and page of each source. Nothing is known from an empty text, nor, with an error message,
// from one that is no summary; a record of another form costs that record.
Read<PiupartsFacts> parse_piuparts(std::string_view text, const std::string& file);

}  // namespace sluice::britney
