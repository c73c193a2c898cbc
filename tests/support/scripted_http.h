// ScriptedHttp: an HttpClient that answers from a table and notes what it was asked.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/get_only_http.h"

namespace sluice::test {

class ScriptedHttp final : public GetOnlyHttp {
 public:
  using Answer = base::Result<sys::HttpResponse>;

  void answer(const std::string& url, int status, std::string body = "") {
    answers_[url].push_back(sys::HttpResponse{status, std::move(body)});
  }
  void fail(const std::string& url) {
    answers_[url].push_back(base::fail(base::ErrorKind::unavailable, "refused"));
  }

  // The answers of a URL in their order, the last one again and again; 404 for others.
  Answer get(const sys::HttpRequest& request) override {
    asked.push_back(request.url);
    auto& answers = answers_[request.url];
    if (answers.empty()) return sys::HttpResponse{404, "no such thing"};
    auto answer = answers.front();
    if (answers.size() > 1) answers.erase(answers.begin());
    if (!answer || !request.on_body || answer->status != 200) return answer;
    if (!request.on_body(answer->body))
      return base::fail(base::ErrorKind::unavailable, "stopped by the taker");
    answer->body.clear();
    return answer;
  }

  std::vector<std::string> asked;

 private:
  std::map<std::string, std::vector<Answer>> answers_;
};

}  // namespace sluice::test
