// The address of an AMQP broker: amqp://user:password@host[:port][/vhost]. Source: migration 1.3
// (ADT_AMQP).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::queue {

struct AmqpUrl {
  std::string host;
  int port = 5672;
  std::string vhost = "/";
  std::string user = "guest";
  std::string password = "guest";

  // "amqp://host:port/vhost": for messages; without user and password.
  std::string shown() const;
  friend bool operator==(const AmqpUrl&, const AmqpUrl&) = default;
};

// User, password and vhost may be percent-encoded; IPv6 addresses stand in brackets. An empty path
// is the vhost "/", as for the peers, who know no other. Errors: invalid; the text of an error
// never repeats the URL.
base::Result<AmqpUrl> parse_amqp_url(std::string_view url);

// What RABBIT_HOST, RABBIT_USER and RABBIT_PASSWORD of the peers' units mean, as such a URL; an
// empty user is the broker's guest. `host` may have a port. Source: autopkgtest 2.1.
std::string amqp_url_of(std::string_view host, std::string_view user, std::string_view password);

// Tried in order; never empty.
using AmqpBrokers = std::vector<AmqpUrl>;
// URLs with blanks between. Errors: invalid, also if there is none.
base::Result<AmqpBrokers> parse_amqp_brokers(std::string_view urls);

}  // namespace sluice::queue
