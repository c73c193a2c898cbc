// Hint file text -> hints. Source: migration 4.1 (items), 6.1, 6.2. Every line that is no hint
// costs that line: it becomes a message with the peers' words.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "migrate/hint.h"
#include "migrate/settings.h"

namespace sluice::migrate {

// The words of one HINTS_<USER> line, expanded (HELPERS, STANDARD, ALL). `all` beats the rest.
struct HintPermissions {
  bool all = false;
  std::set<std::string, std::less<>> words;
};
HintPermissions parse_permissions(std::string_view tokens);

struct HintMessage {
  base::Level level;
  std::string text;
};

struct HintFileContent {
  std::vector<Hint> hints;
  std::vector<HintMessage> messages;
};

// `file` is the name that messages show; `known` says which hint types exist in this run (policy
// hints exist only while their policy is enabled).
using KnownHints = std::set<HintType>;
KnownHints known_hints(const Settings& settings);

HintFileContent parse_hints(std::string_view text, std::string_view user, std::string_view file,
                            const HintPermissions& permissions, const KnownHints& known,
                            const deb::Snapshot& snapshot);

// Item text of hints (versioned or not), --actions and the hint tester, with auto correction.
enum class Versioned : std::uint8_t { no, yes };
base::Result<ItemName> parse_item(std::string_view text, Versioned versioned,
                                  const deb::Snapshot& snapshot);

}  // namespace sluice::migrate
