// Result<T>: a value or an Error. std::expected of g++ 12 has no and_then/transform, so the few
// helpers that we use stand here.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace sluice::base {

template <class T>
using Result = std::expected<T, Error>;

// `return fail(ErrorKind::invalid, "...")` from any function that returns a Result.
[[nodiscard]] inline std::unexpected<Error> fail(ErrorKind kind, std::string what) {
  return std::unexpected(Error{kind, std::move(what), {}});
}

// Passes an error on with one more outer context.
[[nodiscard]] std::unexpected<Error> fail_with(Error error, std::string_view context);

// The same, on a whole Result: `return with_context(parse(x), "reading x")`.
template <class T>
[[nodiscard]] Result<T> with_context(Result<T> result, std::string_view context) {
  if (result) return result;
  return fail_with(std::move(result.error()), context);
}

}  // namespace sluice::base
