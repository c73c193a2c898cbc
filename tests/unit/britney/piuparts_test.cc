#include "britney/piuparts.h"

#include <doctest/doctest.h>

namespace sluice::britney {
namespace {

std::string summary(const std::string& packages) {
  return R"({"_id": "Piuparts Package Test Results Summary", "_version": "1.0", "packages": )" +
         packages + "}";
}

}  // namespace

// migration 2.5
TEST_CASE("piuparts: state and page of each source") {
  const auto read = parse_piuparts(
      summary(R"({"a": {"sid": ["P", 0, "u1"]}, "b": {"any": ["F", 3, "u2"]}})"), "f");

  CHECK(read.messages.empty());
  REQUIRE(read.value.size() == 2);
  CHECK(read.value.at("a").state == 'P');
  CHECK(read.value.at("b").state == 'F');
  CHECK(read.value.at("b").url == "u2");
}

// migration 2.5
TEST_CASE("piuparts: an empty file knows nothing") {
  const auto read = parse_piuparts(" \n", "f");

  CHECK(read.value.empty());
  CHECK(read.messages.empty());
}

// migration 2.5
TEST_CASE("piuparts: a file that is no summary is ignored with an error") {
  for (const auto* text :
       {R"({"_id": "other", "_version": "1.0", "packages": {}})", "[]", "{", "\x80\xff",
        R"({"_id": "Piuparts Package Test Results Summary", "_version": "2.0", "packages": {}})",
        R"({"_id": "Piuparts Package Test Results Summary", "_version": "1.0"})"}) {
    CAPTURE(text);
    const auto read = parse_piuparts(text, "f");
    CHECK(read.value.empty());
    REQUIRE(read.messages.size() == 1);
    CHECK(read.messages[0].level == base::Level::error);
    CHECK(read.messages[0].text.starts_with("f: "));
  }
}

// migration 2.5
TEST_CASE("piuparts: a record of another form costs that record") {
  for (const auto* record :
       {R"({"s": ["P", 0]})", R"({"s": ["Q", 0, "u"]})", R"({"s": ["PP", 0, "u"]})", R"({})",
        R"({"s": ["P", 0, "u"], "t": ["P", 0, "u"]})", R"({"s": [1, 0, "u"]})", R"("P")", "null"}) {
    CAPTURE(record);
    const auto read = parse_piuparts(
        summary(std::string(R"({"bad": )") + record + R"(, "ok": {"s": ["W", 0, "u"]}})"), "f");
    CHECK(read.value.size() == 1);
    CHECK(read.value.contains("ok"));
    REQUIRE(read.messages.size() == 1);
    CHECK(read.messages[0].text.find("packages, bad") != std::string::npos);
  }
}

}  // namespace sluice::britney
