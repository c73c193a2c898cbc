#include "queue/amqp_request_queue.h"

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "sys/sockets.h"

namespace sluice::queue {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr amqp_channel_t kChannel = 1;
constexpr int kFrameBytesMax = 131'072;

timeval timeval_of(milliseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(time - seconds);
  return {.tv_sec = seconds.count(), .tv_usec = rest.count()};
}

amqp_bytes_t bytes_of(const std::string& text) {
  return {.len = text.size(), .bytes = const_cast<char*>(text.data())};  // NOLINT: C reads only
}

std::string text_of(amqp_bytes_t bytes) {
  return bytes.len == 0 ? "" : std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

// Why the broker closed a connection or a channel.
std::string reason_of(const amqp_method_t& method) {
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto* close = static_cast<const amqp_connection_close_t*>(method.decoded);
    return fmt::format("the broker closed the connection: {} {}", close->reply_code,
                       text_of(close->reply_text));
  }
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto* close = static_cast<const amqp_channel_close_t*>(method.decoded);
    return fmt::format("the broker closed the channel: {} {}", close->reply_code,
                       text_of(close->reply_text));
  }
  return fmt::format("unexpected method {:#x}", method.id);
}

// Nothing if it succeeded.
std::optional<std::string> failure_of(const amqp_rpc_reply_t& reply) {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL: return std::nullopt;
    case AMQP_RESPONSE_NONE: return "no answer";
    case AMQP_RESPONSE_LIBRARY_EXCEPTION: return amqp_error_string2(reply.library_error);
    case AMQP_RESPONSE_SERVER_EXCEPTION: return reason_of(reply.reply);
  }
  return "unknown answer";
}

// One connection with one channel in confirm mode. After any failure it is only good for closing.
class Connection {
 public:
  Connection() : state_(amqp_new_connection(), &amqp_destroy_connection) {}

  std::optional<std::string> open(const AmqpUrl& url, milliseconds limit) {
    if (!state_) return "no memory";
    auto* const socket = amqp_tcp_socket_new(state_.get());
    if (socket == nullptr) return "no memory";
    const auto time = timeval_of(limit);
    if (const int status = amqp_socket_open_noblock(socket, url.host.c_str(), url.port, &time);
        status != AMQP_STATUS_OK)
      return amqp_error_string2(status);
    // Publishing has no time limit of the library. This one ends it when nothing gets through.
    sys::limit_stuck_writes(amqp_get_sockfd(state_.get()), limit);
    amqp_set_handshake_timeout(state_.get(), &time);
    amqp_set_rpc_timeout(state_.get(), &time);
    // No heartbeats: this program may think for minutes between two batches.
    auto failure =
        failure_of(amqp_login(state_.get(), url.vhost.c_str(), 0, kFrameBytesMax, 0,
                              AMQP_SASL_METHOD_PLAIN, url.user.c_str(), url.password.c_str()));
    if (failure) return failure;
    amqp_channel_open(state_.get(), kChannel);
    if ((failure = failure_of(amqp_get_rpc_reply(state_.get())))) return failure;
    amqp_confirm_select(state_.get(), kChannel);
    return failure_of(amqp_get_rpc_reply(state_.get()));
  }

  std::optional<std::string> send(const std::string& queue, const std::string& body) {
    amqp_basic_properties_t properties{};
    properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
    properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
    const int status =
        amqp_basic_publish(state_.get(), kChannel, amqp_empty_bytes, bytes_of(queue),
                           /*mandatory=*/1, /*immediate=*/0, &properties, bytes_of(body));
    if (status == AMQP_STATUS_OK) return std::nullopt;
    return amqp_error_string2(status);
  }

  // AMQP_STATUS_TIMEOUT if nothing came within the time. The frame lives until the next call.
  int receive(amqp_frame_t& frame, milliseconds limit) {
    amqp_maybe_release_buffers(state_.get());
    const auto time = timeval_of(std::max(limit, milliseconds(0)));
    return amqp_simple_wait_frame_noblock(state_.get(), &frame, &time);
  }

  // Says goodbye; destruction alone just hangs up.
  void close() {
    const auto time = timeval_of(std::chrono::seconds(1));
    amqp_set_rpc_timeout(state_.get(), &time);
    (void)amqp_connection_close(state_.get(), AMQP_REPLY_SUCCESS);
  }

