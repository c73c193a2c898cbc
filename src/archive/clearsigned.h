// Texts with an inline signature (InRelease): their form. Source: RFC 4880 7.
#pragma once

#include <string_view>

#include "base/result.h"

namespace sluice::archive {

// The text is one signed message and nothing else: no text before, between or after, no header but
// Hash, and lines that begin with a dash are escaped. Who reads only what the signature covers is
// safe anyway; this keeps what the program that checks it and other readers see the same. Errors:
// corrupt, with what is wrong.
base::Result<void> check_clearsigned(std::string_view text);

}  // namespace sluice::archive
