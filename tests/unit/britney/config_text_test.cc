#include "britney/config_text.h"

#include <doctest/doctest.h>

namespace sluice::britney {

// migration 1.2
TEST_CASE("config text: key and value are what stands around the first equals sign, stripped") {
  const auto text = ConfigText::parse("  TESTING =  data/a = b # c \nno assignment\n");

  CHECK(text.value("TESTING") == "data/a = b # c");
}

// migration 1.2
TEST_CASE("config text: lines that start with # are comments, also indented") {
  const auto text = ConfigText::parse("#TPU = a\n  # PU = b\n");

  CHECK_FALSE(text.defines("TPU"));
  CHECK_FALSE(text.defines("#TPU"));
  CHECK_FALSE(text.defines("PU"));
}

// migration 1.2
TEST_CASE("config text: keys do not depend on case") {
  CHECK(ConfigText::parse("testing = x\n").value("TESTING") == "x");
}

// migration 1.2
TEST_CASE("config text: the first assignment that is not empty wins") {
  const auto text = ConfigText::parse("A =\nA = first\nA = second\n");

  REQUIRE(text.find("A"));
  CHECK(text.find("A")->value == "first");
  CHECK(text.find("A")->line == 2);
}

// migration 1.2
TEST_CASE("config text: an empty value defines its key") {
  const auto text = ConfigText::parse("PARTIAL_UNSTABLE =\n");

  CHECK(text.defines("PARTIAL_UNSTABLE"));
  CHECK(text.value("PARTIAL_UNSTABLE").empty());
  CHECK_FALSE(text.find("TPU"));
  CHECK(text.value("TPU").empty());
}

// migration 1.2
TEST_CASE("config text: every %(SERIES) is replaced before values are compared with nothing") {
  auto text = ConfigText::parse("A = %(SERIES)/x/%(SERIES)\nB = %(SERIES)\nB = later\n");

  text.expand_series("");

  CHECK(text.value("A") == "/x/");
  CHECK(text.value("B") == "later");
}

// migration 1.2
TEST_CASE("config text: keys with a prefix come in the order of the file") {
  const auto found = ConfigText::parse("HINTS_B = 1\nX = 2\nHINTS_A = 3\n").with_prefix("HINTS_");

  REQUIRE(found.size() == 2);
  CHECK(found[0].key == "HINTS_B");
  CHECK(found[1].key == "HINTS_A");
}

// migration 1.2
TEST_CASE("config text: bytes that are no text are just bytes") {
  const auto text = ConfigText::parse(std::string_view("\xff\xfe=\x80\0x\n=\n==\n", 11));

  CHECK(text.value("\xff\xfe") == std::string("\x80\0x", 3));
  CHECK(text.value("").substr(0, 1) == "=");
}

}  // namespace sluice::britney
