#include "cli/serve_config.h"

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

#include "adt/message.h"
#include "codec/yaml.h"

namespace sluice::cli {
namespace {

using base::ErrorKind;
using codec::Value;

struct Key {
  std::string_view name;
  base::Result<void> (*read)(ServeArguments&, const Value&);
};

base::Result<void> expected(std::string_view what) {
  return base::fail(ErrorKind::invalid, "expected " + std::string(what));
}

base::Result<void> text_to(std::string& to, const Value& value) {
  if (!value.string() || value.string()->empty()) return expected("a text");
  to = *value.string();
  return {};
}

base::Result<void> number_to(auto& to, const Value& value, std::int64_t least, std::int64_t most) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (number == nullptr || *number < least || *number > most)
    return expected("a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  to = static_cast<std::remove_reference_t<decltype(to)>>(*number);
  return {};
}

base::Result<void> mode_to(ServeArguments& to, const Value& value) {
  const auto* text = value.string();
  if (text == nullptr || (*text != "ingress" && *text != "egress"))
    return expected("ingress or egress");
  to.amqp.mode = *text == "ingress" ? AmqpMode::ingress : AmqpMode::egress;
  return {};
}

// A list of the peers' names, or a map from any name to its place.
base::Result<void> queues_to(ServeArguments& to, const Value& value) {
  if (const auto* list = value.list()) {
    for (const auto& entry : *list) {
      if (!entry.string()) return expected("names of queues");
      to.amqp.queues.push_back(*entry.string());
    }
    return {};
  }
  const auto* map = value.map();
  if (map == nullptr) return expected("a list of queues, or a map of their places");
  for (const auto& [name, place] : *map) {
    const auto part = [&](std::string_view key) {
      const auto* found = place.find(key);
      return found == nullptr || !found->string() ? std::string() : *found->string();
    };
    adt::QueueName queue{part("context"), part("release"), part("arch")};
    if (queue.release.empty() || queue.arch.empty())
      return expected("release and arch for the queue " + name);
    to.amqp.named.emplace(name, std::move(queue));
  }
  return {};
}

constexpr std::array kAmqpKeys = {
    Key{"url", [](ServeArguments& to, const Value& v) { return text_to(to.amqp.url, v); }},
    Key{"mode", &mode_to},
    Key{"queues", &queues_to},
    Key{"listener",
        [](ServeArguments& to, const Value& v) { return text_to(to.amqp.listener, v); }},
};

base::Result<void> amqp_to(ServeArguments& to, const Value& value);

constexpr std::array kKeys = {
    Key{"state", [](ServeArguments& to, const Value& v) { return text_to(to.state, v); }},
    Key{"results", [](ServeArguments& to, const Value& v) { return text_to(to.results, v); }},
    Key{"address", [](ServeArguments& to, const Value& v) { return text_to(to.address, v); }},
    Key{"port",
        [](ServeArguments& to, const Value& v) { return number_to(to.port, v, 0, 65'535); }},
    Key{"gate", [](ServeArguments& to, const Value& v) { return text_to(to.gate_config, v); }},
    Key{"interval", [](ServeArguments& to,
                       const Value& v) { return number_to(to.interval_minutes, v, 1, 10'080); }},
    Key{"apply", [](ServeArguments& to, const Value& v) { return text_to(to.apply_command, v); }},
    Key{"publish_db", [](ServeArguments& to, const Value& v) { return text_to(to.release, v); }},
    Key{"temp_url_key",
        [](ServeArguments& to, const Value& v) { return text_to(to.temp_url_key, v); }},
    Key{"infra_attempts",
        [](ServeArguments& to, const Value& v) { return number_to(to.infra_attempts, v, 1, 100); }},
    Key{"amqp", &amqp_to},
};

// Letters that have to be changed, put in or left out to make one of the other.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

template <class Keys>
base::Result<void> read_keys(const Keys& keys, ServeArguments& to, const Value& value) {
  const auto* map = value.map();
  if (map == nullptr) return expected("keys with values");
  for (const auto& [name, entry] : *map) {
    const auto at = std::ranges::find(keys, std::string_view(name), &Key::name);
    if (at == keys.end()) {
      const auto near = std::ranges::min_element(
          keys, {}, [&](const Key& key) { return distance(key.name, name); });
      return base::fail(ErrorKind::invalid, "there is no key \"" + name + "\"; did you mean \"" +
                                                std::string(near->name) + "\"?");
    }
    if (auto read = at->read(to, entry); !read) return base::fail_with(read.error(), name);
  }
  return {};
}

base::Result<void> amqp_to(ServeArguments& to, const Value& value) {
  if (auto read = read_keys(kAmqpKeys, to, value); !read) return read;
  if (to.amqp.url.empty()) return expected("the key url");
  if (to.amqp.queues.empty() && to.amqp.named.empty()) return expected("the key queues");
  return {};
}

}  // namespace

base::Result<ServeArguments> parse_serve_config(std::string_view text, ServeArguments arguments) {
  const auto value = codec::parse_yaml(text);
  if (!value) return base::fail(ErrorKind::invalid, value.error().text());
  if (auto read = read_keys(kKeys, arguments, *value); !read) return std::unexpected(read.error());
  return arguments;
}

}  // namespace sluice::cli
