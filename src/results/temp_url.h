// Temporary URLs: whoever has one may read one object of a private container until it expires.
// Source: autopkgtest 3.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace sluice::results {

// `account_url`: "http://swift.example/v1/AUTH_x". The key is that of the account
// (X-Account-Meta-Temp-URL-Key); the signature is an HMAC with SHA-256 of method, time and path.
std::string temp_url(std::string_view account_url, std::string_view key,
                     std::string_view container_and_name, base::Instant expires);

// What a server checks of a request.
struct TempUrlClaim {
  std::string method;  // "GET", or "HEAD", which a URL for GET allows too
  std::string path;    // decoded: "/v1/AUTH_x/CONTAINER/NAME"
  std::string signature, expires;
};
// False: another signature, expired, or no key.
bool is_granted(const TempUrlClaim& claim, std::string_view key, base::Instant now);

}  // namespace sluice::results
