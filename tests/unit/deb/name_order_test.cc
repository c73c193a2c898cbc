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

  const auto order = deb::names_by_text(*snapshot);

  CHECK(order.size() == snapshot->symbols.name_count());
  CHECK(std::ranges::is_sorted(order, {}, [&](deb::NameId id) { return snapshot->text(id); }));
}

TEST_CASE("name order: a rank is the position in the order") {
  const auto snapshot = support::archive().source("b", "1").source("a", "1").build();
  const auto order = deb::names_by_text(*snapshot);

  const auto ranks = deb::ranks_by_text(*snapshot);

  for (std::uint32_t i = 0; i < order.size(); ++i) CHECK(ranks[order[i].value] == i);
}
