// The mirrors that are fetched by ourselves, as YAML: the key `mirrors` of the server's
// configuration, or a file of its own. Format: docs/manual/mirrors.md.
#pragma once

#include <string>
#include <vector>

#include "cli/grid_arguments.h"
#include "codec/value.h"
#include "flow/mirror_turn.h"
#include "sys/files.h"

namespace sluice::cli {

// A map from names to mirrors, added to `to`. Errors: invalid, with the key.
base::Result<void> read_mirrors(const codec::Value& value, std::vector<MirrorPlace>& to);

// The mirrors of the arguments and of the file that they name. Errors: invalid; those of the file;
// conflict for two mirrors with one name or directory.
base::Result<std::vector<flow::MirrorOptions>> mirror_options(const ServeArguments& arguments,
                                                              sys::FileSystem& files);

}  // namespace sluice::cli
