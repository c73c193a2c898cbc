// The policies' files: all of them read before a run, some written after it. Which file stands
// where: migration 2.5, 8.7.
#pragma once

#include "base/result.h"
#include "base/time.h"
#include "britney/config.h"
#include "britney/message.h"
#include "migrate/facts.h"
#include "sys/files.h"

namespace sluice::britney {

struct State {
  migrate::Facts facts;  // ppa_lookup is null: who asks Launchpad is the caller's choice
  // False if the file of dates is there but cannot be read. Then it is not written either: else
  // every package would be new today.
  bool dates_read = true;
};

// Reads what the policies of this run need. A missing file means that nothing is known; one that
// cannot be read, or is damaged, costs an error message and what is damaged.
Read<State> load_state(sys::FileSystem& files, const Config& config, const deb::Snapshot& snapshot,
                       base::Instant now);

// What a run learned (migrate::Judgement).
struct Learned {
  const migrate::AgeFacts::Dates& known;       // before the run
  const migrate::AgeFacts::Dates& first_seen;  // by the run; these count
  const migrate::ByName<migrate::ByName<std::string>>& source_ppas;
};

// Writes the dates and, under Ubuntu's rules, SourcePPA; removes TESTING/Dates once its content is
// in STATE_DIR. Not for dry runs. Errors: those of FileSystem::replace, with old files whole;
// nothing is removed then.
base::Result<void> save_state(sys::FileSystem& files, const Config& config, const State& before,
                              const Learned& learned);

}  // namespace sluice::britney
