#include "results/temp_url.h"

#include <fmt/format.h>

#include "base/text.h"
#include "codec/digest.h"
#include "codec/html.h"

namespace sluice::results {
namespace {

std::string signature_of(std::string_view key, std::string_view expires, std::string_view path) {
  return codec::hmac_sha256_hex(key, fmt::format("GET\n{}\n{}", expires, path));
}

// In a time that tells nothing about where they differ.
bool equals(std::string_view a, std::string_view b) {
  unsigned difference = a.size() == b.size() ? 0 : 1;
  for (std::size_t at = 0; at < a.size() && at < b.size(); ++at)
    difference |= static_cast<unsigned char>(a[at]) ^ static_cast<unsigned char>(b[at]);
  return difference == 0;
}

}  // namespace

std::string temp_url(std::string_view account_url, std::string_view key,
                     std::string_view container_and_name, base::Instant expires) {
  const auto seconds =
      std::to_string(std::chrono::floor<std::chrono::seconds>(expires).time_since_epoch().count());
  const auto host = account_url.find("//");
  const auto path_at = account_url.find('/', host == std::string_view::npos ? 0 : host + 2);
  const auto account_path =
      path_at == std::string_view::npos ? std::string_view() : account_url.substr(path_at);
  const auto path = fmt::format("{}/{}", account_path, container_and_name);
  return fmt::format("{}/{}?temp_url_sig={}&temp_url_expires={}", account_url,
                     codec::percent_encode(container_and_name, codec::Slash::keep),
                     signature_of(key, seconds, path), seconds);
}

bool is_granted(const TempUrlClaim& claim, std::string_view key, base::Instant now) {
  const auto expires = base::parse_int(claim.expires);
  if (key.empty() || !expires || (claim.method != "GET" && claim.method != "HEAD")) return false;
  // Before the comparison: a time after the year 290000 would overflow an Instant.
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  return *expires > seconds &&
         equals(claim.signature, signature_of(key, claim.expires, claim.path));
}

}  // namespace sluice::results
