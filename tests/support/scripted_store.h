// ScriptedStore: an HTTP server of a test that answers each request with the next of its texts and
// then closes the connection. An empty text is silence; a text that ends too early is cut.
#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/loopback.h"

namespace sluice::test {

inline std::string http_answer(std::string_view status, std::string_view headers = "",
                               std::string_view body = "") {
  return "HTTP/1.1 " + std::string(status) +
         "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

class ScriptedStore {
 public:
  // "$URL" in an answer becomes the address of this server.
  explicit ScriptedStore(std::deque<std::string> answers)
      : answers_(std::move(answers)), listener_([this](Peer& peer) { serve(peer); }) {}

  std::string url() const { return "http://127.0.0.1:" + std::to_string(listener_.port()); }

  // What was asked so far: whole requests, and their first lines.
  std::vector<std::string> requests() const {
    const std::lock_guard hold(mutex_);
    return requests_;
  }
  std::vector<std::string> lines() const {
    auto all = requests();
    for (auto& request : all) request.resize(request.find(" HTTP/1.1"));
    return all;
  }

 private:
  static bool is_whole(const std::string& text) {
    const auto end = text.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const auto length = text.find("Content-Length: ");
    return length > end || text.size() >= end + 4 + std::stoul(text.substr(length + 16));
  }

  void serve(Peer& peer) {
    std::string request;
    if (!peer.read_until(request, is_whole)) return;
    auto answer = note(std::move(request));
    if (answer.empty()) return peer.stay_silent();
    if (const auto at = answer.find("$URL"); at != std::string::npos) answer.replace(at, 4, url());
    peer.send(answer);
  }

  std::string note(std::string request) {
    const std::lock_guard hold(mutex_);
    requests_.push_back(std::move(request));
    if (answers_.empty()) return http_answer("500 Nothing more is written");
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  mutable std::mutex mutex_;
  std::deque<std::string> answers_;
  std::vector<std::string> requests_;
  Listener listener_;
};

}  // namespace sluice::test
