#include "queue/amqp_connection.h"

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "base/text.h"
#include "sys/sockets.h"

namespace sluice::queue {
namespace {

using base::ErrorKind;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr amqp_channel_t kChannel = 1;
constexpr int kFrameBytesMax = 131'072;

timeval timeval_of(milliseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(time - seconds);
  return {.tv_sec = seconds.count(), .tv_usec = rest.count()};
}

amqp_bytes_t amqp_bytes_of(const std::string& text) {
  return {.len = text.size(), .bytes = const_cast<char*>(text.data())};  // NOLINT: C reads only
}

std::string text_of(amqp_bytes_t bytes) {
  return bytes.len == 0 ? "" : std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

// Whoever may publish may put anything there; a number beyond all sense is none.
int attempts_of(const amqp_basic_properties_t& properties) {
  if ((properties._flags & AMQP_BASIC_HEADERS_FLAG) == 0) return 0;
  constexpr std::int64_t kMax = 1'000'000;
  for (int i = 0; i < properties.headers.num_entries; ++i) {
    const auto& entry = properties.headers.entries[i];
    if (text_of(entry.key) != kAttemptsHeader) continue;
    std::int64_t value = 0;
    switch (entry.value.kind) {
      case AMQP_FIELD_KIND_I8: value = entry.value.value.i8; break;
      case AMQP_FIELD_KIND_U8: value = entry.value.value.u8; break;
      case AMQP_FIELD_KIND_I16: value = entry.value.value.i16; break;
      case AMQP_FIELD_KIND_U16: value = entry.value.value.u16; break;
      case AMQP_FIELD_KIND_I32: value = entry.value.value.i32; break;
      case AMQP_FIELD_KIND_U32: value = entry.value.value.u32; break;
      case AMQP_FIELD_KIND_I64: value = entry.value.value.i64; break;
      default: break;
    }
    return value > 0 && value <= kMax ? static_cast<int>(value) : 0;
  }
  return 0;
}

ErrorKind kind_of_reply(int reply_code) {
  switch (reply_code) {
    case AMQP_ACCESS_REFUSED: return ErrorKind::denied;
    case AMQP_NOT_FOUND: return ErrorKind::not_found;
    case AMQP_RESOURCE_LOCKED:
    case AMQP_PRECONDITION_FAILED: return ErrorKind::conflict;
    default: return ErrorKind::unavailable;
  }
}

// Why the broker closed a connection or a channel.
base::Error reason_of(const amqp_method_t& method) {
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto* close = static_cast<const amqp_connection_close_t*>(method.decoded);
    return {kind_of_reply(close->reply_code),
            fmt::format("the broker closed the connection: {} {}", close->reply_code,
                        text_of(close->reply_text)),
            {}};
  }
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto* close = static_cast<const amqp_channel_close_t*>(method.decoded);
    return {kind_of_reply(close->reply_code),
            fmt::format("the broker closed the channel: {} {}", close->reply_code,
                        text_of(close->reply_text)),
            {}};
  }
  return {ErrorKind::unavailable, fmt::format("unexpected method {:#x}", method.id), {}};
}

Result<void> ok(const amqp_rpc_reply_t& reply) {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL: return {};
    case AMQP_RESPONSE_NONE: return base::fail(ErrorKind::unavailable, "no answer");
    case AMQP_RESPONSE_LIBRARY_EXCEPTION:
      return base::fail(ErrorKind::unavailable, amqp_error_string2(reply.library_error));
    case AMQP_RESPONSE_SERVER_EXCEPTION: return std::unexpected(reason_of(reply.reply));
  }
  return base::fail(ErrorKind::unavailable, "unknown answer");
}

Result<void> ok(int status) {
  if (status == AMQP_STATUS_OK) return {};
  return base::fail(ErrorKind::unavailable, amqp_error_string2(status));
}

}  // namespace

struct AmqpConnection::Wire {
  // A message that comes in pieces: its method, its header, parts of its body.
  struct Incoming {
    std::variant<AmqpReturn, AmqpDelivery> message;
    std::string body = {};
    std::uint64_t bytes = 0, size = UINT64_MAX;  // until the header says how many
  };

  Result<void> reply() { return ok(amqp_get_rpc_reply(state.get())); }

