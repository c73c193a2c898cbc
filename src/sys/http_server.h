// HttpServer: answering other machines. The one on the network is beast_http_server.cc: one thread,
// so a handler must be quick or answer later.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "sys/http_headers.h"

namespace sluice::sys {

struct ServerRequest {
  std::string method;  // "GET"
  std::string target;  // as sent: "/path?query"
  HttpHeaders headers;
  std::string body;
  std::string peer;  // address of the client, "127.0.0.1"
};

struct ServerResponse {
  int status = 200;
  HttpHeaders headers;  // Content-Length, Connection and Date are the server's
  std::string body;
};

struct HttpListen {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;                        // 0: any free one
  std::size_t body_max = std::size_t{16} << 20;  // a longer body is answered 413
  // A client that sends nothing for so long is cut off. Waiting for an answer does not count.
  std::chrono::seconds idle_max{60};
};

class HttpServer {
 public:
  // Takes the answer from any thread, once; dropped without one, the client gets 500. After the
  // client has gone, or the server, it does nothing.
  using Reply = std::function<void(ServerResponse)>;
  // Called in the server's thread.
  using Handler = std::function<void(ServerRequest, Reply)>;

  HttpServer() = default;
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  virtual ~HttpServer() = default;  // stops, and waits until the thread has ended

  virtual std::uint16_t port() const = 0;
};

// Listens at once; the handler runs until the server is destroyed. Errors: conflict (the port is in
// use), denied, invalid (no address of this machine).
base::Result<std::unique_ptr<HttpServer>> beast_http_server(const HttpListen& listen,
                                                            HttpServer::Handler handler);

}  // namespace sluice::sys
