#include "cli/serve_config.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include "adt/message.h"
#include "cli/mirror_config.h"
#include "cli/yaml_keys.h"
#include "codec/yaml.h"

namespace sluice::cli {
namespace {

using codec::Value;

using ServeKey = Key<ServeArguments>;

base::Result<void> mode_to(ServeArguments& to, const Value& value) {
  const auto* text = value.string();
  if (text == nullptr || (*text != "ingress" && *text != "egress"))
    return expected("ingress or egress");
  to.amqp.mode = *text == "ingress" ? AmqpMode::ingress : AmqpMode::egress;
  return {};
}

using PlaceKey = Key<adt::QueueName>;
constexpr std::array kPlaceKeys = {
    PlaceKey{"context", [](adt::QueueName& to, const Value& v) { return text_to(to.context, v); }},
    PlaceKey{"release", [](adt::QueueName& to, const Value& v) { return text_to(to.release, v); }},
    PlaceKey{"arch", [](adt::QueueName& to, const Value& v) { return text_to(to.arch, v); }},
};

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
    adt::QueueName queue;
    if (auto read = read_keys(kPlaceKeys, queue, place); !read)
      return base::fail_with(read.error(), "queue " + name);
    if (queue.context == "ubuntu") queue.context.clear();  // as it is shown (autopkgtest 1.1)
    if (queue.release.empty() || queue.arch.empty())
      return expected("release and arch for the queue " + name);
    // What only some workers have is a context, and `contexts` of their configuration names it.
    if (const auto good = adt::parse_queue_name(queue.text()); !good)
      return base::fail_with(good.error(), "queue " + name);
    to.amqp.named.emplace(name, std::move(queue));
  }
  return {};
}

constexpr std::array kAmqpKeys = {
    ServeKey{"url", [](ServeArguments& to, const Value& v) { return text_to(to.amqp.url, v); }},
    ServeKey{"mode", &mode_to},
    ServeKey{"queues", &queues_to},
    ServeKey{"listener",
             [](ServeArguments& to, const Value& v) { return text_to(to.amqp.listener, v); }},
};

using ShareKey = Key<adt::FairShares>;

template <adt::JobClass of>
base::Result<void> share_to(adt::FairShares& to, const Value& value) {
  return number_to(to.percent_min[std::to_underlying(of)], value, 0, 100);
}

constexpr std::array<ShareKey, adt::kJobClasses> kShareKeys = {{
    {"security", &share_to<adt::JobClass::security>},
    {"manual", &share_to<adt::JobClass::manual>},
    {"own_tests", &share_to<adt::JobClass::own_tests>},
    {"rdeps_small", &share_to<adt::JobClass::rdeps_small>},
    {"rdeps_huge", &share_to<adt::JobClass::rdeps_huge>},
    {"reference", &share_to<adt::JobClass::reference>},
    {"canary_extra", &share_to<adt::JobClass::canary_extra>},
    {"speculative", &share_to<adt::JobClass::speculative>},
}};

// More than the whole could not be kept: the least urgent classes would get nothing.
base::Result<void> shares_to(ServeArguments& to, const Value& value) {
  if (auto read = read_keys(kShareKeys, to.limits.shares, value); !read) return read;
  const auto& percents = to.limits.shares.percent_min;
  const auto all = std::accumulate(percents.begin(), percents.end(), 0);
  if (all <= 100) return {};
  return expected(
      "at most 100 percent in all classes, those that are not named included; they are " +
      std::to_string(all));
}

// A job that is not held for an hour was hardly held, and none is worth waiting for a year.
base::Result<void> hold_to(std::chrono::hours& to, const Value& value) {
  return number_to(to, value, 1, 365 * 24);
}

