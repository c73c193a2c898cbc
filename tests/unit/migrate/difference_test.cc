#include "migrate/difference.h"

#include <doctest/doctest.h>

#include "support/archive_builder.h"

using namespace sluice;

// migration 9 (e)
TEST_CASE("difference: items, excuses and counters, each way") {
  const auto snapshot = support::archive()
                            .testing()
                            .source("foo", "1")
                            .binary("foo", "amd64", "1")
                            .unstable()
                            .source("foo", "2")
                            .binary("foo", "amd64", "2")
                            .build();
  const auto foo = snapshot->symbols.find_name("foo");
  const migrate::Item item{migrate::ItemKind::source, foo, snapshot->symbols.find_version("2"), 1,
                           0};
  migrate::Decision nothing, something;
  nothing.uninstallable.resize(snapshot->archs.size());
  something.uninstallable.resize(snapshot->archs.size());
  something.run.accepted = {item};
  something.uninstallable[0].all = {foo};
  migrate::Excuse excuse;
  excuse.uvname = "foo";
  excuse.reasons = {"age"};
  nothing.judgement.excuses = {excuse};
  excuse.reasons = {"block"};
  something.judgement.excuses = {excuse};

  const auto there = migrate::difference(nothing, something, *snapshot);
  CHECK(there.moves == std::vector{item});
  CHECK(there.stays.empty());
  REQUIRE(there.excuses.size() == 1);
  CHECK(there.excuses[0].new_reasons == std::vector<std::string>{"block"});
  CHECK(there.excuses[0].gone_reasons == std::vector<std::string>{"age"});
  REQUIRE(there.uninstallable.size() == 1);
  CHECK(there.uninstallable[0].broken == std::vector<std::string>{"foo"});

  const auto back = migrate::difference(something, nothing, *snapshot);
  CHECK(back.stays == std::vector{item});
  CHECK(back.uninstallable[0].repaired == std::vector<std::string>{"foo"});
  CHECK(migrate::difference(nothing, nothing, *snapshot).empty());
}
