// Packages that no index has: STATIC_INPUT_DIR/faux-packages and /constraints. Format:
// migration 2.6, in Debian's way under both rule sets.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "britney/message.h"
#include "deb/snapshot_builder.h"
#include "sys/files.h"

namespace sluice::britney {

struct StaticInput {
  // For the target and the primary source suite. One constraint may be several of them, of one name
  // and version, where its relations differ between architectures.
  std::vector<deb::FauxPackage> packages;
  std::vector<std::string> must_stay_installable;  // names of constraints, sorted
};

// A paragraph that makes no sense costs that paragraph, a line of Package-List that line; each is
// an error message with file, place, field and expectation.
Read<StaticInput> parse_faux_packages(std::string_view text, const std::string& file);

// `architectures`: all of the run; needed because a line of Package-List may be for some of them.
Read<StaticInput> parse_constraints(std::string_view text, const std::string& file,
                                    const std::vector<std::string>& architectures);

// Both files, each of which may be missing. `directory` "": nothing.
Read<StaticInput> read_static_input(sys::FileSystem& files, const std::string& directory,
                                    const std::vector<std::string>& architectures);

}  // namespace sluice::britney
