#include "results/swift_access.h"

#include <doctest/doctest.h>

#include <string>

namespace sluice::results {
namespace {

using base::ErrorKind;

// Recorded from Keystone 22, shortened.
const std::string kAnswer = R"({"token": {"methods": ["password"], "catalog": [
  {"endpoints": [{"interface": "public", "region": "here", "url": "http://127.0.0.1:5000/v3"}],
   "type": "identity", "name": "keystone"},
  {"endpoints": [
     {"interface": "internal", "region": "here", "url": "http://inside.example/v1/AUTH_1"},
     {"interface": "public", "region": "there", "url": "http://there.example/v1/AUTH_1"},
     {"interface": "public", "region": "here", "url": "http://here.example/v1/AUTH_1/"}],
   "type": "object-store", "name": "swift"}]}})";

SwiftAccess keystone(const std::string& region = "") {
  return {.auth = SwiftAuth::v3,
          .auth_url = "http://127.0.0.1:5000/v3/",
          .user = "ci",
          .password = "se\"cret",
          .project = "adt",
          .region = region};
}

sys::HttpResponse answer(const std::string& body) {
  return {.status = 201, .body = body, .headers = {{"x-subject-token", "t"}}};
}

}  // namespace

// autopkgtest 3
TEST_CASE("swift access: version 3 signs in with a password, for a project") {
  const auto request = make_sign_in(keystone()).value();

  CHECK(request.method == sys::HttpMethod::post);
  CHECK(request.url == "http://127.0.0.1:5000/v3/auth/tokens");
  CHECK(request.body ==
        R"({"auth": {"identity": {"methods": ["password"], "password": {"user": )"
        R"({"domain": {"name": "Default"}, "name": "ci", "password": "se\"cret"}}}, )"
        R"("scope": {"project": {"domain": {"name": "Default"}, "name": "adt"}}}})");
}

// autopkgtest 3
TEST_CASE("swift access: the catalogue names the store of the region") {
  CHECK(parse_session(keystone("here"), answer(kAnswer))->url == "http://here.example/v1/AUTH_1");
  CHECK(parse_session(keystone(), answer(kAnswer))->url == "http://there.example/v1/AUTH_1");
  CHECK(parse_session(keystone(), answer(kAnswer))->token == "t");
  CHECK(parse_session(keystone("nowhere"), answer(kAnswer)).error().kind == ErrorKind::corrupt);
}

// autopkgtest 3
TEST_CASE("swift access: an answer without token or store is corrupt") {
  for (const auto* body :
       {"", "[]", "{}", R"({"token": {}})", R"({"token": {"catalog": 1}})",
        R"({"token": {"catalog": [{"type": "object-store", "endpoints": [{}]}]}})"})
    CHECK(parse_session(keystone(), answer(body)).error().kind == ErrorKind::corrupt);
  CHECK(parse_session(keystone(), {.status = 201, .body = kAnswer}).error().kind ==
        ErrorKind::corrupt);
  CHECK(parse_session({.auth_url = "http://x"}, {.status = 200, .body = ""}).error().kind ==
        ErrorKind::corrupt);
}

TEST_CASE("swift access: an address with a password in it is refused, and not shown") {
  for (const auto* url : {"http://u:secret@host.example/auth", "ftp://host.example", ""}) {
    const auto request = make_sign_in({.auth_url = url});
    REQUIRE_FALSE(request);
    CHECK(request.error().kind == ErrorKind::invalid);
    CHECK_FALSE(request.error().text().contains("secret"));
  }
  CHECK(make_sign_in({.auth_url = "http://host.example/a@b"}));
}

}  // namespace sluice::results
