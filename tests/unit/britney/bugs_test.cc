#include "britney/bugs.h"

#include <doctest/doctest.h>

namespace sluice::britney {

// migration 2.5
TEST_CASE("bugs: one line has a package and its bugs") {
  const auto read = parse_bugs("paint 101\nsrc:frame 7,9\n", "BugsV");

  CHECK(read.messages.empty());
  CHECK(read.value == migrate::BugFacts{{"paint", {"101"}}, {"src:frame", {"7", "9"}}});
}

// migration 2.5
TEST_CASE("bugs: lines of one package add up") {
  CHECK(parse_bugs("a 1\na 2,1\n", "BugsV").value == migrate::BugFacts{{"a", {"1", "2"}}});
}

// migration 2.5
TEST_CASE("bugs: a malformed line costs that line and a warning") {
  const auto read = parse_bugs("a\nb 1 2\nc 3,,\n", "BugsV");

  CHECK(read.value == migrate::BugFacts{{"c", {"3"}}});
  REQUIRE(read.messages.size() == 2);
  CHECK(read.messages[0].level == base::Level::warning);
  CHECK(read.messages[0].text == "BugsV, line 1: expected \"package bug[,bug...]\", ignored");
}

// migration 2.5
TEST_CASE("bugs: an empty file has none") { CHECK(parse_bugs("", "BugsV").value.empty()); }

}  // namespace sluice::britney
