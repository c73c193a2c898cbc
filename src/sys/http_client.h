// HttpClient: asking other machines. The one on the network is curl_http_client.cc.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sys/http_headers.h"

namespace sluice::sys {

struct HttpRequest {
  std::string url;  // http or https
  std::chrono::seconds time_max{30};
  // For what is too large for memory: takes the body of an answer 200 piece by piece, and then
  // HttpResponse::body stays empty and has no limit. False: stop.
  std::function<bool(std::string_view)> on_body = nullptr;
  // No credentials: every machine that a redirection names gets them too.
  HttpHeaders headers = {};
  // Asked about once a second, also while nothing comes, in the thread of get(). False: stop.
  std::function<bool()> go_on = nullptr;
};

enum class HttpMethod : std::uint8_t { get, head, put, post, remove };  // remove: DELETE

std::string_view text_of(HttpMethod method);  // "GET"

// 64 MB: whoever sends more sends no answer that we asked for.
inline constexpr std::size_t kBodyMax = std::size_t{64} << 20;

// A question to a machine that may know who asks.
struct HttpSend {
  HttpMethod method = HttpMethod::get;
  std::string url;  // http or https
  HttpHeaders headers = {};
  std::string body = {};
  std::chrono::seconds time_max{30};
  std::size_t body_max = kBodyMax;  // of the answer
  // Asked about once a second, also while nothing comes, in the thread of send(); what it does may
  // use other clients, and its time counts. False: stop.
  std::function<bool()> go_on = nullptr;
};

struct HttpResponse {
  // No server answers with this: nothing, or not all, came within the time.
  static constexpr int kTimedOut = 0;

  int status = kTimedOut;
  std::string body;
  HttpHeaders headers = {};  // of the last answer, where there were redirections
};

class HttpClient {
 public:
  HttpClient() = default;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  virtual ~HttpClient() = default;

  // Every answer is a value, whatever its status; up to five redirections are followed, from https
  // only to https. Errors: invalid (no
  // http or https URL, a header of several lines), unavailable (no such machine, refused, broken
  // off, stopped, more than kBodyMax).
  virtual base::Result<HttpResponse> get(const HttpRequest& request) = 0;

  // Every answer is a value, redirections too: the credentials in the headers are meant for one
  // machine. Errors: as of get(), and invalid for a header of several lines; no text has the query
  // of the URL, which may be a signature.
  virtual base::Result<HttpResponse> send(const HttpSend& request) = 0;
};

// One thread at a time.
std::unique_ptr<HttpClient> curl_http_client();

}  // namespace sluice::sys
