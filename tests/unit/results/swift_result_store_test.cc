// The Swift store against a server that does what stores do on bad days; the real one:
// tests/contract/result_store_swift_test.py.
// covers: swift_account.cc
#include "results/swift_result_store.h"

#include <doctest/doctest.h>

#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "codec/digest.h"
#include "support/patient_waiter.h"
#include "support/scripted_store.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using test::http_answer;
using Texts = std::deque<std::string>;
using Lines = std::vector<std::string>;

std::string signed_in(const std::string& token = "token-1") {
  return http_answer("200 OK", "X-Auth-Token: " + token + "\r\nX-Storage-Url: $URL/v1/AUTH_ci\r\n");
}

struct SwiftScene {
  explicit SwiftScene(Texts answers) : server(std::move(answers)) {}

  test::ScriptedStore server;
  std::unique_ptr<sys::HttpClient> http = sys::curl_http_client();
  test::PatientWaiter waiter;
  SwiftAccount account{
      *http,
      waiter,
      {.auth_url = server.url() + "/auth/v1.0", .user = "ci:admin", .password = "top-secret"},
      {.tries = 3, .longest = std::chrono::seconds(15)}};
  SwiftResultStore store{account, {.full_page = 2}};
};

Object log_of(const std::string& bytes) {
  Object object;
  object.bytes = bytes;
  object.head.content_encoding = "gzip";
  return object;
}

std::string etag_of(const std::string& bytes) { return "ETag: " + codec::md5_hex(bytes) + "\r\n"; }

// A network on which so many answers take too long; then a store that takes everything.
class SlowHttp final : public sys::HttpClient {
 public:
  explicit SlowHttp(int slow) : slow_(slow) {}
  base::Result<sys::HttpResponse> get(const sys::HttpRequest&) override {
    return base::fail(ErrorKind::denied, "nobody gets here");
  }
  base::Result<sys::HttpResponse> send(const sys::HttpSend& request) override {
    times.push_back(request.time_max);
    if (request.method != sys::HttpMethod::put)
      return sys::HttpResponse{
          200, "", {{"X-Auth-Token", "t"}, {"X-Storage-Url", "http://swift.example/v1/AUTH_ci"}}};
    if (slow_-- > 0) return sys::HttpResponse{};
    return sys::HttpResponse{201, "", {}};
  }
  std::vector<std::chrono::seconds> times;

 private:
  int slow_;
};

// A network on which a put waits until somebody stops it, if there is anybody.
class StoppableHttp final : public sys::HttpClient {
 public:
  base::Result<sys::HttpResponse> get(const sys::HttpRequest&) override {
    return base::fail(ErrorKind::denied, "nobody gets here");
  }
  base::Result<sys::HttpResponse> send(const sys::HttpSend& request) override {
    if (request.method != sys::HttpMethod::put)
      return sys::HttpResponse{
          200, "", {{"X-Auth-Token", "t"}, {"X-Storage-Url", "http://swift.example/v1/AUTH_ci"}}};
    ++puts;
    if (!request.go_on) return sys::HttpResponse{201, "", {}};
    while (request.go_on()) continue;
    return base::fail(ErrorKind::unavailable, "stopped");
  }
  int puts = 0;
};

const std::string kObject = "/v1/AUTH_ci/c/r%40/x";
const std::string kBusy = http_answer("503 Busy");

}  // namespace

// autopkgtest 3
TEST_CASE("swift store: signs in once, and puts with type, encoding, digest and condition") {
  SwiftScene scene({signed_in(), http_answer("201 Created"), http_answer("201 Created")});

  CHECK(scene.store.put("c", "r@/x", log_of("log")));
  CHECK(scene.store.put("c", "r@/y", log_of("")));

  CHECK(scene.server.lines() ==
        Lines{"GET /auth/v1.0", "PUT " + kObject, "PUT /v1/AUTH_ci/c/r%40/y"});
  const auto put = scene.server.requests()[1];
  CHECK(scene.server.requests()[0].contains("X-Auth-User: ci:admin\r\nX-Auth-Key: top-secret\r\n"));
  CHECK(put.contains("X-Auth-Token: token-1\r\n"));
  CHECK(put.contains("If-None-Match: *\r\n"));
  CHECK(put.contains("Content-Encoding: gzip\r\n"));
  CHECK(put.contains(etag_of("log")));
  CHECK(put.ends_with("\r\n\r\nlog"));
}

