#include "results/swift_listing.h"

#include <doctest/doctest.h>

namespace sluice::results {

// autopkgtest 3
TEST_CASE("swift listing: objects and directories") {
  const auto entries = parse_object_listing(
      R"([{"subdir": "n/"}, {"bytes": 3, "hash": "abc", "name": "x",
           "content_type": "text/plain", "last_modified": "2026-01-02T03:04:05.678900"}])");

  REQUIRE(entries);
  CHECK(entries->at(0) == ListEntry{.name = "n/", .directory = true, .head = {}});
  CHECK(entries->at(1).head == ObjectHead{.size = 3,
                                          .etag = "abc",
                                          .content_type = "text/plain",
                                          .content_encoding = "",
                                          .modified_seconds = 1'767'323'045});
  CHECK(parse_object_listing(render_object_listing(*entries)).value() == *entries);
}

// autopkgtest 3
TEST_CASE("swift listing: containers") {
  CHECK(parse_container_listing(render_container_listing({"a", "b"})).value() ==
        std::vector<std::string>{"a", "b"});
  CHECK(render_container_listing({}) == "[]");
}

TEST_CASE("swift listing: what is no listing is corrupt") {
  for (const auto* text : {"", "{}", "[1]", R"([{"name": "x"}])", R"([{"bytes": 3}])",
                           R"([{"name": "x", "bytes": -1}])", R"([{"name": 1, "bytes": 1}])"})
    CHECK(parse_object_listing(text).error().kind == base::ErrorKind::corrupt);
  CHECK(parse_container_listing("[{}]").error().kind == base::ErrorKind::corrupt);
}

TEST_CASE("swift listing: times") {
  CHECK(swift_time_of(1'767'323'045) == "2026-01-02T03:04:05.000000");
  CHECK(parse_swift_time(swift_time_of(0)) == 0);
  for (const auto* text : {"", "2026-01-02", "2026-13-02T03:04:05", "2026-02-30T03:04:05",
                           "2026-01-02 03:04:05", "2026-01-02T24:04:05", "+026-01-02T03:04:05"})
    CHECK_FALSE(parse_swift_time(text));
}

}  // namespace sluice::results
