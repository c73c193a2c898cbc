// GridClient: asking a controller, and printing what it says. Format: docs/formats/queue-api.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/grid_arguments.h"
#include "codec/value.h"
#include "sys/files.h"
#include "sys/http_client.h"

namespace sluice::cli {

class GridClient {
 public:
  // Errors: the token's file cannot be read.
  static base::Result<GridClient> open(sys::HttpClient& http, sys::FileSystem& files,
                                       const ServerAddress& server);

  // `path` with its query. Errors: what the controller says (kind by its status), unavailable.
  base::Result<codec::Value> get(const std::string& path);
  base::Result<codec::Value> post(const std::string& path, const codec::Value& body);
  base::Result<codec::Value> remove(const std::string& path);
  // As it comes: logs.
  base::Result<std::string> fetch(const std::string& path);

 private:
  GridClient(sys::HttpClient& http, std::string url, std::string token)
      : http_(http), url_(std::move(url)), token_(std::move(token)) {}
  base::Result<std::string> send(sys::HttpMethod method, const std::string& path, std::string body);

  sys::HttpClient& http_;
  std::string url_, token_;
};

// A member as text, numbers too; "" if it is not there.
std::string member(const codec::Value& value, std::string_view key);

// Columns with blanks on a terminal, tabs between them elsewhere. Control characters of strangers
// are shown as "?".
std::string table_text(const std::vector<std::vector<std::string>>& rows, bool terminal);
std::string without_controls(std::string_view text);
// For a terminal lines and tabs stay, other control characters do not; elsewhere as it is.
std::string log_text(std::string_view text, bool terminal);

}  // namespace sluice::cli