// autopkgtest 2.7
TEST_CASE(
    "swift store: a busy store is asked again, with growing pauses, the whole body each time") {
  SwiftScene scene({signed_in(), kBusy, http_answer("422 Damaged"), http_answer("201 Created")});

  CHECK(scene.store.put("c", "r@/x", log_of("log")));

  CHECK(scene.waiter.waited ==
        std::vector<std::chrono::milliseconds>{std::chrono::seconds(10), std::chrono::seconds(15)});
  CHECK(scene.server.requests()[3].ends_with("\r\n\r\nlog"));
}

// testgrid 1.4
TEST_CASE(
    "swift store: whoever keeps a lease is asked while the store is silent, and can stop it") {
  StoppableHttp http;
  test::PatientWaiter waiter;
  SwiftAccount account(http, waiter, {.auth_url = "http://swift.example/auth/v1.0"}, {.tries = 3});
  SwiftResultStore store(account);
  int asked = 0;

  store.ask_while_waiting([&] { return ++asked < 5; });
  const auto put = store.put("c", "r@/x", log_of("log"));

  REQUIRE_FALSE(put);
  CHECK(put.error().kind == ErrorKind::unavailable);
  CHECK(asked >= 5);
  CHECK(waiter.waited.empty());
  CHECK(http.puts == 1);

  store.ask_while_waiting(nullptr);
  CHECK(store.put("c", "r@/x", log_of("log")));
}

// autopkgtest 2.7
TEST_CASE("swift store: after so many tries it is unavailable") {
  SwiftScene scene({signed_in(), kBusy, kBusy, kBusy});

  const auto put = scene.store.put("c", "r@/x", log_of("log"));

  REQUIRE_FALSE(put);
  CHECK(put.error().kind == ErrorKind::unavailable);
  CHECK(put.error().text() == "PUT /c/r%40/x: status 503 after 3 tries");
  CHECK(scene.waiter.waited.size() == 2);
}

// autopkgtest 2.7
TEST_CASE("swift store: a slow store is asked again, a large upload has more time") {
  test::PatientWaiter waiter;
  const SwiftAccess access{.auth_url = "http://swift.example/auth/v1.0", .user = "u"};
  SlowHttp slow(2), dead(9);
  SwiftAccount patient(slow, waiter, access, {.tries = 3}),
      tired(dead, waiter, access, {.tries = 3});

  CHECK(SwiftResultStore(patient).put("c", "x", log_of(std::string(20 << 20, 'x'))));
  const auto put = SwiftResultStore(tired).put("c", "x", log_of("x"));

  CHECK(slow.times ==
        std::vector<std::chrono::seconds>{std::chrono::seconds(30), std::chrono::seconds(50),
                                          std::chrono::seconds(50), std::chrono::seconds(50)});
  REQUIRE_FALSE(put);
  CHECK(put.error().text() == "PUT /c/x: no answer in time after 3 tries");
}

// autopkgtest 3
TEST_CASE("swift store: an upload whose answer was lost is found to be there") {
  SwiftScene scene(
      {signed_in(), "HTTP/1.1 2", http_answer("412 There"),
       "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n" + etag_of("log") + "\r\n"});

  CHECK(scene.store.put("c", "r@/x", log_of("log")));

  CHECK(scene.server.lines() ==
        Lines{"GET /auth/v1.0", "PUT " + kObject, "PUT " + kObject, "HEAD " + kObject});
}

// autopkgtest 3
TEST_CASE("swift store: other bytes under the name are a conflict") {
  SwiftScene scene(
      {signed_in(), http_answer("412 There"),
       "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n" + etag_of("LOG") + "\r\n"});

  CHECK(scene.store.put("c", "r@/x", log_of("log")).error().kind == ErrorKind::conflict);
}

// autopkgtest 3
TEST_CASE("swift store: a token that is no longer taken is renewed once") {
  SwiftScene scene({signed_in(), http_answer("401 Old"), signed_in("token-2"),
                    http_answer("200 OK", etag_of("log"), "log")});

  const auto object = scene.store.get("c", "r@/x");

  REQUIRE(object);
  CHECK(object->bytes == "log");
  CHECK(scene.server.requests()[3].contains("X-Auth-Token: token-2\r\n"));
  CHECK(scene.waiter.waited.empty());
}

// autopkgtest 3
TEST_CASE("swift store: who is refused twice is denied, without more tries") {
  SwiftScene scene({signed_in(), http_answer("401 No"), signed_in(), http_answer("401 No")});
  SwiftScene wrong_password({http_answer("401 No")});

  CHECK(scene.store.get("c", "r@/x").error().kind == ErrorKind::denied);
  const auto denied = wrong_password.store.get("c", "r@/x");
  CHECK(denied.error().kind == ErrorKind::denied);
  CHECK(scene.waiter.waited.empty());
}

