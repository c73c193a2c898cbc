// AmqpConnection: one connection to an AMQP 0-9-1 broker with one channel in confirm mode; what the
// broker sends comes out as whole events. After any error it is only good for being destroyed. One
// thread; an owner in another is asked to hand things over. Source: autopkgtest 1.1, 1.4.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "queue/amqp_url.h"

namespace sluice::queue {

struct AmqpLimits {
  std::chrono::milliseconds connect{10'000};  // each of: TCP, greeting, channel
  std::chrono::milliseconds confirm{30'000};  // for an answer, and for the confirms of one batch
  // Between signs of life, 0 without. Only for who looks at the connection at least as often.
  std::chrono::seconds heartbeat{0};
  std::size_t body_max = std::size_t{1} << 20;  // of a longer body no more than this is kept
};

// A header of request messages: how many attempts ended for reasons of infrastructure. Of ours
// only.
inline constexpr const char* kAttemptsHeader = "x-sluice-attempts";

// What the broker says of messages that we published.
struct AmqpConfirm {
  std::uint64_t tag = 0;  // counts from 1 on each connection
  bool multiple = false;  // it speaks for all before it too
  bool accepted = true;
};
struct AmqpReturn {  // mandatory, and no queue has it; its confirm comes after it
  std::string exchange, key, body;
  std::string why;  // "queue debci-a-b: 312 NO_ROUTE"
};
struct AmqpDelivery {
  std::uint64_t tag = 0;  // to acknowledge it by
  std::string queue;
  std::string body;
  std::uint64_t body_bytes = 0;  // as sent; more than body.size() if it was too long
  bool redelivered = false;
  int attempts = 0;  // header kAttemptsHeader; 0 without it, or if it is no sensible number
};
using AmqpEvent = std::variant<AmqpConfirm, AmqpReturn, AmqpDelivery>;

enum class AmqpRouting : std::uint8_t {
  must_arrive,  // in a queue, else it comes back
  may_vanish    // as with a fanout that nobody listens to
};

// Always persistent.
struct AmqpMessage {
  std::string exchange;  // "" is the default one: `key` is a queue's name
  std::string key;
  std::string body;
  AmqpRouting routing = AmqpRouting::must_arrive;
  int attempts = 0;  // header kAttemptsHeader, if more than 0
};

enum class AmqpDurability : std::uint8_t { durable, transient };
struct AmqpFanout {
  std::string name;
  AmqpDurability durability = AmqpDurability::durable;
};

// What must be there. Queues are durable, stay without consumers, and have no arguments: exactly
// as the peers declare them. Source: autopkgtest 1.1, 1.2, 1.3.
struct AmqpTopology {
  std::vector<std::string> queues;
  std::vector<AmqpFanout> fanouts;
  std::vector<std::pair<std::string, std::string>> bindings;  // queue, exchange
};

class AmqpConnection {
 public:
  // Errors: denied (user or password), unavailable. No error tells user or password.
  static base::Result<std::unique_ptr<AmqpConnection>> open(const AmqpUrl& url,
                                                            const AmqpLimits& limits);
  // The first of them that can be used. Errors: of the last kind, with what each said.
  static base::Result<std::unique_ptr<AmqpConnection>> open_any(const AmqpBrokers& brokers,
                                                                const AmqpLimits& limits);
  AmqpConnection(const AmqpConnection&) = delete;
  AmqpConnection& operator=(const AmqpConnection&) = delete;
  ~AmqpConnection();

  // Errors of all below: unavailable (the connection is lost), and of the broker's refusals:
  // denied (403), not_found (404), conflict (405, 406).

  // Things that exist otherwise than wanted (406), or that this account may not declare (403), are
  // left as they are: whether they will do shows when they are used. Must come before consume().
  base::Result<void> declare(const AmqpTopology& topology);

  // From now on the queue's messages come, `prefetch` of them before one must be acknowledged.
  base::Result<void> consume(const std::string& queue, std::uint16_t prefetch);
  // One message, if there is one.
  base::Result<std::optional<AmqpDelivery>> get(const std::string& queue);
  base::Result<void> acknowledge(std::uint64_t tag);
  base::Result<void> reject(std::uint64_t tag);    // the broker drops it
  base::Result<void> put_back(std::uint64_t tag);  // at the head of its queue

  // Sends; what became of it events tell.
  base::Result<void> send(const AmqpMessage& message);

  // What came, or nothing within the time. Also reads goodbyes, and keeps the heartbeat going.
  base::Result<std::optional<AmqpEvent>> receive(std::chrono::milliseconds limit);

 private:
  struct Wire;
  explicit AmqpConnection(std::unique_ptr<Wire> wire);
  std::unique_ptr<Wire> wire_;
};

}  // namespace sluice::queue
