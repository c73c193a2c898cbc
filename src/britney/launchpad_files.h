// Files that Ubuntu keeps beside its source suite: Blocks, ExcuseBugs, SourcePPA. Formats:
// migration 2.5.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "britney/message.h"
#include "migrate/facts.h"

namespace sluice::britney {

using LaunchpadBugs = migrate::ByName<std::vector<migrate::LaunchpadBug>>;

// Blocks and ExcuseBugs: lines "source bug seconds". A line of another form costs that line and a
// warning.
Read<LaunchpadBugs> parse_launchpad_bugs(std::string_view text, const std::string& file);

// source -> version -> archive, "" if it came from none
using SourcePpas = migrate::ByName<migrate::ByName<std::string>>;

// SourcePPA. What is no map of maps of texts costs that record and an error message.
Read<SourcePpas> parse_source_ppas(std::string_view text, const std::string& file);

std::string source_ppas_text(const SourcePpas& ppas);

}  // namespace sluice::britney
