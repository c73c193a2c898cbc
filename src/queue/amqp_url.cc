#include "queue/amqp_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.h"
#include "codec/html.h"

namespace sluice::queue {
namespace {

using base::ErrorKind;
using base::fail;

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '%') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (text.size() < 3) return std::nullopt;
    unsigned byte = 0;
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 3, byte, 16);
    // A NUL would cut the text short where C reads it.
    if (error != std::errc() || end != text.data() + 3 || byte == 0) return std::nullopt;
    out += static_cast<char>(byte);
    text.remove_prefix(3);
  }
  return out;
}

base::Result<void> read_user(std::string_view text, AmqpUrl& url) {
  const auto colon = text.find(':');
  const auto user = percent_decoded(text.substr(0, colon));
  const auto password =
      percent_decoded(colon == std::string_view::npos ? "" : text.substr(colon + 1));
  if (!user || !password)
    return fail(ErrorKind::invalid, "AMQP URL: user or password has a bad % sequence");
  url.user = *user;
  url.password = *password;
  return {};
}

base::Result<void> read_host(std::string_view text, AmqpUrl& url) {
  const bool bracketed = text.starts_with('[');
  const auto host_end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && host_end == std::string_view::npos)
    return fail(ErrorKind::invalid, "AMQP URL: expected \"]\" after the address");
  url.host = text.substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end);
  if (url.host.empty()) return fail(ErrorKind::invalid, "AMQP URL: expected a host");
  auto rest = host_end == std::string_view::npos ? "" : text.substr(host_end);
  if (bracketed) rest.remove_prefix(1);
  if (rest.empty()) return {};
  const auto port = rest.front() == ':' ? base::parse_int(rest.substr(1)) : std::nullopt;
  if (!port || *port < 1 || *port > 65535)
    return fail(ErrorKind::invalid, "AMQP URL: expected a port from 1 to 65535 after the host");
  url.port = static_cast<int>(*port);
  return {};
}

}  // namespace

std::string AmqpUrl::shown() const {
  const bool six = host.contains(':');
  return fmt::format("amqp://{}{}{}:{}{}{}", six ? "[" : "", host, six ? "]" : "", port,
                     vhost.starts_with('/') ? "" : "/", vhost);
}

base::Result<AmqpUrl> parse_amqp_url(std::string_view text) {
  constexpr std::string_view kScheme = "amqp://";
  if (!text.starts_with(kScheme))
    return fail(ErrorKind::invalid, "AMQP URL: expected amqp://user:password@host[:port][/vhost]");
  text.remove_prefix(kScheme.size());
  AmqpUrl url;
  const auto slash = text.find('/');
  const auto path = slash == std::string_view::npos ? "" : text.substr(slash + 1);
  auto place = text.substr(0, slash);
  if (const auto at = place.rfind('@'); at != std::string_view::npos) {
    if (auto read = read_user(place.substr(0, at), url); !read)
      return std::unexpected(std::move(read.error()));
    place.remove_prefix(at + 1);
  }
  if (auto read = read_host(place, url); !read) return std::unexpected(std::move(read.error()));
  const auto vhost = percent_decoded(path);
  if (!vhost) return fail(ErrorKind::invalid, "AMQP URL: the vhost has a bad % sequence");
  if (!vhost->empty()) url.vhost = *vhost;
  return url;
}

std::string amqp_url_of(std::string_view host, std::string_view user, std::string_view password) {
  constexpr auto kAll = codec::Slash::encode;
  const auto who = user.empty() ? std::string()
                                : fmt::format("{}:{}@", codec::percent_encode(user, kAll),
                                              codec::percent_encode(password, kAll));
  const bool six = std::ranges::count(host, ':') > 1 && !host.starts_with('[');
  return fmt::format("amqp://{}{}{}{}", who, six ? "[" : "", host, six ? "]" : "");
}

base::Result<AmqpBrokers> parse_amqp_brokers(std::string_view urls) {
  AmqpBrokers brokers;
  const auto words = base::split_words(urls);
  for (const auto word : words) {
    auto url = parse_amqp_url(word);
    if (!url) return std::unexpected(std::move(url.error()));
    brokers.push_back(std::move(*url));
  }
  if (brokers.empty()) return fail(ErrorKind::invalid, "AMQP URL: expected one");
  return brokers;
}

}  // namespace sluice::queue
