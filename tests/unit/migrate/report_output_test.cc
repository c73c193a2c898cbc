#include "migrate/report_output.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"
#include "support/test_run.h"

using namespace sluice;

// migration 7.3
TEST_CASE("counters: break architectures count apart, one letter and a number each") {
  support::TestWorld test(
      support::archive({"amd64", "i386"}).testing().package("foo", "1").build());
  CHECK(migrate::counters_text({3, 1}, test.world(), {}) == "4+0: a-3:i-1");
  CHECK(migrate::counters_text({3, 1}, test.world(), {"i386"}) == "3+1: a-3:i-1");
}

// migration 8.1
TEST_CASE("output: the first lines of a run") {
  support::TestWorld test(support::archive({"amd64", "i386"})
                              .testing()
                              .package("foo", "1")
                              .unstable()
                              .package("foo", "1")
                              .build());
  const support::TestRun run(test);
  REQUIRE(run.lines.size() > 7);
  const std::vector<std::string> head(run.lines.begin(), run.lines.begin() + 7);
  CHECK(head == std::vector<std::string>{"Generated on: 1970.01.01 00:00:00 +0000",
                                         "Arch order is: amd64, i386", "info: main run",
                                         "start: 0+0: a-0:i-0", "orig: 0+0: a-0:i-0",
                                         "recur: []  0/0", " finish: []"});
}

// migration 7.4
TEST_CASE("output: old libraries by name with their architectures") {
  support::TestWorld test(
      support::archive({"amd64", "i386"}).testing().package("foo", "1").build());
  const auto& symbols = test.snapshot().symbols;
  std::vector<migrate::Item> items;
  for (deb::ArchIndex arch = 0; arch < 2; ++arch)
    items.push_back({migrate::ItemKind::cruft_removal, symbols.find_name("foo"),
                     symbols.find_version("1"), deb::kTarget, arch});
  CHECK(migrate::old_library_lines(items, test.world()) ==
        std::vector<std::string>{" foo: amd64 i386"});
}
