// ServedGrid: a whole grid as `sluice serve` has it - keeper, SQLite, the interface - behind an
// HTTP server of the loopback, with a clock that a test sets forward.
#pragma once

#include <doctest/doctest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>

#include "base/log.h"
#include "codec/json.h"
#include "flow/keeper.h"
#include "support/shifted_clock.h"
#include "sys/http_client.h"
#include "sys/http_server.h"
#include "web/site.h"

namespace sluice::test {

// The keeper's thread logs, too.
class SilentLog final : public base::Log {
 public:
  void write(base::Level, std::string_view) override {}
};

class ServedGrid {
 public:
  explicit ServedGrid(std::string database = ":memory:") : database_(std::move(database)) {
    start();
  }
  ServedGrid(const ServedGrid&) = delete;
  ServedGrid& operator=(const ServedGrid&) = delete;
  ~ServedGrid() { stop(); }

  void start() {
    keeper_ = flow::Keeper::open(database_, {}, clock_, log_).value();
    keeper_->start();
    site_ = std::make_unique<web::Site>(
        *keeper_, [](std::string_view) { return web::Role::admin; }, nullptr, nullptr, nullptr);
    server_ =
        sys::beast_http_server({.port = port_}, [this](sys::ServerRequest request, auto reply) {
          site_->answer(request, std::move(reply));
        }).value();
    port_ = server_->port();
  }
  void stop() {
    server_.reset();
    keeper_.reset();
    site_.reset();
  }

  int port() const { return port_; }
  flow::Keeper& keeper() { return *keeper_; }

  // Time passes, and the keeper has seen it.
  void pass(std::chrono::seconds time) {
    clock_.advance(time);
    std::promise<void> done;
    keeper_->post([](flow::JobDesk&, base::Instant) { return [](const base::Result<void>&) {}; });
    keeper_->post([&done](flow::JobDesk&, base::Instant) {
      return [&done](const base::Result<void>&) { done.set_value(); };
    });
    done.get_future().wait();
  }

  // The answer of a question that goes well; `path` is below /api/v1/.
  codec::Value ask(sys::HttpMethod method, const std::string& path, const codec::Value& body = {}) {
    sys::HttpSend send;
    send.method = method;
    send.url = "http://127.0.0.1:" + std::to_string(port_) + "/api/v1/" + path;
    if (method == sys::HttpMethod::post) {
      send.headers = {{"Content-Type", "application/json"}};
      send.body = codec::to_json(body, codec::JsonStyle::compact);
    }
    const auto answer = http_->send(send);
    REQUIRE(answer);
    REQUIRE_MESSAGE(answer->status < 300, answer->body);
    return codec::parse_json(answer->body).value();
  }

 private:
  std::string database_;
  ShiftedClock clock_;
  SilentLog log_;
  std::uint16_t port_ = 0;
  std::unique_ptr<sys::HttpClient> http_ = sys::curl_http_client();
  std::unique_ptr<flow::Keeper> keeper_;
  std::unique_ptr<web::Site> site_;
  std::unique_ptr<sys::HttpServer> server_;
};

}  // namespace sluice::test
