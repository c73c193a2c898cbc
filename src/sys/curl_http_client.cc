#include <curl/curl.h>

#include <string_view>

#include "base/check.h"
#include "sys/http_client.h"

namespace sluice::sys {
namespace {

using base::ErrorKind;

struct Transfer {
  CURL* handle;
  const HttpRequest& request;
  HttpResponse& response;
};

// Anything but all means: stop.
std::size_t take_bytes(char* bytes, std::size_t size, std::size_t count, void* data) {
  const auto& transfer = *static_cast<Transfer*>(data);
  const std::string_view piece(bytes, size * count);
  if (transfer.request.on_body) {
    long status = 0;
    curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200) return transfer.request.on_body(piece) ? piece.size() : 0;
  }
  auto& body = transfer.response.body;
  if (body.size() + piece.size() > kBodyMax) return 0;
  body += piece;
  return piece.size();
}

bool is_http(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

// One handle for all requests, so that connections are kept.
class CurlHttpClient final : public HttpClient {
 public:
  CurlHttpClient() : handle_(curl_easy_init(), &curl_easy_cleanup) {
    base::check(handle_ != nullptr, "libcurl can be initialised");
  }

  base::Result<HttpResponse> get(const HttpRequest& request) override {
    if (!is_http(request.url))
      return base::fail(ErrorKind::invalid, "expected an http URL, got \"" + request.url + "\"");
    HttpResponse response;
    auto* const handle = handle_.get();
    curl_easy_reset(handle);
    curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    const bool secure = request.url.starts_with("https://");
    curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
    curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(handle, CURLOPT_MAXREDIRS, 5L);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT, static_cast<long>(request.time_max.count()));
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);  // signals belong to the whole program
    curl_easy_setopt(handle, CURLOPT_USERAGENT, "sluice/" SLUICE_VERSION);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take_bytes);
    Transfer transfer{handle, request, response};
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
    const auto code = curl_easy_perform(handle);  // fills response: before that is moved
    return answer(code, request, std::move(response));
  }

 private:
  base::Result<HttpResponse> answer(CURLcode code, const HttpRequest& request,
                                    HttpResponse response) {
    if (code == CURLE_OPERATION_TIMEDOUT) return HttpResponse{};
    if (code != CURLE_OK)
      return base::fail(ErrorKind::unavailable,
                        "cannot get " + request.url + ": " + curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return response;
  }

  std::unique_ptr<CURL, void (*)(CURL*)> handle_;
};

}  // namespace

std::unique_ptr<HttpClient> curl_http_client() { return std::make_unique<CurlHttpClient>(); }

}  // namespace sluice::sys
