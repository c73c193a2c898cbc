#include "web/object_answer.h"

#include <doctest/doctest.h>

#include <string>

namespace sluice::web {
namespace {

sys::ServerResponse answer(const sys::HttpHeaders& headers,
                           const std::string& bytes = "0123456789") {
  return answer_object(
      {.head = {.size = bytes.size(),
                .etag = "abc",
                .content_type = "text/plain",
                .content_encoding = "gzip",
                .modified_seconds = 1'767'323'045},
       .bytes = bytes},
      {.method = "GET", .target = "/", .headers = headers, .body = "", .peer = ""});
}

std::string range_of(const std::string& range) {
  const auto got = answer({{"Range", range}});
  return std::to_string(got.status) + " " + got.body + " " +
         std::string(sys::header_of(got.headers, "Content-Range"));
}

}  // namespace

// autopkgtest 3
TEST_CASE("object answer: head, and the encoding as it was stored") {
  const auto got = answer({});

  CHECK(got.status == 200);
  CHECK(got.body == "0123456789");
  CHECK(sys::header_of(got.headers, "ETag") == "abc");
  CHECK(sys::header_of(got.headers, "Content-Type") == "text/plain");
  CHECK(sys::header_of(got.headers, "Content-Encoding") == "gzip");
  CHECK(sys::header_of(got.headers, "Last-Modified") == "Fri, 02 Jan 2026 03:04:05 GMT");
}

// autopkgtest 3
TEST_CASE("object answer: one range is 206, an impossible one 416, any other text the whole") {
  const std::string whole = "200 0123456789 ";
  CHECK(range_of("bytes=2-4") == "206 234 bytes 2-4/10");
  CHECK(range_of("bytes=8-") == "206 89 bytes 8-9/10");
  CHECK(range_of("bytes=8-99") == "206 89 bytes 8-9/10");
  CHECK(range_of("bytes=-3") == "206 789 bytes 7-9/10");
  CHECK(range_of("bytes=-99") == "206 0123456789 bytes 0-9/10");
  CHECK(range_of("bytes=10-") == "416  bytes */10");
  CHECK(range_of("bytes=-0") == "416  bytes */10");
  for (const auto* text :
       {"bytes=4-2", "bytes=a-b", "bytes=-", "bytes=", "lines=1-2", "bytes=0-1,3-4", "bytes=--1",
        "bytes=+1-2", "bytes=1-99999999999999999999"})
    CHECK(range_of(text) == whole);
  CHECK(answer({{"Range", "bytes=0-"}}, "").status == 416);
  CHECK(answer({{"Range", "bytes=2-4"}, {"If-Range", "\"abc\""}}).status == 206);
  CHECK(answer({{"Range", "bytes=2-4"}, {"If-Range", "\"old\""}}).status == 200);
}

// autopkgtest 3
TEST_CASE("object answer: what the asker has is 304, what must match and does not is 412") {
  for (const auto* known : {"abc", "\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"}) {
    const auto got = answer({{"If-None-Match", known}});
    CHECK(got.status == 304);
    CHECK(got.body.empty());
  }
  CHECK(answer({{"If-None-Match", "\"other\""}}).status == 200);
  CHECK(answer({{"If-Match", "\"other\""}}).status == 412);
  CHECK(answer({{"If-Match", "\"abc\""}}).status == 200);
}

// testgrid 7.3
TEST_CASE("object answer: a stranger's page runs no script in our name") {
  const auto got = answer({});

  CHECK(sys::header_of(got.headers, "Content-Security-Policy").starts_with("sandbox"));
  CHECK(sys::header_of(got.headers, "X-Content-Type-Options") == "nosniff");
}

}  // namespace sluice::web