 private:
  std::unique_ptr<amqp_connection_state_t_, int (*)(amqp_connection_state_t)> state_;
};

// The messages between their sending and the last confirm. Fed with the frames of the broker.
class Batch {
 public:
  Batch(std::span<const adt::TestRequest> requests, std::span<SendOutcome> outcomes,
        adt::TriggerStyle style, std::uint64_t first_tag)
      : requests_(requests), outcomes_(outcomes), settled_(requests.size()), first_tag_(first_tag) {
    for (const auto& request : requests) bodies_.push_back(adt::amqp_body(request, style));
    for (auto& outcome : outcomes_) outcome = {SendState::not_sent, "not tried"};
  }

  // Stops with the first message that cannot be written: of that one the broker may have all.
  std::optional<std::string> send(Connection& connection) {
    for (std::size_t i = 0; i < requests_.size(); ++i) {
      outcomes_[i] = {SendState::unconfirmed, ""};
      ++open_;
      if (auto failure = connection.send(requests_[i].queue, bodies_[i])) return failure;
    }
    return std::nullopt;
  }

  bool done() const { return open_ == 0; }

  // What the broker says. A text: it will say no more.
  std::optional<std::string> on_frame(const amqp_frame_t& frame) {
    if (frame.frame_type == AMQP_FRAME_METHOD) return on_method(frame.payload.method);
    if (frame.frame_type == AMQP_FRAME_HEADER)
      returning_bytes_ = frame.payload.properties.body_size;
    if (frame.frame_type == AMQP_FRAME_BODY) returning_ += text_of(frame.payload.body_fragment);
    if (is_returning_ && returning_.size() >= returning_bytes_) on_returned();
    return std::nullopt;
  }

  // Nothing more will come: what is open stays unconfirmed, what was not tried is not sent.
  void give_up(const std::string& why) {
    const auto state = refused_ ? SendState::not_sent : SendState::unconfirmed;
    for (auto& outcome : outcomes_) {
      if (outcome.state == SendState::unconfirmed) outcome = {state, why};
      if (outcome.state == SendState::not_sent) outcome.why = why;
    }
  }

 private:
  std::optional<std::string> on_method(const amqp_method_t& method) {
    if (method.id == AMQP_BASIC_ACK_METHOD) {
      const auto* ack = static_cast<const amqp_basic_ack_t*>(method.decoded);
      settle(ack->delivery_tag, ack->multiple != 0, {SendState::confirmed, ""});
      return std::nullopt;
    }
    if (method.id == AMQP_BASIC_NACK_METHOD) {
      const auto* nack = static_cast<const amqp_basic_nack_t*>(method.decoded);
      settle(nack->delivery_tag, nack->multiple != 0,
             {SendState::not_sent, "the broker refused the message"});
      return std::nullopt;
    }
    if (method.id == AMQP_BASIC_RETURN_METHOD) {
      const auto* back = static_cast<const amqp_basic_return_t*>(method.decoded);
      returning_queue_ = text_of(back->routing_key);
      returning_why_ = fmt::format("queue {}: {} {}", returning_queue_, back->reply_code,
                                   text_of(back->reply_text));
      returning_.clear();
      returning_bytes_ = UINT64_MAX;  // until the header says how many
      is_returning_ = true;
      return std::nullopt;
    }
    refused_ = is_refusal(method);
    return reason_of(method);
  }

  // Missing rights to publish concern every message alike: none got through.
  static bool is_refusal(const amqp_method_t& method) {
    if (method.id != AMQP_CHANNEL_CLOSE_METHOD) return false;
    const auto* close = static_cast<const amqp_channel_close_t*>(method.decoded);
    return close->reply_code == AMQP_ACCESS_REFUSED;
  }

  // A returned message is confirmed too, after its return: it stays returned.
  void settle(std::uint64_t tag, bool multiple, const SendOutcome& outcome) {
    if (tag < first_tag_ || tag - first_tag_ >= outcomes_.size()) return;
    const auto last = tag - first_tag_;
    for (auto i = multiple ? 0 : last; i <= last; ++i) {
      // Not tried, or settled before: what such an ack wants to say nobody knows.
      if (outcomes_[i].state == SendState::not_sent || settled_[i]) continue;
      settled_[i] = true;
      --open_;
      if (outcomes_[i].state == SendState::unconfirmed) outcomes_[i] = outcome;
    }
  }

