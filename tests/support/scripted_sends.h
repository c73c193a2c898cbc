// ScriptedSends: an HttpClient whose send() answers from a table and notes what was sent.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sys/http_client.h"

namespace sluice::test {

class ScriptedSends final : public sys::HttpClient {
 public:
  using Answer = base::Result<sys::HttpResponse>;

  // `what` is "GET http://grid.example/path".
  void answer(const std::string& what, int status, std::string body) {
    answers_[what].push_back(sys::HttpResponse{status, std::move(body)});
  }
  void fail(const std::string& what) {
    answers_[what].push_back(base::fail(base::ErrorKind::unavailable, "refused"));
  }

  base::Result<sys::HttpResponse> get(const sys::HttpRequest& request) override {
    return base::fail(base::ErrorKind::denied, "only sends are scripted: " + request.url);
  }

  // The answers in their order, the last one again and again; 404 for others.
  Answer send(const sys::HttpSend& request) override {
    const auto what = std::string(text_of(request.method)) + " " + request.url;
    asked.push_back(what);
    sent.push_back(request);
    auto& answers = answers_[what];
    if (answers.empty()) return sys::HttpResponse{404, R"({"detail": "no such thing"})"};
    auto answer = answers.front();
    if (answers.size() > 1) answers.erase(answers.begin());
    return answer;
  }

  std::vector<std::string> asked;
  std::vector<sys::HttpSend> sent;

 private:
  std::map<std::string, std::vector<Answer>> answers_;
};

}  // namespace sluice::test
