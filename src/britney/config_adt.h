// The ADT_* keys of britney.conf. Format: migration 1.3.
#pragma once

#include <string>
#include <vector>

#include "britney/config_text.h"
#include "britney/message.h"
#include "migrate/settings.h"

namespace sluice::britney {

struct AdtRead {
  migrate::AdtSettings settings;
  Messages messages;
  std::vector<std::string> problems;  // keys that make no sense: file, line, value and expectation
};

// Keys are looked at only if ADT_ENABLE is on, but for ADT_PPAS. `file` is the name for messages.
AdtRead read_adt(const ConfigText& text, const std::string& file, migrate::RuleSet rules);

}  // namespace sluice::britney
