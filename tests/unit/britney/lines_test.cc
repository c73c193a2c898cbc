#include "britney/lines.h"

#include <doctest/doctest.h>

namespace sluice::britney {

using Words = std::vector<std::string_view>;

namespace {

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  each_line(text, [&](const Line& line) { lines.push_back(line); });
  return lines;
}

}  // namespace

TEST_CASE("lines: comments and empty lines are skipped but counted") {
  const auto lines = lines_of("# head\n\na b\n  # indented\n\t c\r\n");

  REQUIRE(lines.size() == 2);
  CHECK(lines[0].number == 3);
  CHECK(lines[0].words == Words{"a", "b"});
  CHECK(lines[1].number == 5);
  CHECK(lines[1].words == Words{"c"});
}

TEST_CASE("lines: the last line needs no newline") {
  CHECK(lines_of("a").size() == 1);
  CHECK(lines_of("").empty());
  CHECK(lines_of("\n").empty());
}

}  // namespace sluice::britney
