#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <string>

#include "sys/http_server.h"

namespace sluice::sys {
namespace {

// Sends the bytes on a connection of its own.
int send_to(std::uint16_t port, std::string_view bytes) {
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  ::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  (void)::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return client;
}

// What comes until the server closes.
std::string read_all(int client) {
  std::string answer;
  std::array<char, 4096> buffer;
  while (true) {
    const auto count = ::recv(client, buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(client);
  return answer;
}

std::string talk(std::uint16_t port, std::string_view bytes) {
  return read_all(send_to(port, bytes));
}

std::unique_ptr<HttpServer> start(HttpServer::Handler handler, HttpListen listen = {}) {
  auto server = beast_http_server(listen, std::move(handler));
  REQUIRE(server);
  return std::move(*server);
}

void echo(ServerRequest request, const HttpServer::Reply& reply) {
  reply(
      {200,
       {{"X-Method", request.method}, {"X-Peer", request.peer}},
       request.target + "|" + std::string(header_of(request.headers, "x-a")) + "|" + request.body});
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("http server: method, target, headers and body arrive, the answer goes back") {
  const auto server = start(echo);
  const auto answer = talk(server->port(),
                           "POST /a?b=c HTTP/1.1\r\nHost: x\r\nX-A: 7\r\nContent-Length: 4\r\n"
                           "Connection: close\r\n\r\nbody");
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(contains(answer, "X-Method: POST\r\n"));
  CHECK(contains(answer, "X-Peer: 127.0.0.1\r\n"));
  CHECK(answer.ends_with("\r\n\r\n/a?b=c|7|body"));
}

TEST_CASE("http server: two requests of one connection, one after the other") {
  const auto server = start(echo);
  const auto answer = talk(server->port(),
                           "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n"
                           "Connection: close\r\n\r\n");
  CHECK(contains(answer, "/1||"));
  CHECK(answer.ends_with("/2||"));
}

TEST_CASE("http server: HEAD tells the length without the body") {
  const auto server = start(echo);
  const auto answer =
      talk(server->port(), "HEAD /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(contains(answer, "Content-Length: 7\r\n"));
  CHECK(answer.ends_with("\r\n\r\n"));
}

TEST_CASE("http server: 204 has no length") {
  const auto server =
      start([](ServerRequest, const HttpServer::Reply& reply) { reply({204, {}, ""}); });
  const auto answer =
      talk(server->port(), "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 204"));
  CHECK_FALSE(contains(answer, "Content-Length"));
}

TEST_CASE("http server: a body above the limit, garbage, huge headers") {
  const auto server = start(echo, {.body_max = 3});
  CHECK(talk(server->port(), "POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody")
            .starts_with("HTTP/1.1 413"));
  CHECK(talk(server->port(), "\x16\x03\x01 garbage\r\n\r\n").starts_with("HTTP/1.1 400"));
  CHECK(talk(server->port(), "GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n")
            .starts_with("HTTP/1.1 431"));
}

TEST_CASE("http server: an answer may come later, or never") {
  std::promise<HttpServer::Reply> kept, last;
  auto server = start([&](ServerRequest request, HttpServer::Reply reply) {
    if (request.target == "/wait") kept.set_value(std::move(reply));
    if (request.target == "/last") last.set_value(std::move(reply));
  });
  CHECK(talk(server->port(), "GET /drop HTTP/1.1\r\nConnection: close\r\n\r\n")
            .starts_with("HTTP/1.1 500"));
  const int client = send_to(server->port(), "GET /wait HTTP/1.1\r\nConnection: close\r\n\r\n");
  const auto reply = kept.get_future().get();
  reply({200, {}, "late"});
  reply({200, {}, "a second one is nothing"});
  CHECK(read_all(client).ends_with("late"));
  const int left = send_to(server->port(), "GET /last HTTP/1.1\r\n\r\n");
  const auto late = last.get_future().get();
  server.reset();
  late({200, {}, "nobody hears it"});
  CHECK(read_all(left).empty());
}

TEST_CASE("http server: a port in use, and no address") {
  const auto server = start(echo);
  const auto second = beast_http_server({.port = server->port()}, echo);
  REQUIRE_FALSE(second);
  CHECK(second.error().kind == base::ErrorKind::conflict);
  CHECK(contains(second.error().text(), "127.0.0.1:" + std::to_string(server->port())));
  CHECK_FALSE(beast_http_server({.address = "nowhere"}, echo));
}

}  // namespace sluice::sys
