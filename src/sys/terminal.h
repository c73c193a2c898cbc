// What the standard streams are connected to.
#pragma once

#include <cstdint>

namespace sluice::sys {

enum class Stream : std::uint8_t { input, output, error };

bool is_terminal(Stream stream);

// Columns of the terminal behind standard error; 80 if it does not say.
int terminal_columns();

}  // namespace sluice::sys
