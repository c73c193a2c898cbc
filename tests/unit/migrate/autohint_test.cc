#include "migrate/autohint.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "support/archive_builder.h"
#include "support/test_run.h"

using namespace sluice;

// migration 4.8 "Run": the example
TEST_CASE("auto hinter: full groups by size, then the minimal ones") {
  support::TestWorld test(support::archive({"amd64"})
                              .testing()
                              .package("c", "1")
                              .package("d", "1")
                              .unstable()
                              .package("x", "2")
                              .package("y", "2", {.depends = "x"})
                              .package("k", "2", {.depends = "x"})
                              .package("z", "2", {.depends = "y"})
                              .package("c", "2", {.depends = "d (>= 2)"})
                              .package("d", "2", {.depends = "c (>= 2)"})
                              .build(),
                          migrate::RuleSet::debian);
  const auto judgement = test.judge();
  std::vector<std::string> texts;
  for (const auto& hint :
       migrate::auto_hints(test.world(), judgement.excuses, judgement.candidates)) {
    std::vector<std::string> items;
    for (const auto& item : hint.items)
      items.push_back(item.uvname(test.snapshot()) + "/" + item.version);
    texts.push_back(base::join(items, " "));
    CHECK(hint.user == "autohinter");
  }
  CHECK(texts == std::vector<std::string>{"k/2 x/2 y/2 z/2", "c/2 d/2", "k/2 x/2 y/2"});
}
