// FakeBroker: an AMQP 0-9-1 broker that greets as it should and then does with published messages
// what the test says; a test may also answer the other methods of its client in its own way.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/loopback.h"

namespace sluice::test {

namespace amqp {

inline std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>((value >> (8 * i)) & 0xFFU);
  return text;
}
inline std::uint64_t read_number(std::string_view text) {
  std::uint64_t value = 0;
  for (const char c : text) value = (value << 8U) | static_cast<unsigned char>(c);
  return value;
}
inline std::string short_text(const std::string& text) { return number(text.size(), 1) + text; }
inline std::string long_text(const std::string& text) { return number(text.size(), 4) + text; }

inline std::string frame(int type, int channel, const std::string& payload) {
  return number(static_cast<std::uint64_t>(type), 1) +
         number(static_cast<std::uint64_t>(channel), 2) + long_text(payload) + '\xCE';
}
inline std::string method(int channel, int group, int id, const std::string& fields) {
  return frame(1, channel,
               number(static_cast<std::uint64_t>(group), 2) +
                   number(static_cast<std::uint64_t>(id), 2) + fields);
}

inline std::string ack(std::uint64_t tag, bool multiple) {
  return method(1, 60, 80, number(tag, 8) + number(multiple ? 1 : 0, 1));
}
inline std::string nack(std::uint64_t tag, bool multiple) {
  return method(1, 60, 120, number(tag, 8) + number(multiple ? 1 : 0, 1));
}
inline constexpr const char* kAttempts = "x-sluice-attempts";
// `attempts`: the header of that name, as a 32-bit number; none if 0.
inline std::string content(const std::string& body, std::uint32_t attempts = 0) {
  const auto flags =
      attempts == 0
          ? number(0, 2)
          : number(1U << 13U, 2) + long_text(short_text(kAttempts) + 'I' + number(attempts, 4));
  return frame(2, 1, number(60, 2) + number(0, 2) + number(body.size(), 8) + flags) +
         frame(3, 1, body);
}
inline std::string give_back(const std::string& queue, const std::string& body) {
  return method(1, 60, 50,
                number(312, 2) + short_text("NO_ROUTE") + short_text("") + short_text(queue)) +
         content(body);
}
inline std::string close_channel(int code, const std::string& text) {
  return method(1, 20, 40,
                number(static_cast<std::uint64_t>(code), 2) + short_text(text) + number(60, 2) +
                    number(40, 2));
}
inline std::string close_connection(int code, const std::string& text) {
  return method(0, 10, 50,
                number(static_cast<std::uint64_t>(code), 2) + short_text(text) + number(0, 4));
}

inline std::string deliver(const std::string& consumer, std::uint64_t tag,
                           const std::string& body) {
  return method(1, 60, 60,
                short_text(consumer) + number(tag, 8) + number(0, 1) + short_text("") +
                    short_text(consumer)) +
         content(body);
}

enum class Sent : std::uint8_t { first, again };
// The answer to a get.
inline std::string got(std::uint64_t tag, const std::string& queue, const std::string& body,
                       Sent sent = Sent::first, std::uint32_t attempts = 0) {
  return method(1, 60, 71,
                number(tag, 8) + number(sent == Sent::again ? 1 : 0, 1) + short_text("") +
                    short_text(queue) + number(0, 4)) +
         content(body, attempts);
}

// Methods as numbers: class and method.
inline constexpr std::uint64_t kExchangeDeclare = 0x0028000A, kQueueDeclare = 0x0032000A,
                               kQueueBind = 0x00320014, kQos = 0x003C000A, kConsume = 0x003C0014,
                               kGet = 0x003C0046, kAck = 0x003C0050, kReject = 0x003C005A;

}  // namespace amqp

class FakeBroker {
 public:
  struct Message {
    std::uint64_t tag = 0;  // counts from 1 on each connection
    std::string queue, body;
    bool mandatory = false, persistent = false;
    std::string exchange = {};
    std::uint64_t attempts = 0;  // the header; 0 without
  };
  enum class Then : std::uint8_t { go_on, hang_up, be_silent, answered };
  // Called with each message in the broker's thread.
  using OnMessage = std::function<Then(Peer&, const Message&)>;

  // Called with each other method after the greeting and its fields; `go_on` has it answered as
  // usual, `answered` says that the test did so.
  using OnMethod = std::function<Then(Peer&, std::uint64_t method, std::string_view fields)>;

  explicit FakeBroker(OnMessage on_message, OnMethod on_method = nullptr)
      : on_message_(std::move(on_message)),
        on_method_(std::move(on_method)),
        listener_([this](Peer& peer) { serve(peer); }) {}
  int port() const { return listener_.port(); }
  int connections() const { return listener_.connections(); }

