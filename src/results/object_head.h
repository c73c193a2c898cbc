// The file beside an object of the directory store that says what the object's bytes do not.
// Format: docs/formats/result-directory.md.
#pragma once

#include <string>
#include <string_view>

#include "results/result_store.h"

namespace sluice::results {

// Is it an MD5 in small hexadecimal digits? The ETag of an object in pieces is none.
bool is_md5(std::string_view text);

std::string render_head(const ObjectHead& head);

// Without the time, which is that of the object's file. Errors: corrupt.
base::Result<ObjectHead> parse_head(std::string_view json);

}  // namespace sluice::results
