// The file beside an object of the directory store that says what the object's bytes do not.
// Format: docs/formats/result-directory.md.
#pragma once

#include <string>
#include <string_view>

#include "results/result_store.h"

namespace sluice::results {

std::string render_head(const ObjectHead& head);

// Without the time, which is that of the object's file. Errors: corrupt.
base::Result<ObjectHead> parse_head(std::string_view json);

}  // namespace sluice::results
