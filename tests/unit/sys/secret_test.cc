#include "sys/secret.h"

#include <doctest/doctest.h>

namespace sluice::sys {

TEST_CASE("secret: as many digits as asked for, never the same twice") {
  const auto first = random_hex(32), second = random_hex(32);
  CHECK(first.size() == 64);
  CHECK(first.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(first != second);
}

}  // namespace sluice::sys
