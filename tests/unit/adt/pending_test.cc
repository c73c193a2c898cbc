#include "adt/pending.h"

#include <doctest/doctest.h>

using namespace sluice;
using adt::parse_pending;
using adt::Pending;

// migration 4.6.1
TEST_CASE("pending: what was added is there until it is removed, and empty maps go") {
  Pending pending;
  pending.add("green/2", "darkgreen", "amd64");
  pending.add("green/2", "darkgreen", "amd64");
  pending.add("green/2", "darkgreen", "i386");
  CHECK(pending.has("green/2", "darkgreen", "amd64"));
  CHECK_FALSE(pending.has("green/2", "darkgreen", "arm64"));
  CHECK_FALSE(pending.has("green/3", "darkgreen", "amd64"));

  CHECK_FALSE(pending.remove("green/2", "darkgreen", "arm64"));
  CHECK_FALSE(pending.remove("green/2", "green", "amd64"));
  CHECK(pending.remove("green/2", "darkgreen", "amd64"));
  CHECK_FALSE(pending.remove("green/2", "darkgreen", "amd64"));
  CHECK(pending.remove("green/2", "darkgreen", "i386"));
  CHECK(pending.by_trigger().empty());
}

// testgrid 6.5
TEST_CASE("pending: all tests of a trigger go together") {
  Pending pending;
  pending.add("a/1", "foo", "amd64");
  pending.add("a/1", "bar", "arm64");
  pending.add("b/1", "foo", "amd64");
  pending.remove_triggers([](const std::string& trigger) { return trigger == "a/1"; });
  CHECK_FALSE(pending.has("a/1", "foo", "amd64"));
  CHECK(pending.by_trigger().size() == 1);
  CHECK(pending.has("b/1", "foo", "amd64"));
}

// migration 4.6.1
TEST_CASE("pending: the file is sorted, indented by two, and read back equal") {
  Pending pending;
  pending.add("green/2", "darkgreen", "i386");
  pending.add("green/2", "darkgreen", "amd64");
  pending.add("alpha/1", "beta", "amd64");
  const auto text = render_pending(pending);
  CHECK(text == R"({
  "alpha/1": {
    "beta": [
      "amd64"
    ]
  },
  "green/2": {
    "darkgreen": [
      "amd64",
      "i386"
    ]
  }
})");
  CHECK(parse_pending(text)->pending == pending);
  CHECK(parse_pending(text)->problems.empty());
}

// migration 4.6.1
TEST_CASE("pending: a damaged entry costs that entry") {
  const auto read = parse_pending(
      R"({"a/1": 7, "b/1": {"b": "amd64", "c": ["amd64", null, ""]}, "c/1": {"c": []}})");
  REQUIRE(read.has_value());
  Pending expected;
  expected.add("b/1", "c", "amd64");
  CHECK(read->pending == expected);
  CHECK(read->problems == std::vector<std::string>{
                              "a/1: expected an object of sources",
                              "b/1, b: expected a list of architectures",
                              "b/1, c: expected the name of an architecture",
                              "b/1, c: expected the name of an architecture",
                          });
}

// migration 4.6.1
TEST_CASE("pending: a text that is no object is refused") {
  for (const auto* text : {"", "[]", "{", "null"}) {
    CAPTURE(text);
    const auto read = parse_pending(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().kind == base::ErrorKind::corrupt);
  }
  CHECK(parse_pending("{}")->pending == Pending{});
}
