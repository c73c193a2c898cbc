// The contract of result stores and what Swift has besides, asked of the store that the environment
// names; result_store_swift_test.py starts one. Skipped without.
//
// covers: swift_account.cc swift_access.cc temp_url.cc
#include <doctest/doctest.h>
#include <stdlib.h>

#include <memory>
#include <string>

#include "contract/result_store_contract.h"
#include "results/swift_result_store.h"
#include "results/temp_url.h"
#include "sys/clock.h"

namespace sluice {
namespace {

std::string word(const std::string& name) {
  const char* value = ::getenv(("SLUICE_TEST_SWIFT_" + name).c_str());
  return value == nullptr ? "" : value;
}

bool has_no_swift() { return word("URL").empty(); }

struct RealSwift {
  std::unique_ptr<sys::HttpClient> http = sys::curl_http_client();
  std::unique_ptr<sys::Waiter> waiter = sys::system_waiter();
  results::SwiftAccount account{
      *http,
      *waiter,
      {.auth = word("AUTH") == "v3" ? results::SwiftAuth::v3 : results::SwiftAuth::v1,
       .auth_url = word("URL"),
       .user = word("USER"),
       .password = word("PASSWORD"),
       .project = word("PROJECT")},
      {.tries = 3, .first = std::chrono::milliseconds(200)}};
  // One of the stores cuts its listings after three entries.
  results::SwiftResultStore store{account, {.full_page = 3}};
};

}  // namespace

// autopkgtest 3
TEST_CASE("real Swift: every promise is kept" * doctest::skip(has_no_swift())) {
  int number = 0;
  for (const auto& promise : test::result_store_promises()) {
    INFO(std::string(promise.name));
    RealSwift place;
    promise.check(place.store, "contract-" + std::to_string(++number));
  }
}

// autopkgtest 3
TEST_CASE("real Swift: a private object is read with a temporary URL" *
          doctest::skip(has_no_swift())) {
  RealSwift place;
  results::Object object;
  object.bytes = "secret";
  const std::string name = "n/amd64/g/green/1@/log.gz";
  REQUIRE(place.store.ensure_container("private-x", {.everybody = false, .user = "jo"}));
  REQUIRE(place.store.put("private-x", name, object));
  REQUIRE(place.store.set_temp_url_key("key"));
  const auto url = place.account.session()->url;
  const auto soon = sys::system_clock()->now() + std::chrono::minutes(5);
  const auto status = [&](const std::string& key, base::Instant expires) {
    return place.http->send({.url = results::temp_url(url, key, "private-x/" + name, expires)})
        ->status;
  };

  CHECK(place.http->send({.url = url + "/private-x/" + name})->status == 401);
  CHECK(status("key", soon) == 200);
  CHECK(status("other key", soon) == 401);
  CHECK(status("key", base::instant_of_seconds(1'700'000'000)) == 401);
}

}  // namespace sluice
