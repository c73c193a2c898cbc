// How many random cases a test tries. Where each costs much more, under sanitizers for one, the
// build asks for a part of them by SLUICE_ROUNDS_DIVISOR in the environment (tests/CMakeLists.txt);
// every program says so in its output.
#pragma once

#include <cstdlib>

namespace sluice::test {

// 1 unless the environment has a positive number.
inline unsigned rounds_divisor() {
  const auto* text = std::getenv("SLUICE_ROUNDS_DIVISOR");
  const auto number = text == nullptr ? 0L : std::strtol(text, nullptr, 10);
  return number > 0 ? static_cast<unsigned>(number) : 1U;
}

// The part of `full` that is to be tried, at least 1. Also for what a test expects to have met in
// them.
template <class Number>
Number rounds(Number full) {
  const auto part = full / static_cast<Number>(rounds_divisor());
  return part == 0 ? 1 : part;
}

}  // namespace sluice::test
