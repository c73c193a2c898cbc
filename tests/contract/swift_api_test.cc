// A result directory, served in Swift's manner over the network, read by the gate's reader of
// Swift.
//
// covers: swift_api.cc
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "results/dir_result_store.h"
#include "results/swift_results.h"
#include "support/memory_files.h"
#include "support/tar_text.h"
#include "web/swift_api.h"

namespace sluice {

// autopkgtest 3, 7
TEST_CASE("swift api: over the network, with the lengths of HEAD and the pages of a listing") {
  test::MemoryFileSystem files;
  results::DirResultStore store(files, "/results");
  REQUIRE(store.ensure_container("autopkgtest-noble", {.everybody = true}));
  results::Object object;
  object.bytes = test::tar_text(
      {{"exitcode", "4\n"},
       {"testpkg-version", "green 2\n"},
       {"testinfo.json", R"({"custom_environment": ["ADT_TEST_TRIGGERS=green/2"]})"}});
  const std::string run = "noble/amd64/g/green/20260101_000000_aaaaa@";
  REQUIRE(store.put("autopkgtest-noble", run + "/result.tar", object));
  const web::SwiftApi api{store, {.prefix = "/swift"}};
  const auto server = sys::beast_http_server(
      {.address = "127.0.0.1"}, [&](const sys::ServerRequest& request, const auto& reply) {
        reply(web::serve_swift(api, request, {}, base::instant_of_seconds(0)));
      });
  REQUIRE(server);
  const auto url = "http://127.0.0.1:" + std::to_string((*server)->port()) + "/swift";
  const auto http = sys::curl_http_client();

  results::SwiftResults reader(*http, {.url = url, .series = "noble"});
  const auto news = reader.news_of("green", "amd64", "");
  const auto head = http->send(
      {.method = sys::HttpMethod::head, .url = url + "/autopkgtest-noble/" + run + "/result.tar"});
  const auto empty = http->send({.url = url + "/autopkgtest-noble?prefix=none"});

  REQUIRE(news);
  REQUIRE(news->size() == 1);
  CHECK(news->at(0).result.code == adt::ResultCode::fail);
  REQUIRE(head);
  CHECK(sys::header_of(head->headers, "Content-Length") == std::to_string(object.bytes.size()));
  CHECK(head->body.empty());
  CHECK(empty->status == 204);
}

}  // namespace sluice
