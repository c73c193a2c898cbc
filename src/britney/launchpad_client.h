// LaunchpadClient: questions to Launchpad's REST interface. Calls and retry rule: migration 4.5.11,
// 4.5.13, 4.5.14.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "britney/message.h"
#include "codec/value.h"
#include "migrate/facts.h"
#include "sys/http_client.h"

namespace sluice::britney {

class LaunchpadClient {
 public:
  explicit LaunchpadClient(sys::HttpClient& http) : http_(http) {}

  using Query = std::vector<std::pair<std::string, std::string>>;

  // `object`: a path below the interface ("ubuntu/+archive/primary") or a link that Launchpad gave.
  // Five tries while it times out or answers 502 or 503. Nothing once a call failed for good: from
  // then on Launchpad counts as unreachable, and nobody waits for it again.
  std::optional<codec::Value> ask(std::string_view object, const Query& query);

  // The text behind a link into Launchpad, under the same rule. Nothing for links to elsewhere.
  std::optional<std::string> fetch(const std::string& url);

  // At most one warning a run: why Launchpad is unreachable. The list is emptied.
  Messages take_messages() { return std::exchange(messages_, {}); }

 private:
  std::nullopt_t give_up(std::string_view why);
  std::optional<std::string> get(const std::string& url);

  sys::HttpClient& http_;
  Messages messages_;
  bool unreachable_ = false;
};

// The list of a collection that Launchpad answered; null if it is none.
const codec::List* entries_of(const codec::Value& answer);
// A link to ask further; "" if there is none, or one to elsewhere, which is none of Launchpad's.
std::string link_in(const codec::Value& object, std::string_view name);

// Which archive a source was copied from: the first build link of its binaries that has one.
class LaunchpadPpas final : public migrate::PpaLookup {
 public:
  // `client` must outlive this. `series` is the one that the run migrates to.
  LaunchpadPpas(LaunchpadClient& client, std::string distribution, std::string series)
      : client_(client), distribution_(std::move(distribution)), series_(std::move(series)) {}

  std::optional<std::string> ppa_of(std::string_view source, std::string_view version) override;

 private:
  LaunchpadClient& client_;
  std::string distribution_, series_;
};

}  // namespace sluice::britney
