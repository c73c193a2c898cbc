#include "results/object_names.h"

#include <doctest/doctest.h>

#include <string>

namespace sluice::results {

// autopkgtest 3
TEST_CASE("object names: limits are those of Swift") {
  CHECK(check_container_name(std::string(256, 'a')));
  CHECK_FALSE(check_container_name(std::string(257, 'a')));
  CHECK(check_object_name(std::string(1024, 'a')));
  CHECK_FALSE(check_object_name(std::string(1025, 'a')));
}

TEST_CASE("object names: no way out, and nothing that a terminal obeys") {
  for (const auto* name : {"", ".", "..", "../a", "a/..", "a/./b", "/a", "a/", "a//b", "a\x1b[2J",
                           "a\x7f", "\xc2\x85", "\xc0\xaf", "\xed\xa0\x80"}) {
    const auto fine = check_object_name(name);
    REQUIRE_FALSE(fine);
    CHECK(fine.error().kind == base::ErrorKind::invalid);
    CHECK_FALSE(fine.error().what.contains('\x1b'));
  }
  CHECK(check_object_name("a/.../b..c/.d"));
}

}  // namespace sluice::results
