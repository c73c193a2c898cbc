// The `given` part of a case: index texts, configuration, hints and facts. Format:
// docs/formats/case.md.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "case_file.h"
#include "deb/snapshot.h"
#include "migrate/facts.h"
#include "migrate/hint.h"
#include "migrate/settings.h"

namespace sluice::cases {

struct Input {
  migrate::Settings settings;
  std::shared_ptr<const deb::Snapshot> snapshot;
  migrate::HintSet hints;
  migrate::Facts facts;
  std::vector<std::string> constraints;  // names that have to stay installable
  std::vector<std::string> messages;     // of configuration, indexes and hints, in this order
};

// Errors: invalid, naming file and line.
base::Result<std::unique_ptr<Input>> read_input(const Case& scenario);

}  // namespace sluice::cases
