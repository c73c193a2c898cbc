#include "britney/launchpad_client.h"

#include <fmt/format.h>

#include "codec/html.h"
#include "codec/json.h"

namespace sluice::britney {
namespace {

constexpr std::string_view kInterface = "https://api.launchpad.net/1.0/";
constexpr std::string_view kSite = "https://launchpad.net/";
// As often as the peer: a busy Launchpad answers 502 or 503 to one request in some hundreds.
constexpr int kTries = 5;

std::string url_of(std::string_view object, const LaunchpadClient::Query& query) {
  auto url = object.starts_with(kInterface) ? std::string(object)
                                            : std::string(kInterface) + std::string(object);
  char separator = '?';
  for (const auto& [name, value] : query) {
    url += fmt::format("{}{}={}", separator, codec::percent_encode(name, codec::Slash::encode),
                       codec::percent_encode(value, codec::Slash::encode));
    separator = '&';
  }
  return url;
}

bool is_worth_a_retry(int status) {
  return status == sys::HttpResponse::kTimedOut || status == 502 || status == 503;
}

// ".../+archive/ubuntu/NAME/+build/N" -> ".../+archive/ubuntu/NAME"; nothing for other builds.
std::optional<std::string> ppa_of_build(const codec::Value& publication) {
  const auto* link = publication.find("build_link");
  if (link == nullptr || link->string() == nullptr) return std::nullopt;
  const std::string_view text = *link->string();
  if (text.find("/+archive/") == std::string_view::npos) return std::nullopt;
  return std::string(text.substr(0, text.find("/+build/")));
}

}  // namespace

const codec::List* entries_of(const codec::Value& answer) {
  const auto* entries = answer.find("entries");
  return entries == nullptr ? nullptr : entries->list();
}

std::string link_in(const codec::Value& object, std::string_view name) {
  const auto* link = object.find(name);
  const auto* text = link == nullptr ? nullptr : link->string();
  return text != nullptr && text->starts_with(kInterface) ? *text : "";
}

std::nullopt_t LaunchpadClient::give_up(std::string_view why) {
  unreachable_ = true;
  messages_.push_back(
      {base::Level::warning, fmt::format("Launchpad is not asked any more in this run: {}", why)});
  return std::nullopt;
}

std::optional<std::string> LaunchpadClient::get(const std::string& url) {
  if (unreachable_) return std::nullopt;
  sys::HttpResponse response;
  for (int tries = 0; tries < kTries; ++tries) {
    auto answered = http_.get({.url = url});
    if (!answered) return give_up(answered.error().text());
    response = std::move(*answered);
    if (!is_worth_a_retry(response.status)) break;
  }
  if (response.status == sys::HttpResponse::kTimedOut)
    return give_up(fmt::format("no answer from {} in {} tries", url, kTries));
  if (response.status != 200) return give_up(fmt::format("{} answers {}", url, response.status));
  return std::move(response.body);
}

std::optional<codec::Value> LaunchpadClient::ask(std::string_view object, const Query& query) {
  const auto url = url_of(object, query);
  const auto text = get(url);
  if (!text) return std::nullopt;
  auto json = codec::parse_json(*text);
  if (!json) return give_up(fmt::format("{} answers no JSON: {}", url, json.error().text()));
  return std::move(*json);
}

std::optional<std::string> LaunchpadClient::fetch(const std::string& url) {
  if (!url.starts_with(kInterface) && !url.starts_with(kSite)) return std::nullopt;
  return get(url);
}

std::optional<std::string> LaunchpadPpas::ppa_of(std::string_view source,
                                                 std::string_view version) {
  const auto sources =
      client_.ask(distribution_ + "/+archive/primary",
                  {{"ws.op", "getPublishedSources"},
                   {"pocket", "Proposed"},
                   {"source_name", std::string(source)},
                   {"version", std::string(version)},
                   {"exact_match", "true"},
                   {"distro_series", fmt::format("/{}/{}", distribution_, series_)}});
  if (!sources) return std::nullopt;
  const auto* entries = entries_of(*sources);
  // Launchpad does not know the version: an answer too, and one that will not change.
  if (entries == nullptr || entries->empty()) return "";
  const auto link = link_in(entries->front(), "self_link");
  if (link.empty()) return "";
  const auto binaries = client_.ask(link, {{"ws.op", "getPublishedBinaries"}});
  if (!binaries) return std::nullopt;
  if (const auto* publications = entries_of(*binaries))
    for (const auto& publication : *publications)
      if (auto ppa = ppa_of_build(publication)) return ppa;
  return "";
}

}  // namespace sluice::britney