  Result<void> log_in(const AmqpUrl& url) {
    if (!state) return base::fail(ErrorKind::unavailable, "no memory");
    auto* const socket = amqp_tcp_socket_new(state.get());
    if (socket == nullptr) return base::fail(ErrorKind::unavailable, "no memory");
    const auto time = timeval_of(limits.connect);
    if (auto opened = ok(amqp_socket_open_noblock(socket, url.host.c_str(), url.port, &time));
        !opened)
      return opened;
    // Publishing has no time limit of the library. This one ends it when nothing gets through.
    sys::limit_stuck_writes(amqp_get_sockfd(state.get()), limits.connect);
    amqp_set_handshake_timeout(state.get(), &time);
    amqp_set_rpc_timeout(state.get(), &time);
    const auto beat = static_cast<int>(limits.heartbeat.count());
    return ok(amqp_login(state.get(), url.vhost.c_str(), 0, kFrameBytesMax, beat,
                         AMQP_SASL_METHOD_PLAIN, url.user.c_str(), url.password.c_str()));
  }

  Result<void> open_channel() {
    amqp_channel_open(state.get(), kChannel);
    if (auto opened = reply(); !opened) return opened;
    amqp_confirm_select(state.get(), kChannel);
    return reply();
  }

  // A refusal closes the channel, and the next declaration needs another one.
  Result<void> or_as_it_is(const Result<void>& declared) {
    if (declared) return {};
    const auto kind = declared.error().kind;
    if (kind != ErrorKind::denied && kind != ErrorKind::conflict) return declared;
    amqp_channel_close_ok_t close{};
    if (auto sent =
            ok(amqp_send_method(state.get(), kChannel, AMQP_CHANNEL_CLOSE_OK_METHOD, &close));
        !sent)
      return sent;
    return open_channel();
  }

  Result<void> on_frame(const amqp_frame_t& frame) {
    if (frame.frame_type == AMQP_FRAME_METHOD) return on_method(frame.payload.method);
    if (!incoming) return {};
    if (frame.frame_type == AMQP_FRAME_HEADER) {
      incoming->size = frame.payload.properties.body_size;
      if (auto* delivery = std::get_if<AmqpDelivery>(&incoming->message))
        delivery->attempts = attempts_of(
            *static_cast<const amqp_basic_properties_t*>(frame.payload.properties.decoded));
    }
    if (frame.frame_type == AMQP_FRAME_BODY) {
      const auto room = limits.body_max - std::min(limits.body_max, incoming->body.size());
      incoming->bytes += frame.payload.body_fragment.len;
      incoming->body += text_of(frame.payload.body_fragment).substr(0, room);
    }
    if (incoming->bytes < incoming->size) return {};
    auto whole = std::move(*incoming);
    incoming.reset();
    if (auto* returned = std::get_if<AmqpReturn>(&whole.message)) {
      returned->body = std::move(whole.body);
      events.emplace_back(std::move(*returned));
    } else if (auto* delivery = std::get_if<AmqpDelivery>(&whole.message)) {
      delivery->body = std::move(whole.body);
      delivery->body_bytes = whole.bytes;
      events.emplace_back(std::move(*delivery));
    }
    return {};
  }

  Result<void> on_method(const amqp_method_t& method) {
    switch (method.id) {
      case AMQP_BASIC_ACK_METHOD: {
        const auto* ack = static_cast<const amqp_basic_ack_t*>(method.decoded);
        events.emplace_back(AmqpConfirm{ack->delivery_tag, ack->multiple != 0, true});
        return {};
      }
      case AMQP_BASIC_NACK_METHOD: {
        const auto* nack = static_cast<const amqp_basic_nack_t*>(method.decoded);
        events.emplace_back(AmqpConfirm{nack->delivery_tag, nack->multiple != 0, false});
        return {};
      }
      case AMQP_BASIC_RETURN_METHOD: {
        const auto* back = static_cast<const amqp_basic_return_t*>(method.decoded);
        AmqpReturn message{text_of(back->exchange), text_of(back->routing_key), "", ""};
        message.why = fmt::format("queue {}: {} {}", message.key, back->reply_code,
                                  text_of(back->reply_text));
        incoming = Incoming{std::move(message)};
        return {};
      }
      case AMQP_BASIC_DELIVER_METHOD: {
        const auto* delivery = static_cast<const amqp_basic_deliver_t*>(method.decoded);
        incoming = Incoming{AmqpDelivery{delivery->delivery_tag, text_of(delivery->consumer_tag),
                                         "", 0, delivery->redelivered != 0, 0}};
        return {};
      }
      case AMQP_BASIC_CANCEL_METHOD: {
        const auto* cancel = static_cast<const amqp_basic_cancel_t*>(method.decoded);
        return base::fail(ErrorKind::unavailable,
                          "the broker gives no more of queue " + text_of(cancel->consumer_tag));
      }
      default: return std::unexpected(reason_of(method));
    }
  }

