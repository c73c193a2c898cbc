#include "adt/hosts_seen.h"

#include <algorithm>

namespace sluice::adt {

HostsSeen::Host& HostsSeen::heard(const std::string& host, base::Instant now) {
  const auto [at, is_new] = hosts_.try_emplace(host);
  at->second.last = now;
  // Hosts of a cloud have a name each: those that are gone are forgotten when one comes.
  if (is_new)
    std::erase_if(hosts_, [&](const auto& each) { return each.second.last + window_ <= now; });
  return at->second;
}

void HostsSeen::asked(const std::string& host, std::span<const QueueName> queues,
                      base::Instant now) {
  heard(host, now).queues.insert(queues.begin(), queues.end());
}

void HostsSeen::beat(const std::string& host, base::Instant now) { heard(host, now); }

bool HostsSeen::others_than(std::span<const std::string> hosts, const QueueName& queue,
                            base::Instant now) const {
  if (now < since_ + kLearning) return true;
  return std::ranges::any_of(hosts_, [&](const auto& each) {
    const auto& [name, host] = each;
    const bool serves = host.queues.empty() || host.queues.contains(queue);
    return serves && host.last + window_ > now && std::ranges::find(hosts, name) == hosts.end();
  });
}

void HostsSeen::shift(base::Instant::duration step) {
  since_ += step;
  for (auto& [name, host] : hosts_) host.last += step;
}

}  // namespace sluice::adt
