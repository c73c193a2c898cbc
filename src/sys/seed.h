// Randomness for what must not be guessed. Not for decisions: those are functions of their inputs.
#pragma once

#include <cstdint>

namespace sluice::sys {

// 64 bits of the kernel's; never 0.
std::uint64_t random_seed();

}  // namespace sluice::sys
