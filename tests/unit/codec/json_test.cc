#include "codec/json.h"

#include <doctest/doctest.h>

#include <limits>

using namespace sluice::codec;
using sluice::base::ErrorKind;

TEST_CASE("json: text becomes a value with its types") {
  CHECK(parse_json(R"( {"a": [1, 1.5, true, null, "\u00e9\ud83d\ude00"], "b": {}} )") ==
        Value(Map{{"a", List{1, 1.5, true, nullptr, "\u00e9\U0001F600"}}, {"b", Map{}}}));
  CHECK(parse_json("18446744073709551615") == Value(18446744073709551615.0));
  CHECK(parse_json(R"({"a": 1, "a": 2})") == Value(Map{{"a", 2}}));
}

TEST_CASE("json: what is no JSON is corrupt and says where") {
  for (const char* text : {"", "{", "[1,]", "{\"a\":1}x", "nul", "\"\xff\"", "{'a': 1}", "[01]"}) {
    CAPTURE(text);
    const auto value = parse_json(text);
    REQUIRE_FALSE(value);
    CHECK(value.error().kind == ErrorKind::corrupt);
    CHECK(value.error().what.starts_with("byte "));
  }
}

TEST_CASE("json: depth has a limit") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parse_json(nested(60)));
  CHECK_FALSE(parse_json(nested(70)));
  CHECK_FALSE(parse_json(std::string(1000000, '[')));
}

TEST_CASE("json: both styles are the ones of Python's json module") {
  const Value value = Map{{"a", List{"x", 1}}, {"b", Map{}}, {"c", Map{{"d", List{}}}}};
  CHECK(to_json(value, JsonStyle::compact) == R"({"a": ["x", 1], "b": {}, "c": {"d": []}})");
  CHECK(to_json(value, JsonStyle::indented) ==
        "{\n  \"a\": [\n    \"x\",\n    1\n  ],\n  \"b\": {},\n  \"c\": {\n    \"d\": []\n  }\n}");
}

TEST_CASE("json: everything above ASCII and below blank is escaped") {
  CHECK(to_json(Value("a\"\\\n\x01\u00e9\U0001F600\x7f\xff"), JsonStyle::compact) ==
        R"("a\"\\\n\u0001\u00e9\ud83d\ude00\u007f\ufffd")");
}

TEST_CASE("json: reals stay reals, and what JSON cannot say is null") {
  CHECK(to_json(List{2.0, 1e300, 0.1}, JsonStyle::compact) == "[2.0, 1e+300, 0.1]");
  CHECK(to_json(std::numeric_limits<double>::infinity(), JsonStyle::compact) == "null");
}

TEST_CASE("json: whatever is written is read back equal") {
  const Value value = Map{{"", List{nullptr, false, -1, 0.5, "\t\"", Map{{"k", List{List{}}}}}}};
  for (const auto style : {JsonStyle::compact, JsonStyle::indented})
    CHECK(parse_json(to_json(value, style)) == value);
}
