#include "results/readers.h"

#include <doctest/doctest.h>

namespace sluice::results {

// autopkgtest 2.7
TEST_CASE("readers: the texts of the peers") {
  CHECK(text_of({.everybody = true}) == ".rlistings,.r:*");
  CHECK(text_of({.everybody = false, .user = "jo"}) == "*:jo");
  CHECK(text_of({.everybody = false}).empty());
}

// autopkgtest 3
TEST_CASE("readers: a rule lets nobody in whom it does not name") {
  CHECK(parse_readers(".r:*, .rlistings").everybody);
  CHECK_FALSE(parse_readers(".r:*").everybody);  // objects, but no listing
  CHECK_FALSE(parse_readers(".rlistings").everybody);
  CHECK_FALSE(parse_readers(".r:example.org,.rlistings").everybody);
  CHECK(parse_readers("*:jo").user == "jo");
  CHECK(parse_readers("project:ada,*:jo").user == "ada");
  CHECK(parse_readers(".r:*").user.empty());
  CHECK(parse_readers("").user.empty());
}

TEST_CASE("readers: a name cannot smuggle in another rule") {
  for (const auto* name : {"a,.r:*", "a b", "a\n", "a:b"})
    CHECK(check_readers({.everybody = false, .user = name}).error().kind ==
          base::ErrorKind::invalid);
  CHECK(check_readers({.everybody = false, .user = "jo@example.org"}));
}

}  // namespace sluice::results