// autopkgtest 3
TEST_CASE("swift store: a body that is cut off is read again, to the end") {
  const auto whole = http_answer("200 OK", etag_of("long log"), "long log");
  SwiftScene scene({signed_in(), whole.substr(0, whole.size() - 3), whole});

  CHECK(scene.store.get("c", "r@/x")->bytes == "long log");
}

// autopkgtest 3
TEST_CASE("swift store: bytes with another digest are corrupt") {
  SwiftScene scene({signed_in(), http_answer("200 OK", etag_of("other"), "log")});

  CHECK(scene.store.get("c", "r@/x").error().kind == ErrorKind::corrupt);
}

TEST_CASE("swift store: nobody gets our token by a redirection") {
  SwiftScene scene({signed_in(), http_answer("302 Found", "Location: http://127.0.0.1:1/\r\n")});

  const auto got = scene.store.get("c", "r@/x");

  CHECK(got.error().kind == ErrorKind::unavailable);
  CHECK(got.error().text().contains("redirected"));
}

TEST_CASE("swift store: nobody is there") {
  test::PatientWaiter waiter;
  const auto http = sys::curl_http_client();
  SwiftAccount account(*http, waiter,
                       {.auth_url = "http://127.0.0.1:1/auth", .user = "u", .password = "secret"},
                       {.tries = 2});
  SwiftResultStore store(account);

  const auto got = store.containers();

  CHECK(got.error().kind == ErrorKind::unavailable);
  CHECK(got.error().text().contains("after 2 tries"));
  CHECK_FALSE(got.error().text().contains("secret"));
}

// autopkgtest 3
TEST_CASE("swift store: no error has a password or a token") {
  for (const auto& last :
       {kBusy, http_answer("401 No"), http_answer("403 No"), http_answer("302 Found"),
        http_answer("418 Tea"), http_answer("200 OK", etag_of("y"), "x")}) {
    SwiftScene scene({signed_in(), last, last, last, last, last});
    const auto got = scene.store.get("c", "r@/x");
    REQUIRE_FALSE(got);
    CHECK_FALSE(got.error().text().contains("secret"));
    CHECK_FALSE(got.error().text().contains("token-1"));
  }
}

// autopkgtest 2.7
TEST_CASE("swift store: a new container is looked for until it is there") {
  SwiftScene scene({signed_in(), http_answer("404 None"), http_answer("201 Created"),
                    http_answer("404 Not yet"), http_answer("204 Empty")});

  CHECK(scene.store.ensure_container("c", Readers{}));

  CHECK(scene.server.requests()[2].contains("X-Container-Read: .rlistings,.r:*\r\n"));
  CHECK(scene.waiter.waited == std::vector<std::chrono::milliseconds>{std::chrono::seconds(5)});
}

// testgrid 7.5: A19
TEST_CASE("swift store: of two who make a private container at once one is refused") {
  SwiftScene scene({signed_in(), http_answer("404 None"), http_answer("202 Made by another"),
                    http_answer("204 Empty", "X-Container-Read: *:jo\r\n")});
  const auto made = scene.store.ensure_container("c", {.everybody = false, .user = "mallory"});
  CHECK(made.error().kind == ErrorKind::conflict);
}

// autopkgtest 3
TEST_CASE("swift store: pages follow each other, a server without markers ends") {
  const std::string page = R"([{"subdir": "a/"}, {"name": "b", "bytes": 3, "hash": "x"}])";
  SwiftScene scene({signed_in(), http_answer("200 OK", "", page),
                    http_answer("200 OK", "", R"([{"name": "c", "bytes": 1, "hash": "y"}])")});
  SwiftScene same({signed_in(), http_answer("200 OK", "", page), http_answer("200 OK", "", page)});

  const auto all = scene.store.list("c", {.prefix = "p/", .delimiter = '/', .limit = 9});

  REQUIRE(all);
  CHECK(all->size() == 3);
  CHECK(scene.server.lines()[1] == "GET /v1/AUTH_ci/c?format=json&prefix=p%2F&delimiter=%2F");
  CHECK(scene.server.lines()[2].ends_with("&marker=b"));
  CHECK(same.store.list("c", {})->size() == 4);
}

TEST_CASE("swift store: a listing that is none is corrupt") {
  SwiftScene scene({signed_in(), http_answer("200 OK", "", "<html>")});

  CHECK(scene.store.list("c", {}).error().kind == ErrorKind::corrupt);
}

}  // namespace sluice::results
