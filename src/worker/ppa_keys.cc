#include "worker/ppa_keys.h"

#include <fmt/format.h>

#include "base/text.h"
#include "codec/json.h"

namespace sluice::worker {
namespace {

using base::ErrorKind;
using base::Result;

}  // namespace

// "pub:…" begins a key; the first "fpr:::::::::FINGERPRINT:" after it is its own.
std::vector<std::string> parse_key_listing(std::string_view lines) {
  std::vector<std::string> found;
  bool primary = false;
  for (const auto line : base::split(lines, '\n')) {
    const auto fields = base::split(line, ':');
    if (fields[0] == "pub") primary = true;
    if (fields[0] != "fpr" || !primary || fields.size() < 10) continue;
    found.emplace_back(fields[9]);
    primary = false;
  }
  return found;
}

Result<std::string> ServedPpaKeys::get(const std::string& url) {
  sys::HttpRequest request;
  request.url = url;
  auto response = http_.get(request);
  if (!response) return std::unexpected(std::move(response.error()));
  if (response->status == 200) return std::move(response->body);
  const auto kind = response->status == 404 ? ErrorKind::not_found : ErrorKind::unavailable;
  return base::fail(kind, fmt::format("{} answers {}", url, response->status));
}

// A private PPA is not told to strangers: its requests have to name the fingerprint.
Result<std::string> ServedPpaKeys::fingerprint_of(const Ppa& ppa) {
  if (!ppa.fingerprint.empty()) return ppa.fingerprint;
  const auto text = get(fmt::format("{}/~{}?ws.op=getPPAByName&distribution=/ubuntu&name={}",
                                    config_.ppa_api, ppa.owner, ppa.name));
  if (!text) return text;
  const auto json = codec::parse_json(*text);
  const auto* value = json ? json->find("signing_key_fingerprint") : nullptr;
  if (value != nullptr && value->string() != nullptr && !value->string()->empty())
    return *value->string();
  return base::fail(ErrorKind::not_found, "the PPA service tells no signing_key_fingerprint");
}

Result<void> ServedPpaKeys::check_key(const std::string& key, const std::string& fingerprint) {
  const auto path = directory_ + "/key.asc";
  if (auto written = files_.replace(path, key); !written) return written;
  std::string listing;
  const auto code =
      processes_.run({{"gpg", "--batch", "--no-options", "--homedir", directory_, "--show-keys",
                       "--with-colons", path},
                      {}},
                     [&](std::string_view line) { listing.append(line).append("\n"); });
  if (!code) return std::unexpected(code.error());
  // Exactly one: a second key in the file would be trusted as well.
  if (*code == 0 && parse_key_listing(listing) == std::vector<std::string>{fingerprint}) return {};
  return base::fail(ErrorKind::corrupt, "the key server sent another key than " + fingerprint);
}

Result<std::string> ServedPpaKeys::key_of(const Ppa& ppa) {
  const auto fingerprint = fingerprint_of(ppa);
  if (!fingerprint) return fingerprint;
  auto key = get(fmt::format("{}/pks/lookup?op=get&options=mr&exact=on&search=0x{}",
                             config_.key_server, *fingerprint));
  if (!key) return key;
  if (auto checked = check_key(*key, *fingerprint); !checked)
    return std::unexpected(std::move(checked.error()));
  return key;
}

}  // namespace sluice::worker
