#include "worker/ppa.h"

#include <fmt/format.h>

#include <algorithm>

#include "adt/names.h"

namespace sluice::worker {
namespace {

std::string upper(std::string text) {
  for (auto& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string without_scheme(const std::string& url) {
  const auto at = url.find("://");
  return at == std::string::npos ? url : url.substr(at + 3);
}

}  // namespace

base::Result<Ppa> parse_ppa(std::string_view text) {
  Ppa ppa;
  if (!adt::check_ppa(text))
    return base::fail(base::ErrorKind::invalid,
                      "expected a PPA as [user:token@]OWNER/PPA[:FINGERPRINT]");
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    const auto colon = text.find(':');
    ppa.user = text.substr(0, colon);
    ppa.token = text.substr(colon + 1, at - colon - 1);
    text.remove_prefix(at + 1);
  }
  const auto colon = text.find(':');
  if (colon != std::string_view::npos) ppa.fingerprint = upper(std::string(text.substr(colon + 1)));
  const auto slash = text.find('/');
  ppa.owner = text.substr(0, slash);
  ppa.name = text.substr(slash + 1, colon == std::string_view::npos ? colon : colon - slash - 1);
  return ppa;
}

std::vector<TestbedFile> ppa_files(const Ppa& ppa, const std::string& key, int number,
                                   const std::string& release, const WorkerConfig& config) {
  const auto stem = fmt::format("autopkgtest-ppa-{}", number);
  const auto key_path = fmt::format("/etc/apt/keyrings/{}.asc", stem);
  const auto& archive = ppa.token.empty() ? config.ppa_archive : config.ppa_private_archive;
  const auto uri = fmt::format("{}/{}/{}/ubuntu", archive, ppa.owner, ppa.name);
  std::vector<TestbedFile> files = {
      {stem + ".asc", key_path, key},
      {stem + ".sources", fmt::format("/etc/apt/sources.list.d/{}.sources", stem),
       fmt::format("Types: deb deb-src\nURIs: {}\nSuites: {}\nComponents: main\nSigned-By: {}\n",
                   uri, release, key_path)}};
  if (!ppa.token.empty())
    files.push_back({stem + ".auth", fmt::format("/etc/apt/auth.conf.d/{}.conf", stem),
                     fmt::format("machine {} login {} password {}\n", without_scheme(uri), ppa.user,
                                 ppa.token)});
  return files;
}

}  // namespace sluice::worker
