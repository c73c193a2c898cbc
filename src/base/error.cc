#include "base/error.h"

#include "base/result.h"

namespace sluice::base {

std::string_view text_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return "invalid";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::conflict: return "conflict";
    case ErrorKind::denied: return "denied";
    case ErrorKind::unavailable: return "unavailable";
    case ErrorKind::corrupt: return "corrupt";
  }
  return "invalid";
}

std::string Error::text() const { return context.empty() ? what : context + ": " + what; }

std::unexpected<Error> fail_with(Error error, std::string_view context) {
  error.context =
      error.context.empty() ? std::string(context) : std::string(context) + ": " + error.context;
  return std::unexpected(std::move(error));
}

}  // namespace sluice::base
