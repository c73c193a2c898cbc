#include "britney/launchpad_uploads.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sluice::britney {

// The file may be signed around the fields, so that it is no plain control file.
std::vector<std::string> bugs_of_changes(std::string_view changes) {
  std::vector<std::string> bugs;
  for (const auto line : base::split(changes, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos ||
        !base::equals_ignoring_case(line.substr(0, colon), "Launchpad-Bugs-Fixed"))
      continue;
    for (const auto word : base::split_words(line.substr(colon + 1))) {
      const bool number = word.find_first_not_of("0123456789") == std::string_view::npos;
      if (number && std::ranges::find(bugs, word) == bugs.end()) bugs.emplace_back(word);
    }
  }
  return bugs;
}

std::optional<codec::Value> LaunchpadUploads::publications(std::string_view source,
                                                           std::string_view version,
                                                           const LaunchpadClient::Query& more) {
  LaunchpadClient::Query query = {{"ws.op", "getPublishedSources"},
                                  {"pocket", "Proposed"},
                                  {"source_name", std::string(source)},
                                  {"version", std::string(version)},
                                  {"exact_match", "true"},
                                  {"distro_series", fmt::format("/{}/{}", distribution_, series_)}};
  query.insert(query.end(), more.begin(), more.end());
  return client_.ask(distribution_ + "/+archive/primary", query);
}

std::optional<std::vector<std::string>> LaunchpadUploads::bugs_fixed_by(std::string_view source,
                                                                        std::string_view version) {
  const auto found = publications(source, version, {});
  if (!found) return std::nullopt;
  const auto* entries = entries_of(*found);
  if (entries == nullptr || entries->empty()) return std::vector<std::string>{};
  const auto link = link_in(entries->front(), "self_link");
  if (link.empty()) return std::vector<std::string>{};
  const auto url = client_.ask(link, {{"ws.op", "changesFileUrl"}});
  if (!url) return std::nullopt;
  // A version that was copied has no .changes.
  if (url->string() == nullptr) return std::vector<std::string>{};
  const auto changes = client_.fetch(*url->string());
  if (!changes) return std::nullopt;
  return bugs_of_changes(*changes);
}

std::optional<bool> LaunchpadUploads::is_proposed(std::string_view source,
                                                  std::string_view version) {
  const auto found = publications(source, version, {{"status", "Published"}});
  const auto* entries = found ? entries_of(*found) : nullptr;
  if (entries == nullptr) return std::nullopt;
  return !entries->empty();
}

}  // namespace sluice::britney
