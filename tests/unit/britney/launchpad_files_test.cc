#include "britney/launchpad_files.h"

#include <doctest/doctest.h>

namespace sluice::britney {

// migration 2.5
TEST_CASE("launchpad files: Blocks has a source, a bug and a time on each line") {
  const auto read = parse_launchpad_bugs("a 12 1471505000\na 13 1471505001\n", "Blocks");

  REQUIRE(read.value.at("a").size() == 2);
  CHECK(read.value.at("a")[0].bug == "12");
  CHECK(read.value.at("a")[0].seconds == 1471505000);
  CHECK(read.value.at("a")[1].bug == "13");
}

// migration 2.5
TEST_CASE("launchpad files: other lines cost a warning") {
  const auto read =
      parse_launchpad_bugs("a 12\nb 1 2 3\nc 1 x\nd 1 -1\ne 1 9223372036854775807\nf 1 2\n", "B");

  CHECK(read.value.size() == 1);
  CHECK(read.value.contains("f"));
  REQUIRE(read.messages.size() == 5);
  CHECK(read.messages[0].text == "B, line 1: expected \"source bug seconds\", ignored");
  CHECK(read.messages[0].level == base::Level::warning);
}

// migration 2.5
TEST_CASE("launchpad files: SourcePPA is read back as it was written") {
  const SourcePpas ppas = {{"shade", {{"2-1", ""}}}, {"paint", {{"1", "ppa"}, {"2", ""}}}};

  const auto read = parse_source_ppas(source_ppas_text(ppas), "SourcePPA");

  CHECK(read.messages.empty());
  CHECK(read.value == ppas);
}

// migration 2.5
TEST_CASE("launchpad files: damaged records of SourcePPA cost themselves") {
  const auto read = parse_source_ppas(R"({"a": 1, "b": {"1": null, "2": "p"}})", "SourcePPA");

  CHECK(read.value == SourcePpas{{"b", {{"2", "p"}}}});
  CHECK(read.messages.size() == 2);
}

// migration 2.5
TEST_CASE("launchpad files: a SourcePPA that is no JSON map is one error, an empty one none") {
  CHECK(parse_source_ppas("{", "SourcePPA").messages.size() == 1);
  CHECK(parse_source_ppas("[]", "SourcePPA").messages.size() == 1);
  CHECK(parse_source_ppas("", "SourcePPA").messages.empty());
}

}  // namespace sluice::britney
