// Randomness that must not be guessed, for secrets. Not for decisions.
#pragma once

#include <cstddef>
#include <string>

namespace sluice::sys {

// Twice as many lower-case hexadecimal digits as bytes, of the kernel's.
std::string random_hex(std::size_t bytes);

}  // namespace sluice::sys
