#include "deb/name_order.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/archive_builder.h"

using namespace sluice;

TEST_CASE("name order: names stand bytewise ascending, prefixes first") {
  auto builder = support::archive();
  for (const char* name : {"golang-github-b", "a", "golang-github-a", "golang-g", "golang-github",
                           "golang-gi", "libz", "0ad", "ab", "golang-github-a-very-long-name-2",
                           "golang-github-a-very-long-name-1", "a-b", "a+b"})
    builder.source(name, "1");
  const auto snapshot = builder.build();

  std::vector<deb::NameId> order;
  for (std::uint32_t n = snapshot->symbols.name_count(); n-- > 0;) order.emplace_back(n);
  deb::sort_by_text(*snapshot, order);

  CHECK(std::ranges::is_sorted(order, {}, [&](deb::NameId id) { return snapshot->text(id); }));
}
