#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>
#include <utility>

#include "sys/http_client.h"

namespace sluice::sys {
namespace {

// Serves one connection on the loopback: reads a request, then sends the text, or is silent until
// the client goes away.
class OneAnswer {
 public:
  explicit OneAnswer(std::string text) : text_(std::move(text)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 1);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;
  ~OneAnswer() {
    thread_.join();
    ::close(listener_);
  }
  const std::string& url() const { return url_; }

 private:
  void serve() {
    const int client = ::accept(listener_, nullptr, nullptr);
    std::array<char, 4096> buffer;
    (void)::recv(client, buffer.data(), buffer.size(), 0);
    if (!text_.empty()) (void)::send(client, text_.data(), text_.size(), MSG_NOSIGNAL);
    if (text_.empty()) (void)::recv(client, buffer.data(), buffer.size(), 0);
    ::close(client);
  }

  std::string text_, url_;
  int listener_ = -1;
  std::thread thread_;
};

}  // namespace

TEST_CASE("http client: status and body of an answer") {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");

  const auto response = curl_http_client()->get({.url = server.url() + "/x"});

  REQUIRE(response);
  CHECK(response->status == 200);
  CHECK(response->body == "{}");
}

TEST_CASE("http client: an answer nobody likes is a value") {
  const OneAnswer server("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");

  const auto response = curl_http_client()->get({.url = server.url()});

  REQUIRE(response);
  CHECK(response->status == 503);
}

TEST_CASE("http client: silence is a timeout, as a value") {
  const OneAnswer server("");

  const auto response =
      curl_http_client()->get({.url = server.url(), .time_max = std::chrono::seconds(1)});

  REQUIRE(response);
  CHECK(response->status == HttpResponse::kTimedOut);
}

TEST_CASE("http client: an answer broken off is an error") {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}");

  const auto response = curl_http_client()->get({.url = server.url()});

  REQUIRE_FALSE(response);
  CHECK(response.error().kind == base::ErrorKind::unavailable);
}

TEST_CASE("http client: refused is an error") {
  const auto response = curl_http_client()->get({.url = "http://127.0.0.1:1/"});

  REQUIRE_FALSE(response);
  CHECK(response.error().kind == base::ErrorKind::unavailable);
}

TEST_CASE("http client: other protocols are refused before anything is opened") {
  const auto client = curl_http_client();

  CHECK(client->get({.url = "file:///etc/passwd"}).error().kind == base::ErrorKind::invalid);
  CHECK(client->get({.url = ""}).error().kind == base::ErrorKind::invalid);
}

TEST_CASE("http client: a large body goes to its taker piece by piece, other answers do not") {
  const OneAnswer good("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody");
  const OneAnswer bad("HTTP/1.1 404 No\r\nContent-Length: 4\r\n\r\nnone");
  std::string taken;
  const auto take = [&](std::string_view piece) {
    taken += piece;
    return true;
  };

  CHECK(curl_http_client()->get({.url = good.url(), .on_body = take})->body.empty());
  CHECK(curl_http_client()->get({.url = bad.url(), .on_body = take})->body == "none");
  CHECK(taken == "body");
}

TEST_CASE("http client: a taker that has no room ends the transfer") {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody");

  const auto response = curl_http_client()->get(
      {.url = server.url(), .on_body = [](std::string_view) { return false; }});

  CHECK(response.error().kind == base::ErrorKind::unavailable);
}

TEST_CASE("http client: redirections lead to http and nowhere else") {
  const OneAnswer target("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
  const OneAnswer to_http("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + target.url() +
                          "/\r\n\r\n");
  const OneAnswer to_file(
      "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: file:///etc/passwd\r\n\r\n");

  CHECK(curl_http_client()->get({.url = to_http.url()})->body == "{}");
  CHECK(curl_http_client()->get({.url = to_file.url()}).error().kind ==
        base::ErrorKind::unavailable);
}

}  // namespace sluice::sys
