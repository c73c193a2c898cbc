#include <curl/curl.h>

#include <string_view>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "sys/http_client.h"

namespace sluice::sys {
namespace {

using base::ErrorKind;

// What came of one request, and how much of it may come.
struct Transfer {
  CURL* handle;
  const std::function<bool(std::string_view)>* on_body;  // null: into the answer
  std::size_t body_max;
  HttpResponse response = {};
};

// Anything but all means: stop.
std::size_t take_bytes(char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& transfer = *static_cast<Transfer*>(data);
  const std::string_view piece(bytes, size * count);
  if (transfer.on_body != nullptr) {
    long status = 0;
    curl_easy_getinfo(transfer.handle, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200) return (*transfer.on_body)(piece) ? piece.size() : 0;
  }
  auto& body = transfer.response.body;
  if (body.size() + piece.size() > transfer.body_max) return 0;
  body += piece;
  return piece.size();
}

// libcurl itself limits the size of all headers together.
std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& headers = static_cast<Transfer*>(data)->response.headers;
  const std::string_view line(bytes, size * count);
  const auto colon = line.find(':');
  if (line.starts_with("HTTP/"))
    headers.clear();  // of a redirection, or of "100 Continue"
  else if (colon != std::string_view::npos)
    headers.emplace_back(line.substr(0, colon), base::trim(line.substr(colon + 1)));
  return line.size();
}

// Anything but 0 means: stop.
int ask_progress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return (*static_cast<const std::function<bool()>*>(data))() ? 0 : 1;
}

bool is_http(std::string_view url) {
  return url.starts_with("http://") || url.starts_with("https://");
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::string without_query(const std::string& url) { return url.substr(0, url.find('?')); }

class HeaderLines {
 public:
  HeaderLines() : lines_(nullptr, &curl_slist_free_all) {}

  void add(const std::string& line) {
    auto* const longer = curl_slist_append(lines_.get(), line.c_str());
    base::check(longer != nullptr, "there is memory for a header");
    (void)lines_.release();  // the new list begins with the old one
    lines_.reset(longer);
  }
  curl_slist* get() const { return lines_.get(); }

 private:
  std::unique_ptr<curl_slist, void (*)(curl_slist*)> lines_;
};

base::Result<HeaderLines> lines_of(const HttpHeaders& headers) {
  HeaderLines lines;
  // Not asked for: a form's content type, and a second of waiting before the body goes.
  lines.add("Content-Type:");
  lines.add("Expect:");
  for (const auto& [name, value] : headers) {
    if (!is_one_line(name) || !is_one_line(value) || name.empty())
      return base::fail(ErrorKind::invalid, "expected one line in header \"" + name + "\"");
    // libcurl takes "Name:" for its removal; ";" is a header without value.
    lines.add(value.empty() ? name + ";" : name + ": " + value);
  }
  return lines;
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
    const auto lines = lines_of(request.headers);
    if (!lines) return std::unexpected(lines.error());
    begin(request.url, request.time_max);
    set(CURLOPT_HTTPHEADER, lines->get());
    ask_meanwhile(request.go_on);
    const bool secure = request.url.starts_with("https://");
    set(CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, 5L);
    return perform({.handle = handle_.get(),
                    .on_body = request.on_body ? &request.on_body : nullptr,
                    .body_max = kBodyMax},
                   "get " + request.url);
  }

  base::Result<HttpResponse> send(const HttpSend& request) override {
    const auto shown = without_query(request.url);
    if (!is_http(request.url))
      return base::fail(ErrorKind::invalid, "expected an http URL, got \"" + shown + "\"");
    const auto lines = lines_of(request.headers);
    if (!lines) return std::unexpected(lines.error());
    begin(request.url, request.time_max);
    set(CURLOPT_HTTPHEADER, lines->get());
    ask_meanwhile(request.go_on);
    const std::string method(text_of(request.method));
    if (request.method == HttpMethod::head) set(CURLOPT_NOBODY, 1L);
    if (request.method == HttpMethod::put || request.method == HttpMethod::post) {
      set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.data());
    }
    set(CURLOPT_CUSTOMREQUEST, method.c_str());
    return perform({.handle = handle_.get(), .on_body = nullptr, .body_max = request.body_max},
                   base::to_lower(method) + " " + shown);
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    base::check(curl_easy_setopt(handle_.get(), option, value) == CURLE_OK,
                "libcurl has the option");
  }

  void begin(const std::string& url, std::chrono::seconds time_max) {
    curl_easy_reset(handle_.get());
    (void)curl_easy_setopt(handle_.get(), CURLOPT_URL, url.c_str());  // may be no URL: perform says
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_TIMEOUT, static_cast<long>(time_max.count()));
    set(CURLOPT_NOSIGNAL, 1L);  // signals belong to the whole program
    set(CURLOPT_USERAGENT, "sluice/" SLUICE_VERSION);
  }

  // `go_on` must live until perform() returns.
  void ask_meanwhile(const std::function<bool()>& go_on) {
    if (!go_on) return;
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &ask_progress);
    set(CURLOPT_XFERINFODATA, static_cast<const void*>(&go_on));
  }

  base::Result<HttpResponse> perform(Transfer transfer, const std::string& what) {
    set(CURLOPT_WRITEFUNCTION, &take_bytes);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_HEADERFUNCTION, &take_header);
    set(CURLOPT_HEADERDATA, &transfer);
    const auto code = curl_easy_perform(handle_.get());
    if (code == CURLE_OPERATION_TIMEDOUT) return HttpResponse{};
    if (code != CURLE_OK)
      return base::fail(ErrorKind::unavailable, "cannot " + what + ": " + curl_easy_strerror(code));
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    transfer.response.status = static_cast<int>(status);
    return std::move(transfer.response);
  }

  std::unique_ptr<CURL, void (*)(CURL*)> handle_;
};

}  // namespace

std::string_view text_of(HttpMethod method) {
  switch (method) {
    case HttpMethod::get: return "GET";
    case HttpMethod::head: return "HEAD";
    case HttpMethod::put: return "PUT";
    case HttpMethod::post: return "POST";
    case HttpMethod::remove: return "DELETE";
  }
  std::unreachable();
}

std::unique_ptr<HttpClient> curl_http_client() { return std::make_unique<CurlHttpClient>(); }

}  // namespace sluice::sys