  // A return carries no number; the first message that looks like it is as good as any.
  void on_returned() {
    is_returning_ = false;
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      if (outcomes_[i].state != SendState::unconfirmed) continue;
      if (requests_[i].queue != returning_queue_ || bodies_[i] != returning_) continue;
      outcomes_[i] = {SendState::returned, returning_why_};
      return;
    }
  }

  std::span<const adt::TestRequest> requests_;
  std::span<SendOutcome> outcomes_;
  std::vector<std::string> bodies_;
  std::vector<bool> settled_;  // the broker said its last word on it
  std::uint64_t first_tag_;
  std::size_t open_ = 0;
  bool refused_ = false;
  bool is_returning_ = false;
  std::uint64_t returning_bytes_ = 0;
  std::string returning_, returning_queue_, returning_why_;
};

class AmqpRequestQueue final : public RequestQueue {
 public:
  AmqpRequestQueue(AmqpUrl url, adt::TriggerStyle style, AmqpLimits limits)
      : url_(std::move(url)), style_(style), limits_(limits) {}
  ~AmqpRequestQueue() override {
    if (connection_) connection_->close();
  }

  std::vector<SendOutcome> publish(std::span<const adt::TestRequest> requests) override {
    std::vector<SendOutcome> outcomes(requests.size());
    for (std::size_t from = 0; from < requests.size(); from += kUnconfirmedMax) {
      const auto size = std::min(kUnconfirmedMax, requests.size() - from);
      publish_batch(requests.subspan(from, size), std::span(outcomes).subspan(from, size));
    }
    return outcomes;
  }

  base::Result<std::vector<SendState>> look_for(
      std::span<const adt::TestRequest> requests) override {
    return std::vector<SendState>(requests.size(), SendState::unconfirmed);
  }

 private:
  void publish_batch(std::span<const adt::TestRequest> requests, std::span<SendOutcome> outcomes) {
    connect();
    Batch batch(requests, outcomes, style_, next_tag_);
    if (!connection_) return batch.give_up(unreachable_);
    next_tag_ += requests.size();
    const auto unsendable = batch.send(*connection_);
    auto failure = wait(batch);
    if (!failure && !unsendable) return;
    batch.give_up(fmt::format("{}: {}", url_.shown(), unsendable ? *unsendable : *failure));
    connection_.reset();
  }

  // Makes sure of a connection, if that can still be had.
  void connect() {
    if (connection_ && !is_alive()) connection_.reset();
    if (connection_ || !unreachable_.empty()) return;
    std::optional<std::string> failure = "lost too often";
    if (connections_++ < kConnectionsMax) {
      connection_.emplace();
      failure = connection_->open(url_, limits_.connect);
      next_tag_ = 1;
    }
    if (!failure) return;
    connection_.reset();
    unreachable_ = fmt::format("cannot use {}: {}", url_.shown(), *failure);
  }

  // Between batches the broker has nothing to say but goodbye; better read that before than after
  // sending.
  bool is_alive() {
    amqp_frame_t frame;
    return connection_->receive(frame, milliseconds(0)) == AMQP_STATUS_TIMEOUT;
  }

  std::optional<std::string> wait(Batch& batch) {
    const auto deadline = steady_clock::now() + limits_.confirm;
    while (!batch.done()) {
      const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
      amqp_frame_t frame;
      const int status = connection_->receive(frame, left);
      if (status == AMQP_STATUS_TIMEOUT && left > milliseconds(0)) continue;
      if (status == AMQP_STATUS_TIMEOUT)
        return fmt::format("no confirm within {} s",
                           std::chrono::ceil<std::chrono::seconds>(limits_.confirm).count());
      if (status != AMQP_STATUS_OK) return amqp_error_string2(status);
      if (auto end = batch.on_frame(frame)) return end;
    }
    return std::nullopt;
  }

  AmqpUrl url_;
  adt::TriggerStyle style_;
  AmqpLimits limits_;
  std::optional<Connection> connection_;
  int connections_ = 0;
  std::uint64_t next_tag_ = 1;
  std::string unreachable_;  // why; "" while there is hope
};

}  // namespace

std::unique_ptr<RequestQueue> amqp_request_queue(AmqpUrl url, adt::TriggerStyle style,
                                                 AmqpLimits limits) {
  return std::make_unique<AmqpRequestQueue>(std::move(url), style, limits);
}

}  // namespace sluice::queue
