// What went wrong, as data that decides what happens next. See docs/adr/0001-result.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::base {

// One kind, one action: invalid (the caller fixes the input), not_found, conflict (reload, decide
// again), denied, unavailable (outside world; retry), corrupt (quarantine the bytes, never retry).
enum class ErrorKind : std::uint8_t { invalid, not_found, conflict, denied, unavailable, corrupt };

std::string_view text_of(ErrorKind kind);

// `what` names the thing and the expectation, lower case, no full stop; `context` is where,
// outermost first ("reading Packages of unstable/arm64: line 12").
struct Error {
  ErrorKind kind = ErrorKind::invalid;
  std::string what;
  std::string context;

  // "context: what", ready to print.
  std::string text() const;
};

}  // namespace sluice::base
