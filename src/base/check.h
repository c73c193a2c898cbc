// check(): our own invariants. A broken one aborts in every build type, because a wrong decision is
// worse than none and start-up is recovery. Never used on input.
#pragma once

#include <source_location>
#include <string_view>

namespace sluice::base {

[[noreturn]] void check_failed(std::string_view claim, const std::source_location& where);

inline void check(bool holds, std::string_view claim,
                  const std::source_location& where = std::source_location::current()) {
  if (!holds) [[unlikely]]
    check_failed(claim, where);
}

}  // namespace sluice::base
