#include "grid/name_claims.h"

#include <doctest/doctest.h>

#include <string>

using namespace sluice;
using namespace std::chrono_literals;
using grid::NameClaims;

namespace {

const auto kStart = base::instant_of_seconds(1'800'000'000);

bool lets_in(NameClaims& claims, const std::string& instance, std::chrono::seconds at,
             std::chrono::seconds time = 90s) {
  return !claims.claim("h-1", instance, kStart + at, time);
}

}  // namespace

// testgrid 1.4
TEST_CASE(
    "name claims: a name is the first one's while that is heard of, and then the next one's") {
  NameClaims claims;
  CHECK(lets_in(claims, "a", 0s));
  CHECK_FALSE(lets_in(claims, "b", 1s));
  CHECK(lets_in(claims, "a", 60s));
  CHECK_FALSE(lets_in(claims, "b", 149s));
  CHECK(lets_in(claims, "b", 150s));
  CHECK_FALSE(lets_in(claims, "a", 151s));
}

// testgrid 1.4
TEST_CASE("name claims: who is refused is told whose it is, and since when, and prolongs nothing") {
  NameClaims claims;
  (void)claims.claim("h-1", "a", kStart, 90s);
  for (const auto at : {10s, 80s})
    CHECK(claims.claim("h-1", "b", kStart + at, 90s) == grid::NameClaim{"a", kStart, kStart + 90s});
  CHECK(lets_in(claims, "b", 90s));
}

TEST_CASE("name claims: a short word does not take back a long one of the same") {
  NameClaims claims;
  CHECK(lets_in(claims, "a", 0s, 400s));
  CHECK(lets_in(claims, "a", 10s, 90s));
  CHECK_FALSE(lets_in(claims, "b", 399s));
  CHECK(lets_in(claims, "b", 400s, 90s));
  CHECK(lets_in(claims, "a", 490s));  // not for as long as it once was the first one's
}

// testgrid 1.4: workers from before there were instances
TEST_CASE("name claims: who does not say who it is comes in, and keeps nobody out") {
  NameClaims claims;
  CHECK(lets_in(claims, "", 0s));
  CHECK(claims.size() == 0);
  CHECK(lets_in(claims, "a", 1s));
  CHECK(lets_in(claims, "", 2s));
  CHECK_FALSE(lets_in(claims, "b", 3s));
}

TEST_CASE("name claims: names are apart, and those that are over do not pile up") {
  NameClaims claims;
  for (int i = 0; i < 100; ++i)
    CHECK_FALSE(claims.claim("h-" + std::to_string(i), "a", kStart + std::chrono::seconds(i), 10s));
  CHECK(claims.size() <= 11);
}

TEST_CASE("name claims: a clock that is set changes nothing") {
  NameClaims claims;
  CHECK(lets_in(claims, "a", 0s));
  claims.shift(1h);
  CHECK_FALSE(lets_in(claims, "b", 1h + 89s));
  claims.shift(-1h);
  CHECK(lets_in(claims, "b", 90s));
}
