#include "results/swift_access.h"

#include <fmt/format.h>

#include <utility>

#include "codec/json.h"

namespace sluice::results {
namespace {

using base::ErrorKind;
using base::fail;
using base::Result;
using codec::List;
using codec::Map;
using codec::Value;

bool is_http(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

std::string without_slashes(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

std::string_view word_at(const Value& value, std::string_view key) {
  const auto* found = value.find(key);
  return found == nullptr || found->string() == nullptr ? std::string_view() : *found->string();
}

// A copy: catalogues are short.
List list_at(const Value& value, std::string_view key) {
  const auto* found = value.find(key);
  return found == nullptr || found->list() == nullptr ? List() : *found->list();
}

std::string identity_of(const SwiftAccess& access) {
  const Map user{{"name", access.user},
                 {"domain", Map{{"name", access.user_domain}}},
                 {"password", access.password}};
  const Map identity{{"methods", List{"password"}}, {"password", Map{{"user", user}}}};
  const Map project{{"name", access.project}, {"domain", Map{{"name", access.project_domain}}}};
  return codec::to_json(
      Map{{"auth", Map{{"identity", identity}, {"scope", Map{{"project", project}}}}}},
      codec::JsonStyle::compact);
}

// The public address of the object store of the region.
Result<std::string> find_object_store(std::string_view body, std::string_view region) {
  const auto json = codec::parse_json(body);
  if (!json) return fail(ErrorKind::corrupt, "the answer to the sign-in is no JSON");
  const auto* token = json->find("token");
  if (token == nullptr) return fail(ErrorKind::corrupt, "the answer to the sign-in has no token");
  for (const auto& service : list_at(*token, "catalog")) {
    if (word_at(service, "type") != "object-store") continue;
    for (const auto& endpoint : list_at(service, "endpoints"))
      if (word_at(endpoint, "interface") == "public" &&
          (region.empty() || word_at(endpoint, "region") == region))
        return std::string(word_at(endpoint, "url"));
  }
  return fail(ErrorKind::corrupt,
              "the catalogue has no public object-store" +
                  (region.empty() ? std::string() : fmt::format(" in region {}", region)));
}

}  // namespace

Result<sys::HttpSend> make_sign_in(const SwiftAccess& access) {
  const auto url = without_slashes(access.auth_url);
  // Addresses are shown in errors and logs.
  const bool has_user = url.substr(0, url.find('/', url.find("//") + 2)).contains('@');
  if (!is_http(url) || has_user)
    return fail(ErrorKind::invalid,
                "the address to sign in at: expected http(s)://HOST/… without user and password");
  if (access.auth == SwiftAuth::v1)
    return sys::HttpSend{
        .url = url, .headers = {{"X-Auth-User", access.user}, {"X-Auth-Key", access.password}}};
  return sys::HttpSend{.method = sys::HttpMethod::post,
                       .url = url + "/auth/tokens",
                       .headers = {{"Content-Type", "application/json"}},
                       .body = identity_of(access)};
}

Result<SwiftSession> parse_session(const SwiftAccess& access, const sys::HttpResponse& response) {
  SwiftSession session;
  if (access.auth == SwiftAuth::v1) {
    session.url = without_slashes(sys::header_of(response.headers, "X-Storage-Url"));
    session.token = sys::header_of(response.headers, "X-Auth-Token");
  } else {
    const auto url = find_object_store(response.body, access.region);
    if (!url) return std::unexpected(url.error());
    session.url = without_slashes(*url);
    session.token = sys::header_of(response.headers, "X-Subject-Token");
  }
  if (session.token.empty() || !is_http(session.url))
    return fail(ErrorKind::corrupt, "the answer to the sign-in has no token or no storage URL");
  return session;
}

}  // namespace sluice::results
