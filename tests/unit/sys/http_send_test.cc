// What curl_http_client sends besides plain questions, and what it refuses.
// covers: curl_http_client.cc http_headers.cc
#include <doctest/doctest.h>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "support/loopback.h"
#include "sys/http_client.h"

namespace sluice::sys {
namespace {

// Answers every request with the same text and keeps what it was sent.
class Server {
 public:
  explicit Server(std::string answer)
      : answer_(std::move(answer)), listener_([this](test::Peer& peer) {
          std::string text;
          (void)peer.read_until(text, is_whole);
          {
            const std::lock_guard hold(mutex_);
            seen_ = text;
          }
          peer.send(answer_);
        }) {}
  std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_.port()); }
  std::string seen() const {  // after the answer has come
    const std::lock_guard hold(mutex_);
    return seen_;
  }

 private:
  static bool is_whole(const std::string& text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = text.find("Content-Length: ");
    return length > end || text.size() >= end + 4 + std::stoul(text.substr(length + 16));
  }

  std::string answer_, seen_;
  mutable std::mutex mutex_;
  test::Listener listener_;
};

const std::string kDone = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n";

}  // namespace

// autopkgtest 3
TEST_CASE("http client: a body is put with its length and the headers that were given") {
  const Server server(kDone + "ETag: abc\r\nX-Empty:\r\n\r\n");

  const auto response =
      curl_http_client()->send({.method = HttpMethod::put,
                                .url = server.url() + "/v1/c/o",
                                .headers = {{"X-Auth-Token", "t"}, {"X-None", ""}},
                                .body = std::string("a\0b", 3)});

  REQUIRE(response);
  CHECK(response->status == 201);
  CHECK(header_of(response->headers, "etag") == "abc");
  CHECK(header_of(response->headers, "x-empty").empty());
  CHECK(server.seen().starts_with("PUT /v1/c/o HTTP/1.1\r\n"));
  CHECK(server.seen().contains("\r\nX-Auth-Token: t\r\n"));
  CHECK(server.seen().contains("\r\nX-None:\r\n"));
  CHECK(server.seen().contains("\r\nContent-Length: 3\r\n"));
  CHECK(server.seen().ends_with(std::string("\r\n\r\na\0b", 7)));
  CHECK_FALSE(server.seen().contains("urlencoded"));
  CHECK_FALSE(server.seen().contains("Expect"));
}

TEST_CASE("http client: an empty body is put as one of length 0") {
  const Server server(kDone + "\r\n");

  REQUIRE(curl_http_client()->send({.method = HttpMethod::put, .url = server.url()}));

  CHECK(server.seen().contains("\r\nContent-Length: 0\r\n"));
}

TEST_CASE("http client: every method has its name on the wire") {
  const Server server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
  const auto client = curl_http_client();

  const auto head = client->send({.method = HttpMethod::head, .url = server.url()});
  REQUIRE(head);
  CHECK(header_of(head->headers, "content-length") == "2");
  CHECK(server.seen().starts_with("HEAD / "));

  const Server other(kDone + "\r\n");
  for (const auto method :
       {HttpMethod::get, HttpMethod::put, HttpMethod::post, HttpMethod::remove}) {
    REQUIRE(client->send({.method = method, .url = other.url()})->status == 201);
    CHECK(other.seen().starts_with(std::string(text_of(method)) + " / "));
  }
}

TEST_CASE("http client: credentials do not follow a redirection") {
  const Server target(kDone + "\r\n");
  const Server server("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: " +
                      target.url() + "/\r\n\r\n");

  const auto response =
      curl_http_client()->send({.url = server.url(), .headers = {{"X-Auth-Token", "secret"}}});

  REQUIRE(response);
  CHECK(response->status == 302);
  CHECK(header_of(response->headers, "Location") == target.url() + "/");
  CHECK(target.seen().empty());
}

TEST_CASE("http client: a header of two lines is refused before anything is sent") {
  const auto client = curl_http_client();

  for (const auto& [name, value] : {std::pair("X-A", "b\r\nX-C: d"), {"X-A\n", "b"}, {"", "b"}})
    CHECK(client->send({.url = "http://127.0.0.1:1/", .headers = {{name, value}}}).error().kind ==
          base::ErrorKind::invalid);
}

TEST_CASE("http client: an error shows no query, which may be a signature") {
  const auto refused =
      curl_http_client()->send({.url = "http://127.0.0.1:1/a?temp_url_sig=secret"});
  const auto no_url = curl_http_client()->send({.url = "file:///a?temp_url_sig=secret"});

  CHECK(refused.error().kind == base::ErrorKind::unavailable);
  CHECK(refused.error().text().contains("127.0.0.1:1/a"));
  CHECK_FALSE(refused.error().text().contains("secret"));
  CHECK_FALSE(no_url.error().text().contains("secret"));
}

TEST_CASE("http client: an answer larger than was allowed is an error") {
  const Server server("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody");
  const auto client = curl_http_client();

  CHECK(client->send({.url = server.url(), .body_max = 4})->body == "body");
  CHECK(client->send({.url = server.url(), .body_max = 3}).error().kind ==
        base::ErrorKind::unavailable);
}

TEST_CASE("http client: the headers are those of the last answer") {
  const Server target("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Which: last\r\n\r\n");
  const Server server("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nX-Which: first\r\nLocation: " +
                      target.url() + "/\r\n\r\n");

  const auto response = curl_http_client()->get({.url = server.url()});

  REQUIRE(response);
  CHECK(header_of(response->headers, "x-which") == "last");
}

TEST_CASE("http client: a question may carry conditions, and the answer may be: unchanged") {
  const Server server("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nConnection: close\r\n\r\n");

  const auto response =
      curl_http_client()->get({.url = server.url() + "/InRelease",
                               .headers = {{"If-None-Match", "\"x\""}, {"Cache-Control", "no"}}});

  REQUIRE(response);
  CHECK(response->status == 304);
  CHECK(response->body.empty());
  CHECK(header_of(response->headers, "etag") == "\"x\"");
  CHECK(server.seen().contains("\r\nIf-None-Match: \"x\"\r\n"));
}

TEST_CASE("http client: a header of several lines is not sent by get() either") {
  const auto response =
      curl_http_client()->get({.url = "http://127.0.0.1:1/", .headers = {{"A", "b\r\nC: d"}}});

  CHECK(response.error().kind == base::ErrorKind::invalid);
}

TEST_CASE("http client: whoever waits for a silent server can be told to stop") {
  const test::Listener silent([](test::Peer& peer) { peer.stay_silent(); });

  const auto response = curl_http_client()->get(
      {.url = "http://127.0.0.1:" + std::to_string(silent.port()), .go_on = [] { return false; }});

  CHECK(response.error().kind == base::ErrorKind::unavailable);
}

// testgrid 1.4: an upload that takes long must not cost its lease
TEST_CASE("http client: whoever sends to a silent server is asked meanwhile, and may ask others") {
  const test::Listener silent([](test::Peer& peer) { peer.stay_silent(); });
  const auto silence = "http://127.0.0.1:" + std::to_string(silent.port());
  const auto client = curl_http_client(), other = curl_http_client();
  int times = 0;

  const auto response =
      client->send({.method = HttpMethod::put, .url = silence, .body = "log", .go_on = [&] {
                      (void)other->send({.url = "http://127.0.0.1:1/"});
                      return ++times < 3;
                    }});

  REQUIRE_FALSE(response);
  CHECK(response.error().kind == base::ErrorKind::unavailable);
  CHECK(times == 3);
}

}  // namespace sluice::sys
