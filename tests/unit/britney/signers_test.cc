#include "britney/signers.h"

#include <doctest/doctest.h>

namespace sluice::britney {

// migration 2.5, 4.5.8
TEST_CASE("signers: by binary, version and architecture") {
  const auto read = parse_signers(
      R"({"b": {"1": {"amd64": {"buildd": true, "uid": "x"}, "all": {"buildd": false}}}})", "f");

  CHECK(read.messages.empty());
  CHECK(read.value.at("b").at("1").at("amd64").buildd);
  CHECK(read.value.at("b").at("1").at("amd64").uid == "x");
  CHECK_FALSE(read.value.at("b").at("1").at("all").buildd);
  CHECK(read.value.at("b").at("1").at("all").uid.empty());
}

// migration 2.5, 4.5.8
TEST_CASE("signers: a record of another form costs that record") {
  const auto read = parse_signers(
      R"({"a": 1, "b": {"1": [], "2": {"amd64": {"buildd": "yes"}, "all": {"buildd": true}}}})",
      "f");

  CHECK(read.value.size() == 1);
  CHECK(read.value.at("b").at("2").size() == 1);
  REQUIRE(read.messages.size() == 3);
  CHECK(read.messages[0].text.starts_with("f: a: expected"));
  CHECK(read.messages[1].text.starts_with("f: b, 1: expected"));
  CHECK(read.messages[2].text.starts_with("f: b, 2, amd64: expected"));
}

// migration 2.5, 4.5.8
TEST_CASE("signers: what is no JSON map is one error") {
  CHECK(parse_signers("", "f").messages.size() == 1);
  CHECK(parse_signers("[1]", "f").messages.size() == 1);
  CHECK(parse_signers("\xff\x80", "f").messages.size() == 1);
}

}  // namespace sluice::britney
