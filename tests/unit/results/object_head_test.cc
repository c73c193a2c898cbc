#include "results/object_head.h"

#include <doctest/doctest.h>

#include <string>

namespace sluice::results {
namespace {

const std::string kEtag = "900150983cd24fb0d6963f7d28e17f72";

}  // namespace

TEST_CASE("object head: what was written is read") {
  const ObjectHead head{.size = 3,
                        .etag = kEtag,
                        .content_type = "text/plain; charset=UTF-8",
                        .content_encoding = "gzip"};

  CHECK(render_head(head) ==
        R"({"content_encoding": "gzip", "content_type": "text/plain; charset=UTF-8", "etag": ")" +
            kEtag + "\", \"size\": 3}\n");
  CHECK(parse_head(render_head(head)).value() == head);
}

TEST_CASE("object head: what is missing, of another type, or out of range is corrupt") {
  const std::string rest = R"("content_encoding": "", "content_type": "a/b", )";
  for (const auto& text :
       {std::string(), std::string("[]"), "{" + rest + "\"size\": 3}",
        "{" + rest + "\"size\": -1, \"etag\": \"" + kEtag + "\"}",
        "{" + rest + "\"size\": \"3\", \"etag\": \"" + kEtag + "\"}",
        "{" + rest + "\"size\": 3, \"etag\": \"" + kEtag + "0\"}",
        "{" + rest + "\"size\": 3, \"etag\": \"" + std::string(32, 'G') + "\"}",
        R"({"content_encoding": "\r\n", "content_type": "", "size": 3, "etag": ")" + kEtag +
            "\"}"}) {
    CAPTURE(text);
    CHECK(parse_head(text).error().kind == base::ErrorKind::corrupt);
  }
}

}  // namespace sluice::results
