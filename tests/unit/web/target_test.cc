#include "web/target.h"

#include <doctest/doctest.h>

#include <string>

namespace sluice::web {

// testgrid 5.1
TEST_CASE("target: path and query are decoded") {
  const auto target = parse_target("/api/v1/jobs/j-1%3Aretry?a=b+c&d=%26&e&a=z&").value();
  CHECK(target.path == std::vector<std::string>{"api", "v1", "jobs", "j-1:retry"});
  CHECK(target.parameter("a") == "b c");
  CHECK(target.parameter("d") == "&");
  CHECK(target.parameter("e").empty());
  CHECK(target.parameter("x").empty());
  CHECK(target.query.count("a") == 2);
  CHECK(parse_target("/").value().path.empty());
  CHECK(parse_target("/x/").value().path == std::vector<std::string>{"x"});
}

// testgrid 7
TEST_CASE("target: ways out of the tree and controls are refused") {
  for (const auto* bad : {"", "x", "*", "/a/../b", "/a/%2e%2e/b", "/a%00b", "/a%0d%0ab"})
    CHECK_FALSE(parse_target(bad));
}

}  // namespace sluice::web
