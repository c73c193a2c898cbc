// Who we are to a Swift store, and the session that comes of it: version 1 (tempauth, radosgw) and
// version 3 (Keystone, password with project scope). Values; swift_account.h asks with them. No
// error has a password or token. Source: autopkgtest 3.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "sys/http_client.h"

namespace sluice::results {

enum class SwiftAuth : std::uint8_t { v1, v3 };

struct SwiftAccess {
  SwiftAuth auth = SwiftAuth::v1;
  std::string auth_url = {};  // v1: ".../auth/v1.0"; v3: ".../v3"
  std::string user = {};      // v1: "ACCOUNT:USER"
  std::string password = {};
  // v3 only.
  std::string project = {};
  std::string user_domain = "Default", project_domain = "Default";
  std::string region = {};  // "": the first in the catalogue
};

struct SwiftSession {
  std::string url;  // of the account, without slash at its end
  std::string token;
};

// Errors: invalid (the address is no http URL, or has a user and password in it).
base::Result<sys::HttpSend> make_sign_in(const SwiftAccess& access);

// From an answer of class 200. Errors: corrupt (no token, or no object store in the catalogue).
base::Result<SwiftSession> parse_session(const SwiftAccess& access,
                                         const sys::HttpResponse& response);

}  // namespace sluice::results