using HoldKey = Key<adt::JobLimits>;
constexpr std::array kHoldKeys = {
    HoldKey{"gate", [](adt::JobLimits& to, const Value& v) { return hold_to(to.hold_gate, v); }},
    HoldKey{"manual",
            [](adt::JobLimits& to, const Value& v) { return hold_to(to.hold_manual, v); }},
    HoldKey{"upstream",
            [](adt::JobLimits& to, const Value& v) { return hold_to(to.hold_upstream, v); }},
};

base::Result<void> amqp_to(ServeArguments& to, const Value& value);

constexpr std::array kServeKeys = {
    ServeKey{"state", [](ServeArguments& to, const Value& v) { return text_to(to.state, v); }},
    ServeKey{"results", [](ServeArguments& to, const Value& v) { return text_to(to.results, v); }},
    ServeKey{"address", [](ServeArguments& to, const Value& v) { return text_to(to.address, v); }},
    ServeKey{"port",
             [](ServeArguments& to, const Value& v) { return number_to(to.port, v, 0, 65'535); }},
    ServeKey{"gate", [](ServeArguments& to, const Value& v) { return text_to(to.gate_config, v); }},
    ServeKey{"interval",
             [](ServeArguments& to, const Value& v) {
               return number_to(to.interval_minutes, v, 1, 10'080);
             }},
    ServeKey{"apply",
             [](ServeArguments& to, const Value& v) { return text_to(to.apply_command, v); }},
    ServeKey{"publish_db",
             [](ServeArguments& to, const Value& v) { return texts_to(to.releases, v); }},
    ServeKey{"rescan", [](ServeArguments& to,
                          const Value& v) { return number_to(to.rescan_minutes, v, 0, 10'080); }},
    ServeKey{"temp_url_key",
             [](ServeArguments& to, const Value& v) { return text_to(to.temp_url_key, v); }},
    ServeKey{"infra_attempts",
             [](ServeArguments& to, const Value& v) {
               return number_to(to.limits.jobs.infra_attempts_max, v, 1, 100);
             }},
    ServeKey{
        "cancel_running",
        [](ServeArguments& to, const Value& v) { return switch_to(to.limits.cancel_running, v); }},
    // A hundred times what is honest is as good as no cap, and memory still has an end.
    ServeKey{"storm_max",
             [](ServeArguments& to, const Value& v) {
               return number_to(to.limits.storm_max, v, 1, 5'000'000);
             }},
    ServeKey{"class_shares", &shares_to},
    ServeKey{"hold_hours", [](ServeArguments& to,
                              const Value& v) { return read_keys(kHoldKeys, to.limits.jobs, v); }},
    ServeKey{"amqp", &amqp_to},
    ServeKey{"mirrors",
             [](ServeArguments& to, const Value& v) { return read_mirrors(v, to.mirrors); }},
};

base::Result<void> amqp_to(ServeArguments& to, const Value& value) {
  if (auto read = read_keys(kAmqpKeys, to, value); !read) return read;
  if (to.amqp.url.empty()) return expected("the key url");
  if (to.amqp.queues.empty() && to.amqp.named.empty()) return expected("the key queues");
  return {};
}

}  // namespace

// Letters that have to be changed, put in or left out to make one of the other.
std::size_t letters_between(std::string_view a, std::string_view b) {
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

base::Result<ServeArguments> parse_serve_config(std::string_view text, ServeArguments arguments) {
  const auto value = codec::parse_yaml(text);
  if (!value) return base::fail(base::ErrorKind::invalid, value.error().text());
  if (auto read = read_keys(kServeKeys, arguments, *value); !read)
    return std::unexpected(read.error());
  return arguments;
}

base::Result<ServeArguments> with_config(const ServeArguments& arguments, sys::FileSystem& files) {
  if (arguments.config.empty()) return arguments;
  const auto text = files.read(arguments.config);
  if (!text) return std::unexpected(text.error());
  auto complete = parse_serve_config(*text, arguments);
  if (!complete) return base::fail_with(complete.error(), arguments.config);
  return complete;
}

}  // namespace sluice::cli
