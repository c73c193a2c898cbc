// Randomness that must not be guessed, for secrets. Not for decisions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/files.h"

namespace sluice::sys {

// Twice as many lower-case hexadecimal digits as bytes, of the kernel's.
std::string random_hex(std::size_t bytes);

// Writes a new file that its owner alone can read. Errors: conflict (there is one), not_found,
// denied, unavailable.
base::Result<void> write_secret(const std::string& path, std::string_view bytes);

// The key in a file, without the white space around it. Errors: of reading; invalid (it is empty).
base::Result<std::string> read_key(FileSystem& files, const std::string& path);

}  // namespace sluice::sys
