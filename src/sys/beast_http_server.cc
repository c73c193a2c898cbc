// The HttpServer on the network: Boost.Beast, which no other file includes (it costs 14 s to
// compile).
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "sys/http_server.h"

namespace sluice::sys {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

// Longer request lines and headers are no request of ours.
constexpr std::uint32_t kHeaderMax = 64 << 10;

ServerRequest request_of(http::request<http::string_body>&& message, std::string peer) {
  ServerRequest request;
  request.method = std::string(message.method_string());
  request.target = std::string(message.target());
  for (const auto& field : message)
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  request.body = std::move(message.body());
  request.peer = std::move(peer);
  return request;
}

class Connection;

// What the connections of one server share. Answers come from any thread and may come after the
// server has gone: whoever answers holds the mutex and looks whether it is still there.
struct Shared {
  HttpListen listen;
  HttpServer::Handler handler;
  std::mutex mutex;
  bool alive = true;                                 // guarded by mutex
  std::set<std::shared_ptr<Connection>> unanswered;  // the server's thread only
};

// One connection. It lives as long as an operation holds it, or Shared::unanswered.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, std::shared_ptr<Shared> shared)
      : stream_(std::move(socket)), shared_(std::move(shared)) {
    beast::error_code ignored;
    const auto remote = stream_.socket().remote_endpoint(ignored);
    if (!ignored) peer_ = remote.address().to_string();
  }

  void read() {
    parser_.emplace();
    parser_->body_limit(shared_->listen.body_max);
    parser_->header_limit(kHeaderMax);
    stream_.expires_after(shared_->listen.idle_max);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code error, std::size_t) {
                       self->on_read(error);
                     });
  }

 private:
  // The answer that is still owed; destroyed without one it answers 500.
  class Debt {
   public:
    explicit Debt(const std::shared_ptr<Connection>& connection)
        : shared_(connection->shared_), connection_(connection) {}
    Debt(const Debt&) = delete;
    Debt& operator=(const Debt&) = delete;
    ~Debt() { pay({500, {}, "the request was dropped\n"}); }

    void pay(ServerResponse response) {
      if (paid_.exchange(true)) return;
      const std::lock_guard lock(shared_->mutex);
      if (!shared_->alive) return;
      const auto connection = connection_.lock();
      asio::post(connection->stream_.get_executor(),
                 [c = connection, r = std::move(response)]() mutable {
                   c->shared_->unanswered.erase(c);
                   c->write(std::move(r));
                 });
    }

   private:
    std::shared_ptr<Shared> shared_;
    std::weak_ptr<Connection> connection_;  // there as long as the server is alive: unanswered
    std::atomic<bool> paid_ = false;
  };

  void on_read(beast::error_code error) {
    if (error == http::error::body_limit) return refuse(413, "the body is too long\n");
    if (error == http::error::header_limit) return refuse(431, "the headers are too long\n");
    if (error == http::error::end_of_stream || error == beast::error::timeout) return close();
    if (error && error.category() == http::make_error_code(http::error::bad_method).category())
      return refuse(400, "this is no HTTP request\n");
    if (error) return;
    auto message = parser_->release();
    version_ = message.version();
    keep_alive_ = message.keep_alive();
    head_ = message.method() == http::verb::head;
    stream_.expires_never();
    shared_->unanswered.insert(shared_from_this());
    auto debt = std::make_shared<Debt>(shared_from_this());
    shared_->handler(request_of(std::move(message), peer_),
                     [debt](ServerResponse response) { debt->pay(std::move(response)); });
  }

  void refuse(int status, std::string body) {
    keep_alive_ = false;
    write({status, {}, std::move(body)});
  }

  void write(ServerResponse from) {
    response_.emplace();
    response_->result(static_cast<unsigned>(from.status));
    response_->version(version_);
    response_->keep_alive(keep_alive_);
    for (const auto& [name, value] : from.headers) response_->insert(name, value);
    const auto length = from.body.size();
    const bool empty = from.status == 204 || from.status == 304;
    if (!head_ && !empty) response_->body() = std::move(from.body);
    if (!empty && !response_->has_content_length()) response_->content_length(length);
    stream_.expires_after(shared_->listen.idle_max);
    serializer_.emplace(*response_);
    const auto done = [self = shared_from_this()](beast::error_code error, std::size_t) {
      self->on_written(error);
    };
    // A HEAD answer tells the length of a body that does not follow.
    if (head_)
      http::async_write_header(stream_, *serializer_, done);
    else
      http::async_write(stream_, *serializer_, done);
  }

  void on_written(beast::error_code error) {
    if (error) return;
    if (keep_alive_) return read();
    close();
  }

  void close() {
    beast::error_code ignored;
    stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  std::shared_ptr<Shared> shared_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
  std::optional<http::response_serializer<http::string_body>> serializer_;
  std::string peer_;
  unsigned version_ = 11;
  bool keep_alive_ = false;
  bool head_ = false;
};

// After a failed accept (no descriptors left) it pauses, or it would do nothing else.
constexpr std::chrono::milliseconds kAcceptPause{100};

class BeastHttpServer : public HttpServer {
 public:
  BeastHttpServer(const HttpListen& listen, Handler handler) : acceptor_(io_), pause_(io_) {
    shared_->listen = listen;
    shared_->handler = std::move(handler);
  }
  ~BeastHttpServer() override {
    io_.stop();
    if (thread_.joinable()) thread_.join();
    const std::lock_guard lock(shared_->mutex);
    shared_->alive = false;
    shared_->unanswered.clear();
  }

  beast::error_code open(const Tcp::endpoint& endpoint) {
    beast::error_code error;
    acceptor_.open(endpoint.protocol(), error);
    // A restart must not wait for the connections of the last run to fade.
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return error;
    port_ = acceptor_.local_endpoint(error).port();
    accept();
    thread_ = std::thread([this] { io_.run(); });
    return error;
  }

  std::uint16_t port() const override { return port_; }

 private:
  void accept() {
    acceptor_.async_accept([this](beast::error_code error, Tcp::socket socket) {
      if (error) return pause();
      beast::error_code ignored;
      socket.set_option(Tcp::no_delay(true), ignored);
      std::make_shared<Connection>(std::move(socket), shared_)->read();
      accept();
    });
  }

  void pause() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([this](beast::error_code error) {
      if (!error) accept();
    });
  }

  std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
  asio::io_context io_{1};
  Tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  std::thread thread_;
  std::uint16_t port_ = 0;
};

base::ErrorKind kind_of(const beast::error_code& error) {
  if (error == asio::error::address_in_use) return base::ErrorKind::conflict;
  if (error == asio::error::access_denied) return base::ErrorKind::denied;
  return base::ErrorKind::invalid;
}

}  // namespace

base::Result<std::unique_ptr<HttpServer>> beast_http_server(const HttpListen& listen,
                                                            HttpServer::Handler handler) {
  const auto place = listen.address + ":" + std::to_string(listen.port);
  beast::error_code error;
  const auto address = asio::ip::make_address(listen.address, error);
  if (error)
    return base::fail(base::ErrorKind::invalid, "cannot listen on " + place + ": no IP address");
  auto server = std::make_unique<BeastHttpServer>(listen, std::move(handler));
  error = server->open({address, listen.port});
  if (error)
    return base::fail(kind_of(error), "cannot listen on " + place + ": " + error.message());
  return server;
}

}  // namespace sluice::sys
