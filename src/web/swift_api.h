// A result store served in Swift's manner, for reading: what britney, the peers' pages and our own
// reader ask for works unmodified. A function of its arguments. Source: autopkgtest 3.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "results/result_store.h"
#include "sys/http_server.h"

namespace sluice::web {

// Who asks. The owner sees everything; a user what is hers by name; nobody is told what is there
// but not for him.
struct SwiftCaller {
  enum class Kind : std::uint8_t { anonymous, user, owner };
  Kind kind = Kind::anonymous;
  std::string name = {};  // of a user
};

struct SwiftPlace {
  std::string prefix;             // path of the account, "/swift/v1/AUTH_results"
  std::string temp_url_key = {};  // "": there are no temporary URLs
};

struct SwiftApi {
  results::ResultStore& store;
  SwiftPlace place;
};

// `request.target` begins with the prefix; anything else is 404. The answer to HEAD of
// an object has the body of its GET: the server leaves it out and tells its length.
sys::ServerResponse serve_swift(const SwiftApi& api, const sys::ServerRequest& request,
                                const SwiftCaller& caller, base::Instant now);

}  // namespace sluice::web
