// Hint files: HINTSDIR/<user> in the order of the configuration. Format: migration 1.2, 6.1, 6.3.
#pragma once

#include <cstdint>
#include <string>

#include "britney/config.h"
#include "britney/message.h"
#include "migrate/hint.h"
#include "sys/files.h"

namespace sluice::britney {

// Where hints of the command line stand: of two that contradict each other the later one counts
// (migration 6.3). last: who supposes something does so against what the files say.
enum class HintsPlace : std::uint8_t { first, last };

// The hints of --hints (';' between two, all permitted) and of every user's file, duplicates
// settled. A missing file costs an error message. The messages are those of the peers, in their
// order, ending in a warning if nobody blocks anything.
Read<migrate::HintSet> read_hints(sys::FileSystem& files, const Config& config,
                                  const std::string& command_line, const deb::Snapshot& snapshot,
                                  HintsPlace place = HintsPlace::first);

}  // namespace sluice::britney
