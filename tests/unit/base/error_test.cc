#include "base/error.h"

#include <doctest/doctest.h>

#include "base/result.h"

namespace sluice::base {

TEST_CASE("error: the text is the context, outermost first, and what went wrong") {
  Result<int> result = fail(ErrorKind::corrupt, "no version");

  result = with_context(std::move(result), "line 12");
  result = with_context(std::move(result), "reading Packages");

  CHECK(result.error().text() == "reading Packages: line 12: no version");
  CHECK(result.error().kind == ErrorKind::corrupt);
}

TEST_CASE("error: without context the text is what went wrong") {
  CHECK(Error{ErrorKind::denied, "not yours", {}}.text() == "not yours");
}

TEST_CASE("error: context leaves a good result alone") {
  CHECK(with_context(Result<int>(3), "anywhere").value() == 3);
}

TEST_CASE("error: every kind has its name") {
  CHECK(text_of(ErrorKind::invalid) == "invalid");
  CHECK(text_of(ErrorKind::not_found) == "not_found");
  CHECK(text_of(ErrorKind::conflict) == "conflict");
  CHECK(text_of(ErrorKind::denied) == "denied");
  CHECK(text_of(ErrorKind::unavailable) == "unavailable");
  CHECK(text_of(ErrorKind::corrupt) == "corrupt");
}

}  // namespace sluice::base
