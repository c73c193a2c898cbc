#include "results/temp_url.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"
#include "codec/digest.h"

namespace sluice::results {
namespace {

const auto kNow = base::instant_of_seconds(1'700'000'000);
const auto kSoon = base::instant_of_seconds(1'700'000'060);
const std::string kSignedPath = "/v1/AUTH_x/private-c/a b@/log.gz";

TempUrlClaim claim_of(const std::string& url) {
  const auto fields = base::split(std::string_view(url).substr(url.find('?') + 1), '&');
  const auto value = [](std::string_view field) {
    return std::string(field.substr(field.find('=') + 1));
  };
  return {.method = "GET",
          .path = kSignedPath,
          .signature = value(fields[0]),
          .expires = value(fields[1])};
}

}  // namespace

// autopkgtest 3
TEST_CASE("temporary URL: signed over method, time and the path as it is without codes") {
  CHECK(temp_url("http://host.example:8080/v1/AUTH_x", "key", "private-c/a b@/log.gz", kSoon) ==
        "http://host.example:8080/v1/AUTH_x/private-c/a%20b%40/log.gz?temp_url_sig=" +
            codec::hmac_sha256_hex("key", "GET\n1700000060\n" + kSignedPath) +
            "&temp_url_expires=1700000060");
}

// autopkgtest 3
TEST_CASE("temporary URL: grants reading of that object until then") {
  const auto claim =
      claim_of(temp_url("http://h.example/v1/AUTH_x", "key", "private-c/a b@/log.gz", kSoon));
  auto head = claim, put = claim, other = claim, later = claim, garbage = claim;
  head.method = "HEAD";
  put.method = "PUT";
  other.path += "x";
  later.expires = "1700009999";
  garbage.expires = "soon";

  CHECK(is_granted(claim, "key", kNow));
  CHECK(is_granted(head, "key", kNow));
  CHECK_FALSE(is_granted(claim, "key", kSoon));
  CHECK_FALSE(is_granted(claim, "other key", kNow));
  CHECK_FALSE(is_granted(claim, "", kNow));
  for (const auto& bad : {put, other, later, garbage}) CHECK_FALSE(is_granted(bad, "key", kNow));
}

}  // namespace sluice::results
