// ScriptedTestQueue: gives the leases that a test put in, answers heartbeats and ends as told, and
// remembers what was said to it.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "queue/test_queue.h"

namespace sluice::test {

class ScriptedTestQueue final : public queue::TestQueue {
 public:
  base::Result<std::optional<queue::Lease>> lease(const queue::LeaseAsk& ask) override {
    asks.push_back(ask);
    if (on_lease) on_lease();
    if (leases.empty()) return std::nullopt;
    auto next = std::move(leases.front());
    leases.pop_front();
    return next;
  }

  base::Result<queue::Order> heartbeat(const queue::Lease&,
                                       const queue::Progress& progress) override {
    heartbeats.push_back(progress);
    return next_of(orders, base::Result<queue::Order>(queue::Order::go_on));
  }

  base::Result<void> finish(const queue::Lease&, const queue::AttemptEnd& end) override {
    ends.push_back(end);
    return next_of(answers, base::Result<void>());
  }

  base::Result<void> give_back(const queue::Lease&, const std::string& why) override {
    given_back.push_back(why);
    return {};
  }

  std::deque<base::Result<std::optional<queue::Lease>>> leases;  // then: no work
  std::deque<base::Result<queue::Order>> orders;                 // then: go on
  std::deque<base::Result<void>> answers;                        // to finish(); then: heard
  std::function<void()> on_lease;

  std::vector<queue::LeaseAsk> asks;
  std::vector<queue::Progress> heartbeats;
  std::vector<queue::AttemptEnd> ends;
  std::vector<std::string> given_back;

 private:
  template <class T>
  static T next_of(std::deque<T>& script, T otherwise) {
    if (script.empty()) return otherwise;
    auto next = std::move(script.front());
    script.pop_front();
    return next;
  }
};

}  // namespace sluice::test