  // One frame; false if none came until then.
  Result<bool> pump(steady_clock::time_point until) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
    const auto time = timeval_of(std::max(left, milliseconds(0)));
    amqp_frame_t frame;
    // What the frame points to lives until the next call.
    amqp_maybe_release_buffers(state.get());
    const int status = amqp_simple_wait_frame_noblock(state.get(), &frame, &time);
    if (status == AMQP_STATUS_TIMEOUT) return false;
    if (auto got = ok(status); !got) return std::unexpected(got.error());
    if (auto taken = on_frame(frame); !taken) return std::unexpected(taken.error());
    return true;
  }

  using State = std::unique_ptr<amqp_connection_state_t_, int (*)(amqp_connection_state_t)>;
  AmqpLimits limits;
  std::string shown;  // the address, for messages
  State state{amqp_new_connection(), &amqp_destroy_connection};
  std::optional<Incoming> incoming;
  std::deque<AmqpEvent> events;
  bool is_lost = false;  // then there is nobody to say goodbye to
};

AmqpConnection::AmqpConnection(std::unique_ptr<Wire> wire) : wire_(std::move(wire)) {}

AmqpConnection::~AmqpConnection() {
  if (wire_->is_lost) return;
  const auto time = timeval_of(std::chrono::seconds(1));
  amqp_set_rpc_timeout(wire_->state.get(), &time);
  (void)amqp_connection_close(wire_->state.get(), AMQP_REPLY_SUCCESS);  // it may be gone by now
}

Result<std::unique_ptr<AmqpConnection>> AmqpConnection::open(const AmqpUrl& url,
                                                             const AmqpLimits& limits) {
  auto wire = std::make_unique<Wire>();
  wire->limits = limits;
  wire->shown = url.shown();
  auto opened = wire->log_in(url);
  if (opened) opened = wire->open_channel();
  if (!opened) return base::fail_with(std::move(opened.error()), "cannot use " + wire->shown);
  return std::unique_ptr<AmqpConnection>(new AmqpConnection(std::move(wire)));
}

Result<std::unique_ptr<AmqpConnection>> AmqpConnection::open_any(const AmqpBrokers& brokers,
                                                                 const AmqpLimits& limits) {
  std::vector<std::string> told;
  auto kind = ErrorKind::unavailable;
  for (const auto& url : brokers) {
    auto opened = open(url, limits);
    if (opened) return opened;
    kind = opened.error().kind;
    told.push_back(opened.error().text());
  }
  return base::fail(kind, base::join(told, "; "));
}

Result<void> AmqpConnection::declare(const AmqpTopology& topology) {
  auto* const state = wire_->state.get();
  for (const auto& [name, durability] : topology.fanouts) {
    amqp_exchange_declare(state, kChannel, amqp_bytes_of(name), amqp_cstring_bytes("fanout"),
                          /*passive=*/0, durability == AmqpDurability::durable ? 1 : 0,
                          /*auto_delete=*/0, /*internal=*/0, amqp_empty_table);
    if (auto done = wire_->or_as_it_is(wire_->reply()); !done)
      return base::with_context(done, "declaring exchange " + name);
  }
  for (const auto& name : topology.queues) {
    amqp_queue_declare(state, kChannel, amqp_bytes_of(name), /*passive=*/0, /*durable=*/1,
                       /*exclusive=*/0, /*auto_delete=*/0, amqp_empty_table);
    if (auto done = wire_->or_as_it_is(wire_->reply()); !done)
      return base::with_context(done, "declaring queue " + name);
  }
  for (const auto& [queue, exchange] : topology.bindings) {
    amqp_queue_bind(state, kChannel, amqp_bytes_of(queue), amqp_bytes_of(exchange),
                    amqp_bytes_of(queue), amqp_empty_table);
    if (auto done = wire_->or_as_it_is(wire_->reply()); !done)
      return base::with_context(done, "binding queue " + queue + " to " + exchange);
  }
  return {};
}

