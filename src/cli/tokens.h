// Tokens: who may do what over HTTP. One file beside the state database, a line for each token:
// ROLE, SHA-256 of the token, name. Source: decision 20.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/files.h"
#include "web/api.h"

namespace sluice::cli {

std::optional<web::Role> parse_role(std::string_view text);  // "worker", "submitter", "admin"

class Tokens {
 public:
  // The file is read again when it changes. One thread at a time.
  Tokens(sys::FileSystem& files, std::string path) : files_(files), path_(std::move(path)) {}

  // Where there was never a token everybody may do everything: then the server listens on the
  // loopback only. Once there was one, a file that is gone or damaged gives nobody rights.
  web::Role role_of(std::string_view token);
  bool empty();  // there was never one

 private:
  void refresh();

  sys::FileSystem& files_;
  std::string path_;
  std::string seen_;                        // size and time of what was read
  bool guarded_ = false;                    // there was something in the file
  std::map<std::string, web::Role> roles_;  // by SHA-256
};

// Gives the new token to `hand_over` and notes it in the file if that went well. Errors: those of
// the disk and of `hand_over`; invalid (the name is not one word); conflict (the name has one).
using HandOver = std::function<base::Result<void>(const std::string& token)>;
base::Result<void> make_token(sys::FileSystem& files, const std::string& path,
                              std::string_view role, const std::string& name,
                              const HandOver& hand_over);

}  // namespace sluice::cli
