// LaunchpadUploads: what Launchpad knows of an upload to a series. Source: migration 4.5.14.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "britney/launchpad_client.h"

namespace sluice::britney {

// The numbers in `Launchpad-Bugs-Fixed` of a .changes file, in its order, none twice.
std::vector<std::string> bugs_of_changes(std::string_view changes);

class LaunchpadUploads {
 public:
  // `client` must outlive this.
  LaunchpadUploads(LaunchpadClient& client, std::string distribution, std::string series)
      : client_(client), distribution_(std::move(distribution)), series_(std::move(series)) {}

  // The bugs that a version says to fix. Nothing: not known (Launchpad is unreachable).
  std::optional<std::vector<std::string>> bugs_fixed_by(std::string_view source,
                                                        std::string_view version);
  // Whether a version is published in proposed. Nothing: not known.
  std::optional<bool> is_proposed(std::string_view source, std::string_view version);

 private:
  std::optional<codec::Value> publications(std::string_view source, std::string_view version,
                                           const LaunchpadClient::Query& more);

  LaunchpadClient& client_;
  std::string distribution_, series_;
};

}  // namespace sluice::britney
