#include "cli/tokens.h"

#include <algorithm>

#include "base/text.h"
#include "codec/digest.h"
#include "sys/secret.h"

namespace sluice::cli {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::string_view kPrefix = "sluice_";  // so that a leaked one is recognised (decision 1)

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::optional<web::Role> parse_role(std::string_view text) {
  if (text == "worker") return web::Role::worker;
  if (text == "submitter") return web::Role::submitter;
  if (text == "admin") return web::Role::admin;
  return std::nullopt;
}

void Tokens::refresh() {
  const auto status = files_.status(path_);
  // The size too: two changes within one tick of the disk's clock have one time.
  const auto seen = status
                        ? std::to_string(status->size) + " " + std::to_string(status->modified_ns)
                        : status.error().text();
  if (seen == seen_) return;
  seen_ = seen;
  roles_.clear();
  const auto text = files_.read(path_);
  if (!text) {
    guarded_ = guarded_ || text.error().kind != base::ErrorKind::not_found;
    return;
  }
  guarded_ = guarded_ || !text->empty();
  for (const auto line : base::split(*text, '\n')) {
    const auto words = base::split_words(line);
    if (words.size() < 2 || words[0].starts_with('#')) continue;
    if (const auto role = parse_role(words[0])) roles_[std::string(words[1])] = *role;
  }
}

bool Tokens::empty() {
  refresh();
  return !guarded_;
}

web::Role Tokens::role_of(std::string_view token) {
  if (empty()) return web::Role::admin;
  const auto at = roles_.find(codec::sha256_hex(token));
  return at == roles_.end() ? web::Role::nobody : at->second;
}

base::Result<void> make_token(sys::FileSystem& files, const std::string& path,
                              std::string_view role, const std::string& name,
                              const HandOver& hand_over) {
  if (!is_word(name))
    return base::fail(base::ErrorKind::invalid, "the name of a token's owner is one word");
  if (const auto text = files.read(path))
    for (const auto line : base::split(*text, '\n'))
      if (const auto words = base::split_words(line); words.size() > 2 && words[2] == name)
        return base::fail(base::ErrorKind::conflict, path + ": there is a token for " + name);
  const auto token = std::string(kPrefix) + sys::random_hex(kTokenBytes);
  const auto line = std::string(role) + " " + codec::sha256_hex(token) + " " + name + "\n";
  // The other way round, a file that cannot be written would leave a name that is taken.
  if (auto given = hand_over(token); !given) return given;
  return files.append(path, line);
}

}  // namespace sluice::cli
