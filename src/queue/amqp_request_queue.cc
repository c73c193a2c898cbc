#include "queue/amqp_request_queue.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace sluice::queue {
namespace {

class AmqpRequestQueue final : public RequestQueue {
 public:
  AmqpRequestQueue(AmqpUrl url, adt::TriggerStyle style, AmqpLimits limits)
      : sink_({std::move(url)}, {}, limits), style_(style) {}

  std::vector<SendOutcome> publish(std::span<const adt::TestRequest> requests) override {
    std::vector<SendOutcome> outcomes;
    for (std::size_t from = 0; from < requests.size(); from = outcomes.size()) {
      const auto room = unconfirmed_ < kUnconfirmedMax ? kUnconfirmedMax - unconfirmed_ : 1;
      const auto size = std::min(room, requests.size() - from);
      std::ranges::move(publish_batch(requests.subspan(from, size)), std::back_inserter(outcomes));
    }
    return outcomes;
  }

  base::Result<std::vector<SendState>> look_for(std::span<const adt::TestRequest> requests,
                                                std::span<const std::int64_t>) override {
    return std::vector<SendState>(requests.size(), SendState::unconfirmed);
  }

 private:
  std::vector<SendOutcome> publish_batch(std::span<const adt::TestRequest> requests) {
    connect();
    if (!unreachable_.empty())
      return std::vector<SendOutcome>(requests.size(), {SendState::not_sent, unreachable_});
    std::vector<AmqpMessage> messages;
    for (const auto& request : requests)
      messages.push_back(
          {"", request.queue, adt::amqp_body(request, style_), AmqpRouting::must_arrive});
    auto outcomes = sink_.publish(messages);
    unconfirmed_ += static_cast<std::size_t>(
        std::ranges::count(outcomes, SendState::unconfirmed, &SendOutcome::state));
    return outcomes;
  }

  // Makes sure of a connection, if that can still be had.
  void connect() {
    if (!unreachable_.empty()) return;
    // A broker that takes messages and does not say so would be sent everything again later.
    if (unconfirmed_ >= kUnconfirmedMax)
      unreachable_ = fmt::format("{} messages were not confirmed", unconfirmed_);
    if (!unreachable_.empty() || sink_.is_connected()) return;
    if (connections_++ >= kConnectionsMax) {
      unreachable_ = "lost too often";
      return;
    }
    if (const auto connected = sink_.connect(); !connected) unreachable_ = connected.error().text();
  }

  AmqpSink sink_;
  adt::TriggerStyle style_;
  int connections_ = 0;
  std::size_t unconfirmed_ = 0;  // of all that were sent
  std::string unreachable_;      // why; "" while there is hope
};

}  // namespace

std::unique_ptr<RequestQueue> amqp_request_queue(AmqpUrl url, adt::TriggerStyle style,
                                                 AmqpLimits limits) {
  return std::make_unique<AmqpRequestQueue>(std::move(url), style, limits);
}

}  // namespace sluice::queue
