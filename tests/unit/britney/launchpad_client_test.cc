#include "britney/launchpad_client.h"

#include <doctest/doctest.h>

#include <deque>

#include "support/get_only_http.h"

namespace sluice::britney {
namespace {

// Answers what it was told to, in order, and notes what it was asked; at the end it refuses.
class ScriptedHttpClient final : public test::GetOnlyHttp {
 public:
  void answer(int status, const std::string& body = "") { answers_.push_back({status, body}); }

  base::Result<sys::HttpResponse> get(const sys::HttpRequest& request) override {
    urls.push_back(request.url);
    if (answers_.empty()) return base::fail(base::ErrorKind::unavailable, "connection refused");
    auto response = answers_.front();
    answers_.pop_front();
    return response;
  }

  std::vector<std::string> urls;

 private:
  std::deque<sys::HttpResponse> answers_;
};

constexpr int kTimedOut = sys::HttpResponse::kTimedOut;
constexpr const char* kSources =
    R"({"entries": [{"self_link": "https://api.launchpad.net/1.0/ubuntu/+sourcepub/1"}]})";

struct PpaSetting {
  ScriptedHttpClient http;
  LaunchpadClient client{http};
  LaunchpadPpas ppas{client, "ubuntu", "noble"};
};

}  // namespace

// migration 4.5.11, 4.5.14
TEST_CASE("launchpad: a question is one request with encoded values") {
  PpaSetting setting;
  setting.http.answer(200, "{\"x\": 1}");

  const auto answer = setting.client.ask("ubuntu/+archive/primary", {{"a", "1+b"}, {"c", "/d"}});

  REQUIRE(answer);
  CHECK(answer->find("x") != nullptr);
  CHECK(setting.http.urls ==
        std::vector<std::string>{
            "https://api.launchpad.net/1.0/ubuntu/+archive/primary?a=1%2Bb&c=%2Fd"});
}

// migration 4.5.14
TEST_CASE("launchpad: links are followed into Launchpad only") {
  PpaSetting setting;
  setting.http.answer(200, "Source: a");

  CHECK(setting.client.fetch("https://launchpad.net/a.changes") == "Source: a");
  CHECK_FALSE(setting.client.fetch("https://elsewhere.example/a"));
  CHECK_FALSE(setting.client.fetch("https://launchpad.net.example/a"));
  CHECK(setting.http.urls.size() == 1);
  CHECK(link_in(codec::Map{{"l", "https://api.launchpad.net/1.0/~a"}}, "l") ==
        "https://api.launchpad.net/1.0/~a");
  CHECK(link_in(codec::Map{{"l", "https://elsewhere.example/"}}, "l").empty());
  CHECK(link_in(codec::Map{{"l", 7}}, "l").empty());
  CHECK(link_in(7, "l").empty());
}

// migration 4.5.11, 4.5.14
TEST_CASE("launchpad: timeouts, 502 and 503 are tried five times") {
  PpaSetting setting;
  setting.http.answer(kTimedOut);
  setting.http.answer(502);
  setting.http.answer(503);
  setting.http.answer(kTimedOut);
  setting.http.answer(200, "{}");

  CHECK(setting.client.ask("x", {}));

  CHECK(setting.http.urls.size() == 5);
  CHECK(setting.client.take_messages().empty());
}

// migration 4.5.11, 4.5.14
TEST_CASE("launchpad: after five tries nobody asks again, and one warning says so") {
  PpaSetting setting;
  for (int i = 0; i < 6; ++i) setting.http.answer(503);

  CHECK_FALSE(setting.client.ask("x", {}));
  CHECK_FALSE(setting.client.ask("y", {}));

  CHECK(setting.http.urls.size() == 5);
  const auto messages = setting.client.take_messages();
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].level == base::Level::warning);
  CHECK(messages[0].text.find("answers 503") != std::string::npos);
}

// migration 4.5.11, 4.5.14
TEST_CASE("launchpad: other failures are final at once") {
  struct Row {
    const char* name;
    int status;
    const char* body;
  };
  for (const auto& row : {Row{"not found", 404, ""}, Row{"server error", 500, ""},
                          Row{"no JSON", 200, "<html>"}, Row{"nothing", 200, ""}}) {
    CAPTURE(row.name);
    PpaSetting setting;
    setting.http.answer(row.status, row.body);
    setting.http.answer(200, "{}");

    CHECK_FALSE(setting.client.ask("x", {}));
    CHECK_FALSE(setting.client.ask("x", {}));
    CHECK(setting.http.urls.size() == 1);
    CHECK(setting.client.take_messages().size() == 1);
  }
}

// migration 4.5.11, 4.5.14
TEST_CASE("launchpad: a machine that cannot be reached is final at once") {
  PpaSetting setting;

  CHECK_FALSE(setting.ppas.ppa_of("a", "1"));
  CHECK_FALSE(setting.ppas.ppa_of("b", "1"));

  CHECK(setting.http.urls.size() == 1);
  CHECK(setting.client.take_messages()[0].text.find("connection refused") != std::string::npos);
}

// migration 4.5.11, 4.5.14
TEST_CASE("launchpad: the archive is that of the first build from an archive") {
  PpaSetting setting;
  setting.http.answer(200, kSources);
  setting.http.answer(200, R"({"entries": [
      {"build_link": "https://api.launchpad.net/1.0/ubuntu/+source/a/1/+build/1"},
      {"build_link": "https://api.launchpad.net/1.0/~team/+archive/ubuntu/p/+build/2"},
      {"build_link": "https://api.launchpad.net/1.0/~other/+archive/ubuntu/q/+build/3"}]})");

  const auto ppa = setting.ppas.ppa_of("a", "1");

  CHECK(ppa == "https://api.launchpad.net/1.0/~team/+archive/ubuntu/p");
  REQUIRE(setting.http.urls.size() == 2);
  CHECK(setting.http.urls[0].find("getPublishedSources") != std::string::npos);
  CHECK(setting.http.urls[0].find("source_name=a&version=1&") != std::string::npos);
  CHECK(setting.http.urls[0].find("distro_series=%2Fubuntu%2Fnoble") != std::string::npos);
  CHECK(setting.http.urls[1] ==
        "https://api.launchpad.net/1.0/ubuntu/+sourcepub/1?ws.op=getPublishedBinaries");
}

// migration 4.5.11, 4.5.14
TEST_CASE("launchpad: what it does not know came from no archive") {
  for (const auto* sources :
       {R"({"entries": []})", "{}", "[]", R"({"entries": [{}]})",
        R"({"entries": [{"self_link": "https://elsewhere.example/1.0/x"}]})"}) {
    CAPTURE(sources);
    PpaSetting setting;
    setting.http.answer(200, sources);
    CHECK(setting.ppas.ppa_of("a", "1") == "");
    CHECK(setting.http.urls.size() == 1);
  }
}

// migration 4.5.11, 4.5.14
TEST_CASE("launchpad: builds without links come from no archive") {
  PpaSetting setting;
  setting.http.answer(200, kSources);
  setting.http.answer(200, R"({"entries": [{}, {"build_link": null}, 7]})");

  CHECK(setting.ppas.ppa_of("a", "1") == "");
}

}  // namespace sluice::britney
