#include "cli/tokens.h"

#include "base/text.h"
#include "codec/digest.h"
#include "sys/secret.h"

namespace sluice::cli {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::string_view kPrefix = "sluice_";  // so that a leaked one is recognised (decision 1)

}  // namespace

std::optional<web::Role> parse_role(std::string_view text) {
  if (text == "worker") return web::Role::worker;
  if (text == "submitter") return web::Role::submitter;
  if (text == "admin") return web::Role::admin;
  return std::nullopt;
}

void Tokens::refresh() {
  const auto status = files_.status(path_);
  const auto modified = status ? status->modified_ns : 0;
  if (modified == modified_ns_) return;
  modified_ns_ = modified;
  roles_.clear();
  const auto text = files_.read(path_);
  if (!text) return;
  for (const auto line : base::split(*text, '\n')) {
    const auto words = base::split_words(line);
    if (words.size() < 2 || words[0].starts_with('#')) continue;
    if (const auto role = parse_role(words[0])) roles_[std::string(words[1])] = *role;
  }
}

bool Tokens::empty() {
  refresh();
  return roles_.empty();
}

web::Role Tokens::role_of(std::string_view token) {
  if (empty()) return web::Role::admin;
  const auto at = roles_.find(codec::sha256_hex(token));
  return at == roles_.end() ? web::Role::nobody : at->second;
}

base::Result<std::string> add_token(sys::FileSystem& files, const std::string& path,
                                    std::string_view role, const std::string& name) {
  if (const auto text = files.read(path))
    for (const auto line : base::split(*text, '\n'))
      if (const auto words = base::split_words(line); words.size() > 2 && words[2] == name)
        return base::fail(base::ErrorKind::conflict, path + ": there is a token for " + name);
  const auto token = std::string(kPrefix) + sys::random_hex(kTokenBytes);
  const auto line = std::string(role) + " " + codec::sha256_hex(token) + " " + name + "\n";
  if (auto added = files.append(path, line); !added) return std::unexpected(added.error());
  return token;
}

}  // namespace sluice::cli
