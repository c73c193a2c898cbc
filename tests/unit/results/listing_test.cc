#include "results/listing.h"

#include <doctest/doctest.h>

namespace sluice::results {

// autopkgtest 3
TEST_CASE("listing: what cannot add anything need not be looked at") {
  const Listing listing({.prefix = "n/amd64/", .marker = "n/amd64/g/", .end_marker = "n/amd64/k"});

  CHECK(listing.wants_below("n/"));
  CHECK(listing.wants_below("n/amd64/g/"));
  CHECK(listing.wants_below("n/amd64/h/"));
  CHECK_FALSE(listing.wants_below("m/"));          // another prefix
  CHECK_FALSE(listing.wants_below("n/amd64/f/"));  // before the marker
  CHECK_FALSE(listing.wants_below("n/amd64/k"));   // after the end
}

// autopkgtest 3
TEST_CASE("listing: a directory appears once, and not again behind itself as marker") {
  Listing listing({.prefix = "g/", .delimiter = '@', .marker = "g/1@"});

  CHECK(listing.appearance_of("g/1@/x") == Appears::in_directory);
  listing.add_directory_of("g/1@/x");
  CHECK(listing.appearance_of("g/1@/y") == Appears::nowhere);
  CHECK_FALSE(listing.wants_below("g/1@/"));
  listing.add_directory_of("g/2@/x");

  const auto entries = std::move(listing).take();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].name == "g/2@");
}

TEST_CASE("listing: a full one takes nothing more") {
  Listing listing({.limit = 1});
  listing.add("a", {});

  CHECK(listing.appearance_of("b") == Appears::nowhere);
  CHECK(Listing({.limit = 0}).appearance_of("a") == Appears::nowhere);
}

}  // namespace sluice::results
