// ServedStore: an HttpClient for readers whose questions are answered by a result store served in
// Swift's manner, without a network.
#pragma once

#include <string>
#include <utility>

#include "support/get_only_http.h"
#include "web/swift_api.h"

namespace sluice::test {

class ServedStore final : public GetOnlyHttp {
 public:
  static constexpr std::string_view kHost = "http://results.example";

  ServedStore(results::ResultStore& store, std::string prefix)
      : api_{store, {.prefix = std::move(prefix)}} {}

  std::string url() const { return std::string(kHost) + api_.place.prefix; }

  base::Result<sys::HttpResponse> get(const sys::HttpRequest& request) override {
    auto answer = web::serve_swift(api_,
                                   {.method = "GET",
                                    .target = request.url.substr(kHost.size()),
                                    .headers = {},
                                    .body = "",
                                    .peer = ""},
                                   {}, base::instant_of_seconds(0));
    return sys::HttpResponse{answer.status, std::move(answer.body), std::move(answer.headers)};
  }

 private:
  web::SwiftApi api_;
};

}  // namespace sluice::test
