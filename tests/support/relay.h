// Relay: the network between a client and a server of the loopback, as a test wants it: connections
// are passed on, cut, or cut when the server answers. Its thread ends with it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <string_view>
#include <thread>
#include <vector>

namespace sluice::test {

class Relay {
 public:
  enum class Mode : std::uint8_t {
    pass,
    cut,          // every connection ends at once
    lose_answers  // what the client says arrives; the first word back ends the connection
  };

  explicit Relay(int server_port) : server_port_(server_port) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener_, 16);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;
  ~Relay() {
    stop_ = true;
    thread_.join();
    for (const auto& pair : pairs_) close(pair);
    ::close(listener_);
  }

  int port() const { return port_; }

  // When it returns, connections are as the mode says.
  void set(Mode mode) {
    wanted_ = mode;
    while (applied_ != mode) std::this_thread::yield();
  }

 private:
  struct Pair {
    int client = -1, server = -1;
  };

  static sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    return address;
  }
  static void close(const Pair& pair) {
    ::close(pair.client);
    ::close(pair.server);
  }

  void run() {
    while (!stop_) {
      const Mode mode = wanted_;
      if (mode == Mode::cut) {
        for (const auto& pair : pairs_) close(pair);
        pairs_.clear();
      }
      applied_ = mode;
      turn(mode);
    }
  }

  void turn(Mode mode) {
    std::vector<pollfd> waiting{{.fd = listener_, .events = POLLIN, .revents = 0}};
    for (const auto& pair : pairs_)
      for (const int fd : {pair.client, pair.server})
        waiting.push_back({.fd = fd, .events = POLLIN, .revents = 0});
    if (::poll(waiting.data(), waiting.size(), 5) <= 0) return;
    std::vector<Pair> kept;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const bool is_asked = waiting[1 + 2 * i].revents != 0;
      const bool is_answered = waiting[2 + 2 * i].revents != 0;
      const bool goes_on =
          (!is_asked || move(pairs_[i].client, pairs_[i].server)) &&
          (!is_answered || (mode == Mode::pass && move(pairs_[i].server, pairs_[i].client)));
      if (goes_on)
        kept.push_back(pairs_[i]);
      else
        close(pairs_[i]);
    }
    pairs_ = std::move(kept);
    if (waiting[0].revents != 0) accept(mode);
  }

  void accept(Mode mode) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(server_port_);
    if (mode == Mode::cut ||
        ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return close({client, server});
    pairs_.push_back({client, server});
  }

  // False at the end of the connection.
  static bool move(int from, int to) {
    char buffer[65'536];
    const auto got = ::recv(from, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    std::string_view rest(buffer, static_cast<std::size_t>(got));
    while (!rest.empty()) {
      const auto put = ::send(to, rest.data(), rest.size(), MSG_NOSIGNAL);
      if (put <= 0) return false;
      rest.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }

  int server_port_;
  int listener_ = -1;
  int port_ = 0;
  std::vector<Pair> pairs_;  // the thread's, while it runs
  std::atomic<Mode> wanted_{Mode::pass}, applied_{Mode::pass};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace sluice::test