 private:
  struct Frame {
    std::uint64_t type = 0;
    std::string payload;
  };

  static bool read_frame(Peer& peer, std::string& buffer, Frame& frame) {
    constexpr std::size_t kHead = 7;
    if (!peer.read_until(buffer, [](const std::string& text) { return text.size() >= kHead; }))
      return false;
    const auto size = kHead + amqp::read_number(buffer.substr(3, 4)) + 1;
    if (!peer.read_until(buffer, [&](const std::string& text) { return text.size() >= size; }))
      return false;
    frame = {amqp::read_number(buffer.substr(0, 1)), buffer.substr(kHead, size - kHead - 1)};
    buffer.erase(0, size);
    return true;
  }

  void serve(Peer& peer) {
    std::string buffer;
    if (!peer.read_until(buffer, [](const std::string& text) { return text.size() >= 8; })) return;
    buffer.erase(0, 8);
    peer.send(amqp::method(0, 10, 10,
                           amqp::number(9, 2) + amqp::number(0, 4) + amqp::long_text("PLAIN") +
                               amqp::long_text("en_US")));
    Message message;
    std::uint64_t tag = 0;
    for (Frame frame; read_frame(peer, buffer, frame);) {
      if (frame.type == 1 && amqp::read_number(frame.payload.substr(0, 4)) == 0x003C0028) {
        const auto fields = std::string_view(frame.payload).substr(4 + 2);
        const auto exchange = static_cast<unsigned char>(fields[0]);
        const auto size = static_cast<unsigned char>(fields[1 + exchange]);
        message = {++tag, std::string(fields.substr(2 + exchange, size)),
                   "",    fields[2 + exchange + size] == 1,
                   false, std::string(fields.substr(1, exchange)),
                   0};
      } else if (frame.type == 1) {
        const auto then = on_method(peer, frame.payload);
        if (then == Then::hang_up) return;
        if (then == Then::be_silent) return peer.stay_silent();
      } else if (frame.type == 2) {
        message.persistent = frame.payload.back() == 2;  // the last property
        const std::string key = amqp::kAttempts;
        if (const auto at = frame.payload.find(key); at != std::string::npos)
          message.attempts = amqp::read_number(frame.payload.substr(at + key.size() + 1, 4));
      } else if (frame.type == 3) {
        message.body = frame.payload;
        const auto then = on_message_(peer, message);
        if (then == Then::hang_up) return;
        if (then == Then::be_silent) return peer.stay_silent();
      }
    }
  }

  Then on_method(Peer& peer, std::string_view payload) {
    const auto id = amqp::read_number(payload.substr(0, 4));
    const auto fields = payload.substr(4);
    const auto then = on_method_ ? on_method_(peer, id, fields) : Then::go_on;
    if (then == Then::go_on) answer(peer, id, fields);
    return then;
  }

  static void answer(Peer& peer, std::uint64_t id, std::string_view fields) {
    switch (id) {
      case 0x000A000B:  // start-ok
        return peer.send(amqp::method(
            0, 10, 30, amqp::number(10, 2) + amqp::number(131'072, 4) + amqp::number(0, 2)));
      case 0x000A0028: return peer.send(amqp::method(0, 10, 41, amqp::number(0, 1)));
      case 0x0014000A: return peer.send(amqp::method(1, 20, 11, amqp::number(0, 4)));
      case 0x0055000A: return peer.send(amqp::method(1, 85, 11, ""));
      case 0x000A0032: return peer.send(amqp::method(0, 10, 51, ""));
      case amqp::kExchangeDeclare: return peer.send(amqp::method(1, 40, 11, ""));
      case amqp::kQueueDeclare:
        return peer.send(amqp::method(1, 50, 11, amqp::short_text("q") + amqp::number(0, 8)));
      case amqp::kQueueBind: return peer.send(amqp::method(1, 50, 21, ""));
      case amqp::kQos: return peer.send(amqp::method(1, 60, 11, ""));
      case amqp::kConsume: {  // the consumer's tag is the queue's name
        const auto size = static_cast<unsigned char>(fields[2]);
        return peer.send(
            amqp::method(1, 60, 21, amqp::short_text(std::string(fields.substr(3, size)))));
      }
      case amqp::kGet: return peer.send(amqp::method(1, 60, 72, amqp::short_text("")));
      default: return;
    }
  }

  OnMessage on_message_;
  OnMethod on_method_;
  Listener listener_;
};

}  // namespace sluice::test
