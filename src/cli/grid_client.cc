#include "cli/grid_client.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "codec/json.h"

namespace sluice::cli {
namespace {

using base::ErrorKind;

ErrorKind kind_of(int status) {
  switch (status) {
    case 400: return ErrorKind::invalid;
    case 401:
    case 403: return ErrorKind::denied;
    case 404: return ErrorKind::not_found;
    case 409: return ErrorKind::conflict;
    default: return ErrorKind::unavailable;
  }
}

// C1 controls too: terminals obey U+009B as they obey ESC [.
std::string replace_controls(std::string_view text, std::string_view kept) {
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    const bool c1 = byte == 0xc2 && next >= 0x80 && next < 0xa0;
    const bool control = c1 || ((byte < ' ' || byte == 0x7f) && !kept.contains(text[i]));
    shown += control ? '?' : text[i];
    if (c1) ++i;
  }
  return shown;
}

}  // namespace

base::Result<GridClient> GridClient::open(sys::HttpClient& http, sys::FileSystem& files,
                                          const ServerAddress& server) {
  auto url = server.url;
  while (url.ends_with('/')) url.pop_back();
  std::string token;
  if (!server.token_file.empty()) {
    auto text = files.read(server.token_file);
    if (!text) return base::fail_with(text.error(), "reading the token");
    token = base::trim(*text);
  }
  return GridClient(http, std::move(url), std::move(token));
}

base::Result<std::string> GridClient::send(sys::HttpMethod method, const std::string& path,
                                           std::string body) {
  sys::HttpSend request;
  request.method = method;
  request.url = url_ + path;
  if (!token_.empty()) request.headers.emplace_back("Authorization", "Bearer " + token_);
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  auto response = http_.send(request);
  if (!response) return std::unexpected(response.error());
  if (response->status == sys::HttpResponse::kTimedOut)
    return base::fail(ErrorKind::unavailable, url_ + " did not answer in time");
  if (response->status >= 200 && response->status < 300) return std::move(response->body);
  auto detail = "the controller answered " + std::to_string(response->status);
  if (const auto value = codec::parse_json(response->body))
    if (const auto said = member(*value, "detail"); !said.empty()) detail = without_controls(said);
  return base::fail(kind_of(response->status), detail);
}

base::Result<std::string> GridClient::fetch(const std::string& path) {
  return send(sys::HttpMethod::get, path, "");
}

base::Result<codec::Value> GridClient::get(const std::string& path) {
  const auto body = send(sys::HttpMethod::get, path, "");
  if (!body) return std::unexpected(body.error());
  return codec::parse_json(*body);
}

base::Result<codec::Value> GridClient::post(const std::string& path, const codec::Value& value) {
  const auto body =
      send(sys::HttpMethod::post, path, codec::to_json(value, codec::JsonStyle::compact));
  if (!body) return std::unexpected(body.error());
  return codec::parse_json(*body);
}

base::Result<codec::Value> GridClient::remove(const std::string& path) {
  const auto body = send(sys::HttpMethod::remove, path, "");
  if (!body) return std::unexpected(body.error());
  return codec::parse_json(*body);
}

std::string member(const codec::Value& value, std::string_view key) {
  const auto* found = value.find(key);
  if (found == nullptr) return "";
  if (const auto* text = found->string()) return *text;
  if (const auto* number = std::get_if<std::int64_t>(found)) return std::to_string(*number);
  return "";
}

std::string without_controls(std::string_view text) { return replace_controls(text, ""); }

std::string log_text(std::string_view text, bool terminal) {
  return terminal ? replace_controls(text, "\n\t") : std::string(text);
}

std::string table_text(const std::vector<std::vector<std::string>>& rows, bool terminal) {
  std::vector<std::vector<std::string>> shown = rows;
  std::vector<std::size_t> widths;
  for (auto& row : shown) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = without_controls(row[i]);
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : shown) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i];
      if (i + 1 == row.size()) break;
      text += terminal ? std::string(widths[i] - row[i].size() + 2, ' ') : "\t";
    }
    text += '\n';
  }
  return text;
}

}  // namespace sluice::cli
