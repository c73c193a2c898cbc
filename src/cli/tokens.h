// Tokens: who may do what over HTTP. One file beside the state database, a line for each token:
// ROLE, SHA-256 of the token, name. Source: decision 20.
#pragma once

#include <map>
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

  // Where there is no token at all everybody may do everything: then the server listens on the
  // loopback only.
  web::Role role_of(std::string_view token);
  bool empty();

 private:
  void refresh();

  sys::FileSystem& files_;
  std::string path_;
  std::int64_t modified_ns_ = -1;
  std::map<std::string, web::Role> roles_;  // by SHA-256
};

// A new token, noted in the file. Errors: those of the disk; conflict (the name has one).
base::Result<std::string> add_token(sys::FileSystem& files, const std::string& path,
                                    std::string_view role, const std::string& name);

}  // namespace sluice::cli
