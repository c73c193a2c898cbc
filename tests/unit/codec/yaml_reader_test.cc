#include <doctest/doctest.h>

#include "codec/yaml.h"

using namespace sluice::codec;
using sluice::base::ErrorKind;

namespace {
std::string refusal(std::string_view text) {
  const auto value = parse_yaml(text);
  if (value) return "accepted";
  CHECK(value.error().kind == ErrorKind::corrupt);
  return value.error().text();
}
}  // namespace

TEST_CASE("yaml reader: block, flow and quoting styles make the same values") {
  const Value wanted = Map{{"a", List{1, "2", true}}, {"b", Map{{"c", nullptr}}}};
  CHECK(parse_yaml("a:\n- 1\n- '2'\n- on\nb: {c: ~}\n") == wanted);
  CHECK(parse_yaml("{\"a\": [1, \"2\", true], 'b': {c: }}") == wanted);
}

TEST_CASE("yaml reader: folded and literal text is text") {
  CHECK(parse_yaml("a: >\n  x\n  y\nb: |\n  1\n") == Value(Map{{"a", "x y\n"}, {"b", "1\n"}}));
}

TEST_CASE("yaml reader: explicit types are honoured or refused") {
  CHECK(parse_yaml("!!str 12") == Value("12"));
  CHECK(parse_yaml("!!float 12") == Value(12.0));
  CHECK(refusal("!!int x") == "line 1 column 1: 'x' is no int");
  CHECK(refusal("!!python/object x") == "line 1 column 1: the tag python/object is unknown");
}

TEST_CASE("yaml reader: an empty text is null, and of equal keys the last counts") {
  CHECK(parse_yaml("") == Value());
  CHECK(parse_yaml("a: 1\na: 2\n") == Value(Map{{"a", 2}}));
}

TEST_CASE("yaml reader: what is refused says where") {
  CHECK(refusal("a: &x 1\nb: *x\n") == "line 1 column 4: anchors and aliases are not allowed");
  CHECK(refusal("a: *x\n") == "line 1 column 4: anchors and aliases are not allowed");
  CHECK(refusal("? [a]\n: 1\n") == "line 1 column 3: a key has to be a scalar");
  CHECK(refusal("a\n---\nb\n") == "line 2 column 1: one document is expected");
  CHECK(refusal("a: [1\n").starts_with("line 2 column 1: "));
  CHECK(refusal("\x01").starts_with("byte 0: "));
  CHECK(refusal("a: \xff\n").starts_with("byte 3: "));
}

TEST_CASE("yaml reader: depth has a limit") {
  CHECK(parse_yaml(std::string(60, '[') + std::string(60, ']')));
  CHECK(refusal(std::string(200, '[') + std::string(200, ']')).ends_with("nested too deeply"));
}
