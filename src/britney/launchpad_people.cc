#include "britney/launchpad_people.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace sluice::britney {
namespace {

constexpr std::string_view kKeyServer = "https://keyserver.ubuntu.com/pks/lookup";

void add_once(Addresses& to, std::string_view address) {
  if (is_mail_address(address) && std::ranges::find(to, address) == to.end())
    to.emplace_back(address);
}

// "%3C" -> "<"; what is no such escape stays.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned value = 0;
    const auto digits = text.substr(at).substr(0, 3);
    const bool escape =
        digits.size() == 3 && digits[0] == '%' &&
        std::from_chars(digits.data() + 1, digits.data() + 3, value, 16).ptr == digits.data() + 3;
    out += escape ? static_cast<char>(value) : text[at];
    if (escape) at += 2;
  }
  return out;
}

// "Jo <jo@a.example>" -> "jo@a.example"
std::string_view address_in(std::string_view name) {
  const auto open = name.rfind('<');
  if (open == std::string_view::npos) return base::trim(name);
  const auto inner = name.substr(open + 1);
  return base::trim(inner.substr(0, inner.find('>')));
}

bool is_fingerprint(std::string_view text) {
  return text.size() >= 16 && text.find_first_not_of("0123456789ABCDEFabcdef") == text.npos;
}

}  // namespace

bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == text.size()) return false;
  return std::ranges::count(text, '@') == 1 && std::ranges::none_of(text, [](char c) {
           return c <= ' ' || c > '~' || std::string_view("<>()[],;:\\\"").contains(c);
         });
}

Addresses key_addresses(std::string_view index) {
  Addresses addresses;
  for (const auto line : base::split(index, '\n')) {
    const auto fields = base::split(base::trim(line), ':');
    if (fields.size() < 2 || fields[0] != "uid") continue;
    const bool gone = fields.size() > 4 && !fields[4].empty();  // flags: revoked, disabled, expired
    if (!gone) add_once(addresses, address_in(percent_decoded(fields[1])));
  }
  return addresses;
}

std::optional<std::vector<Addresses>> LaunchpadPeople::uploaders_of(std::string_view source,
                                                                    std::string_view version) {
  const auto uploads =
      client_.ask(distribution_ + "/+archive/primary", {{"ws.op", "getPublishedSources"},
                                                        {"source_name", std::string(source)},
                                                        {"version", std::string(version)},
                                                        {"exact_match", "true"}});
  if (!uploads) return std::nullopt;
  std::vector<Addresses> people;
  const auto* entries = entries_of(*uploads);
  if (entries == nullptr || entries->empty()) return people;
  std::vector<std::string> asked;
  for (const auto* role : {"package_signer_link", "package_creator_link"}) {
    const auto person = link_in(entries->front(), role);
    if (person.empty() || std::ranges::find(asked, person) != asked.end()) continue;
    asked.push_back(person);
    auto addresses = addresses_of(person);
    if (!addresses) return std::nullopt;
    if (!addresses->empty()) people.push_back(std::move(*addresses));
  }
  return people;
}

std::optional<Addresses> LaunchpadPeople::addresses_of(const std::string& person) {
  const auto record = client_.ask(person, {});
  if (!record) return std::nullopt;
  auto shown = addresses_shown(*record);
  if (!shown || !shown->empty()) return shown;
  return addresses_of_keys(*record);
}

// The preferred one first: its link ends in it.
std::optional<Addresses> LaunchpadPeople::addresses_shown(const codec::Value& person) {
  Addresses addresses;
  const auto* entry = person.find("hide_email_addresses");
  const auto* hidden = entry == nullptr ? nullptr : std::get_if<bool>(entry);
  if (hidden != nullptr && *hidden) return addresses;
  const auto preferred = link_in(person, "preferred_email_address_link");
  add_once(addresses, percent_decoded(preferred.substr(preferred.rfind('/') + 1)));
  const auto link = link_in(person, "confirmed_email_addresses_collection_link");
  if (link.empty()) return addresses;
  const auto confirmed = client_.ask(link, {});
  if (!confirmed) return std::nullopt;
  if (const auto* entries = entries_of(*confirmed))
    for (const auto& each : *entries) add_once(addresses, each.text("email"));
  return addresses;
}

std::optional<Addresses> LaunchpadPeople::addresses_of_keys(const codec::Value& person) {
  Addresses addresses;
  const auto link = link_in(person, "gpg_keys_collection_link");
  if (link.empty()) return addresses;
  const auto keys = client_.ask(link, {});
  if (!keys) return std::nullopt;
  const auto* entries = entries_of(*keys);
  if (entries == nullptr) return addresses;
  for (const auto& key : *entries) {
    const auto fingerprint = key.text("fingerprint");
    if (!is_fingerprint(fingerprint)) continue;
    const auto found = addresses_of_key(std::string(fingerprint));
    if (!found) return std::nullopt;
    for (const auto& each : *found) add_once(addresses, each);
  }
  return addresses;
}

// A key server that fails once is not waited for again in this run.
std::optional<Addresses> LaunchpadPeople::addresses_of_key(const std::string& fingerprint) {
  if (no_key_server_) return std::nullopt;
  const auto url =
      fmt::format("{}?op=index&options=mr&exact=on&search=0x{}", kKeyServer, fingerprint);
  const auto answer = http_.get({.url = url});
  if (answer && answer->status == 200) return key_addresses(answer->body);
  if (answer && answer->status == 404) return Addresses{};  // it does not have this key
  no_key_server_ = true;
  const auto why =
      answer ? fmt::format("{} answers {}", url, answer->status) : answer.error().text();
  messages_.push_back({base::Level::warning,
                       fmt::format("The key server is not asked any more in this run: {}", why)});
  return std::nullopt;
}

}  // namespace sluice::britney