Result<void> AmqpConnection::consume(const std::string& queue, std::uint16_t prefetch) {
  auto* const state = wire_->state.get();
  // Of the channel, not of each consumer: many queues must not mean many messages in our hands.
  amqp_basic_qos(state, kChannel, /*prefetch_size=*/0, prefetch, /*global=*/1);
  if (auto set = wire_->reply(); !set) return set;
  // The queue's name as consumer tag tells later where a delivery came from.
  amqp_basic_consume(state, kChannel, amqp_bytes_of(queue), amqp_bytes_of(queue), /*no_local=*/0,
                     /*no_ack=*/0, /*exclusive=*/0, amqp_empty_table);
  return base::with_context(wire_->reply(), "consuming queue " + queue);
}

Result<std::optional<AmqpDelivery>> AmqpConnection::get(const std::string& queue) {
  const auto got = amqp_basic_get(wire_->state.get(), kChannel, amqp_bytes_of(queue), /*no_ack=*/0);
  if (auto good = ok(got); !good)
    return base::fail_with(std::move(good.error()), "taking from queue " + queue);
  if (got.reply.id == AMQP_BASIC_GET_EMPTY_METHOD) return std::nullopt;
  const auto* head = static_cast<const amqp_basic_get_ok_t*>(got.reply.decoded);
  wire_->incoming =
      Wire::Incoming{AmqpDelivery{head->delivery_tag, queue, "", 0, head->redelivered != 0, 0}};
  const auto until = steady_clock::now() + wire_->limits.confirm;
  while (wire_->incoming) {
    const auto pumped = wire_->pump(until);
    if (!pumped) return std::unexpected(pumped.error());
    if (!*pumped)
      return base::fail(ErrorKind::unavailable, "a message of queue " + queue + " does not come");
  }
  auto delivery = std::get<AmqpDelivery>(std::move(wire_->events.back()));
  wire_->events.pop_back();
  return delivery;
}

Result<void> AmqpConnection::acknowledge(std::uint64_t tag) {
  return ok(amqp_basic_ack(wire_->state.get(), kChannel, tag, /*multiple=*/0));
}

Result<void> AmqpConnection::reject(std::uint64_t tag) {
  return ok(amqp_basic_reject(wire_->state.get(), kChannel, tag, /*requeue=*/0));
}

Result<void> AmqpConnection::put_back(std::uint64_t tag) {
  return ok(amqp_basic_reject(wire_->state.get(), kChannel, tag, /*requeue=*/1));
}

Result<void> AmqpConnection::send(const AmqpMessage& message) {
  amqp_basic_properties_t properties{};
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  amqp_table_entry_t attempts{};
  if (message.attempts > 0) {
    attempts.key = amqp_cstring_bytes(kAttemptsHeader);
    attempts.value.kind = AMQP_FIELD_KIND_I32;
    attempts.value.value.i32 = message.attempts;
    properties._flags |= AMQP_BASIC_HEADERS_FLAG;
    properties.headers = {.num_entries = 1, .entries = &attempts};
  }
  auto sent = ok(amqp_basic_publish(wire_->state.get(), kChannel, amqp_bytes_of(message.exchange),
                                    amqp_bytes_of(message.key),
                                    message.routing == AmqpRouting::must_arrive ? 1 : 0,
                                    /*immediate=*/0, &properties, amqp_bytes_of(message.body)));
  if (sent) return sent;
  wire_->is_lost = true;
  return base::with_context(std::move(sent), wire_->shown);
}

Result<std::optional<AmqpEvent>> AmqpConnection::receive(milliseconds limit) {
  const auto until = steady_clock::now() + limit;
  while (wire_->events.empty()) {
    const auto pumped = wire_->pump(until);
    if (!pumped) {
      wire_->is_lost = true;
      return base::fail_with(pumped.error(), wire_->shown);
    }
    if (!*pumped) return std::nullopt;
  }
  auto event = std::move(wire_->events.front());
  wire_->events.pop_front();
  return event;
}

}  // namespace sluice::queue
