#include "solve/footprints.h"

#include <doctest/doctest.h>

using namespace sluice::solve;

namespace {

PackageIndex footprint_package(std::uint32_t number) { return PackageIndex(number); }
std::vector<SetIndex> sets(std::initializer_list<std::uint32_t> numbers) {
  std::vector<SetIndex> all;
  for (const auto number : numbers) all.emplace_back(number);
  return all;
}

}  // namespace

// migration 5.4
TEST_CASE("footprints: a set is watched as long as a footprint has it") {
  Footprints footprints(4);
  CHECK(footprints.empty());
  footprints.put(footprint_package(7), sets({1, 2, 2}));
  footprints.put(footprint_package(3), sets({2}));
  CHECK(footprints.contains(footprint_package(7)));
  CHECK(footprints.of(footprint_package(7)) == sets({1, 2, 2}));
  CHECK(footprints.all().begin()->first == footprint_package(3));
  CHECK_FALSE(footprints.watches(SetIndex(0U)));
  CHECK(footprints.watches(SetIndex(1U)));

  CHECK(footprints.take(footprint_package(7)) == sets({1, 2, 2}));
  CHECK_FALSE(footprints.watches(SetIndex(1U)));
  CHECK(footprints.watches(SetIndex(2U)));
  CHECK_FALSE(footprints.take(footprint_package(7)));
  CHECK(footprints.of(footprint_package(7)).empty());
  CHECK(footprints.take(footprint_package(3)));
  CHECK_FALSE(footprints.watches(SetIndex(2U)));
}
