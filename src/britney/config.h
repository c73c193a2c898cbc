// britney.conf: what the peers' configuration says, as values. Format: migration 0, 0.1, 1.2, 1.3.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "britney/message.h"
#include "migrate/hint_parser.h"
#include "migrate/settings.h"
#include "sys/files.h"

namespace sluice::britney {

// From the command line; what is given here wins over the file.
struct Overrides {
  std::optional<std::string> architectures = {};  // "amd64 arm64"
  std::optional<std::string> series = {};
  std::optional<std::string> distribution = {};
  std::optional<migrate::RuleSet> rules = {};
  std::string parsed_cache = {};  // ours: file of the parsed indexes, "" none
  bool coinstallability = false;  // ours: the stricter rule
};

// Paths as the file has them: relative ones refer to the working directory. "" where a key is
// unset.
struct Paths {
  std::string testing, unstable;
  std::string pu, tpu;
  std::string noninst_status, excuses_output;
  std::string excuses_yaml_output, upgrade_output, heidi_output, heidi_delta_output;
  std::string static_input_dir, state_dir;
  std::string hints_dir;     // never ""
  std::string parsed_cache;  // of the command line alone
};

// One HINTS_<USER> line: a file of that name in Paths::hints_dir.
struct HintUser {
  std::string name;  // lower case
  migrate::HintPermissions permissions;
};

struct EmailValues {
  migrate::Switch stuck = migrate::Switch::off;           // EMAIL_ENABLE
  migrate::Switch sru_regression = migrate::Switch::off;  // SRUREGRESSIONEMAIL_ENABLE
  std::string host = "localhost";
};

struct Config {
  // `architectures` is empty if the file names none: then they are those of the target's Release,
  // sorted. `series` is empty under Ubuntu's rules without --series: then it is the target's name.
  migrate::Settings settings;
  Paths paths;
  std::vector<HintUser> hint_users;  // in the order of the file
  // COMPONENTS of 2015: mirror layout with these when the target has no Release. Nothing: unset or
  // empty, the flat layout.
  std::optional<std::vector<std::string>> components;
  std::optional<std::int64_t> fake_runtime;  // seconds since the epoch: "now" of the age policy
  EmailValues email;
};

// Text -> Config. `file` is the name for messages. The messages say which rule set was chosen and
// why, and what was ignored. Errors: invalid, naming every key that makes no sense, the file and
// what was expected.
base::Result<Read<Config>> parse_config(std::string_view text, const std::string& file,
                                        const Overrides& overrides);

// Reads, parses and checks. Errors also: those of FileSystem::open.
base::Result<Read<Config>> read_config(sys::FileSystem& files, const std::string& file,
                                       const Overrides& overrides);

}  // namespace sluice::britney
