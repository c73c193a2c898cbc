#include "web/swift_api.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "codec/digest.h"
#include "results/swift_results.h"
#include "results/temp_url.h"
#include "support/memory_result_store.h"
#include "support/served_store.h"
#include "support/tar_text.h"

namespace sluice::web {
namespace {

using Caller = SwiftCaller;

const std::string kPrefix = "/swift/v1/AUTH_r";
const std::string kC = kPrefix + "/autopkgtest-noble";
const std::string kGreen = "noble/amd64/g/green/";
const Caller kOwner{.kind = Caller::Kind::owner};
const auto kNow = base::instant_of_seconds(1'700'000'000);

struct Scene {
  Scene() {
    REQUIRE(store.ensure_container("autopkgtest-noble", {.everybody = true}));
    REQUIRE(store.ensure_container("private-x", {.everybody = false, .user = "jo"}));
    REQUIRE(store.ensure_container("empty", {.everybody = true}));
    put("private-x", "r@/log.gz");
    for (const auto* name : {"1@/log.gz", "1@/result.tar", "2@/result.tar", "3@/result.tar"})
      put("autopkgtest-noble", kGreen + name);
  }
  void put(const std::string& container, const std::string& name) {
    results::Object object;
    object.bytes = name;
    REQUIRE(store.put(container, name, object));
  }
  sys::ServerResponse ask(const std::string& target, const Caller& caller = {},
                          const std::string& method = "GET") {
    return serve_swift({store, {.prefix = kPrefix, .temp_url_key = "key"}},
                       {.method = method, .target = target, .headers = {}, .body = "", .peer = ""},
                       caller, kNow);
  }
  test::MemoryResultStore store;
};

}  // namespace

// autopkgtest 3, 7
TEST_CASE("swift api: a plain listing has one name a line, directories with their delimiter") {
  Scene scene;
  const auto ask = kC + "/?delimiter=%40&prefix=noble%2Famd64%2Fg%2Fgreen%2F";

  const auto all = scene.ask(ask);
  const auto later = scene.ask(ask + "&marker=noble/amd64/g/green/1@");

  CHECK(all.status == 200);
  CHECK(sys::header_of(all.headers, "Content-Type") == "text/plain; charset=utf-8");
  CHECK(all.body == kGreen + "1@\n" + kGreen + "2@\n" + kGreen + "3@\n");
  CHECK(later.body == kGreen + "2@\n" + kGreen + "3@\n");
  CHECK(scene.ask(kC + "?limit=1").body == kGreen + "1@/log.gz\n");
  CHECK(scene.ask(kC + "?end_marker=" + kGreen + "1@/m").body == kGreen + "1@/log.gz\n");
}

// autopkgtest 3
TEST_CASE("swift api: an empty listing is 204 plain, and a list of nothing as JSON") {
  Scene scene;
  for (const auto& target : {kPrefix + "/empty", kC + "/?prefix=noble/amd64/l/"}) {
    const auto plain = scene.ask(target);
    CHECK(plain.status == 204);
    CHECK(plain.body.empty());
  }
  const auto json = scene.ask(kPrefix + "/empty/?format=json");
  CHECK(json.status == 200);
  CHECK(json.body == "[]");
}

// autopkgtest 3
TEST_CASE("swift api: a JSON listing has objects and directories") {
  Scene scene;

  const auto found = scene.ask(kC + "?format=json&delimiter=/&prefix=" + kGreen + "1@/&limit=1");

  CHECK(found.body == R"([{"bytes": 29, "content_type": "application/octet-stream", "hash": ")" +
                          codec::md5_hex(kGreen + "1@/log.gz") +
                          R"(", "last_modified": "1970-01-01T00:00:02.000000", "name": ")" +
                          kGreen + "1@/log.gz\"}]");
  CHECK(scene.ask(kC + "?format=json&delimiter=/").body == R"([{"subdir": "noble/"}])");
}

// autopkgtest 3
TEST_CASE("swift api: limits and delimiters that Swift refuses are refused") {
  Scene scene;

  CHECK(scene.ask(kC + "?limit=10000").status == 200);
  CHECK(scene.ask(kC + "?limit=10001").status == 412);
  CHECK(scene.ask(kC + "?limit=99999999999999999999").status == 412);
  CHECK(scene.ask(kC + "?limit=many").status == 200);
  CHECK(scene.ask(kC + "?limit=0").status == 204);
  CHECK(scene.ask(kC + "?delimiter=ab").status == 412);
}

// autopkgtest 3
TEST_CASE("swift api: a listing in reverse begins at the end") {
  Scene scene;
  const auto ask = kC + "?reverse=true&delimiter=@&prefix=" + kGreen;

  CHECK(scene.ask(ask).body == kGreen + "3@\n" + kGreen + "2@\n" + kGreen + "1@\n");
  CHECK(scene.ask(ask + "&limit=1").body == kGreen + "3@\n");
  CHECK(scene.ask(ask + "&marker=" + kGreen + "3@").body == kGreen + "2@\n" + kGreen + "1@\n");
}

// autopkgtest 3
TEST_CASE("swift api: what is not there looks to strangers like what is not for them") {
  Scene scene;
  const Caller jo{.kind = Caller::Kind::user, .name = "jo"};
  const Caller ada{.kind = Caller::Kind::user, .name = "ada"};

  CHECK(scene.ask(kPrefix + "/missing/").status == 401);
  CHECK(scene.ask(kPrefix + "/missing/x").status == 401);
  CHECK(scene.ask(kPrefix + "/missing/", kOwner).status == 404);
  CHECK(scene.ask(kPrefix + "/private-x").status == 401);
  CHECK(scene.ask(kPrefix + "/private-x/r@/log.gz").status == 401);
  CHECK(scene.ask(kPrefix + "/private-x/none").status == 401);
  CHECK(scene.ask(kPrefix + "/private-x", ada).status == 403);
  CHECK(scene.ask(kPrefix + "/missing", ada).status == 403);
  CHECK(scene.ask(kPrefix + "/private-x", jo).status == 200);
  CHECK(scene.ask(kPrefix + "/private-x/r@/log.gz", jo).body == "r@/log.gz");
  CHECK(scene.ask(kC + "/none").status == 404);
  CHECK(scene.ask(kC + "/../private-x/r@/log.gz").status == 404);
}

// autopkgtest 3
TEST_CASE("swift api: a temporary URL opens one private object until it expires") {
  Scene scene;
  const auto target = [](std::string_view key, std::int64_t expires) {
    return results::temp_url(kPrefix, key, "private-x/r@/log.gz",
                             base::instant_of_seconds(expires));
  };
  auto other = target("key", 1'700'000'060);
  other.replace(other.find("log.gz"), 6, "result");

  CHECK(scene.ask(target("key", 1'700'000'060)).body == "r@/log.gz");
  CHECK(scene.ask(target("key", 1'700'000'000)).status == 401);
  CHECK(scene.ask(target("wrong", 1'700'000'060)).status == 401);
  CHECK(scene.ask(other).status == 401);
}

// autopkgtest 3
TEST_CASE("swift api: the account's containers are for its owner") {
  Scene scene;

  CHECK(scene.ask(kPrefix).status == 401);
  CHECK(scene.ask(kPrefix + "/", kOwner).body == "autopkgtest-noble\nempty\nprivate-x\n");
  CHECK(scene.ask(kPrefix + "?prefix=p", kOwner).body == "private-x\n");
  CHECK(scene.ask(kPrefix + "?marker=autopkgtest-noble&limit=1", kOwner).body == "empty\n");
  CHECK(scene.ask(kPrefix + "?format=json&prefix=none", kOwner).body == "[]");
}

// autopkgtest 3
TEST_CASE("swift api: HEAD is 204 of a container, an answer as to GET of an object") {
  Scene scene;

  CHECK(scene.ask(kC, {}, "HEAD").status == 204);
  CHECK(scene.ask(kC, {}, "HEAD").headers.empty());
  CHECK(sys::header_of(scene.ask(kPrefix + "/private-x", kOwner, "HEAD").headers,
                       "X-Container-Read") == "*:jo");
  CHECK(scene.ask(kPrefix + "/private-x", {}, "HEAD").status == 401);
  CHECK(scene.ask(kPrefix + "/missing", kOwner, "HEAD").status == 404);
  CHECK(scene.ask(kPrefix, kOwner, "HEAD").status == 204);
  CHECK(scene.ask(kPrefix, {}, "HEAD").status == 401);
}

// autopkgtest 3
TEST_CASE("swift api: GET and HEAD, nothing else is a method") {
  Scene scene;

  CHECK(scene.ask(kC + "/" + kGreen + "1%40/log.gz", {}, "HEAD").status == 200);
  CHECK(scene.ask(kPrefix + "/empty", {}, "HEAD").status == 204);
  for (const auto* method : {"PUT", "POST", "DELETE", "BREW"}) {
    const auto answer = scene.ask(kC + "/x", kOwner, method);
    CHECK(answer.status == 405);
    CHECK(sys::header_of(answer.headers, "Allow") == "GET, HEAD");
  }
  CHECK(scene.ask("/elsewhere").status == 404);
  CHECK(scene.ask(kPrefix + "x/c").status == 404);
}

// autopkgtest 3
TEST_CASE("swift api: a store that is down is 503, which readers try again") {
  Scene scene;
  scene.store.be_down_at(1);

  CHECK(scene.ask(kC).status == 503);
  CHECK(scene.ask(kC + "/x").status == 503);
  CHECK(scene.ask(kPrefix, kOwner).status == 503);
}

// autopkgtest 3, 7; migration 4.6.2
TEST_CASE("swift api: the gate's reader of Swift finds runs, later runs, and no results yet") {
  Scene scene;
  const auto whole = test::tar_text(
      {{"exitcode", "0\n"},
       {"testpkg-version", "blue 2\n"},
       {"testinfo.json", R"({"custom_environment": ["ADT_TEST_TRIGGERS=blue/2 green/1"]})"}});
  for (const auto* run : {"20260101_000000_aaaaa@", "20260102_000000_bbbbb@"}) {
    results::Object object;
    object.bytes = whole;
    REQUIRE(scene.store.put("autopkgtest-noble",
                            "noble/amd64/b/blue/" + std::string(run) + "/result.tar", object));
  }
  test::ServedStore http(scene.store, kPrefix);
  const auto news = [&](const std::string& series, const std::string& source,
                        const std::string& latest) {
    results::SwiftResults reader(http, {.url = http.url(), .series = series});
    return reader.news_of(source, "amd64", latest);
  };

  const auto all = news("noble", "blue", "");
  REQUIRE(all);
  REQUIRE(all->size() == 2);
  CHECK(all->at(0).triggers == std::vector<std::string>{"blue/2", "green/1"});
  CHECK(all->at(1).result.run_id == "20260102_000000_bbbbb@");
  CHECK(news("noble", "blue", "20260101_000000_aaaaa@")->size() == 1);
  CHECK(news("noble", "yellow", "")->empty());
  CHECK(news("xenial", "blue", "")->empty());
}

}  // namespace sluice::web
