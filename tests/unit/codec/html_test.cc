#include "codec/html.h"

#include <doctest/doctest.h>

using namespace sluice::codec;

TEST_CASE("html: the five special characters become entities") {
  CHECK(escape_html("<a href=\"x\">&'</a>") == "&lt;a href=&quot;x&quot;&gt;&amp;&#x27;&lt;/a&gt;");
}

TEST_CASE("html: percent-encoding keeps what Python's quote keeps") {
  CHECK(percent_encode("libfoo++_1.2~rc/x", Slash::keep) == "libfoo%2B%2B_1.2~rc/x");
  CHECK(percent_encode("1:2/3", Slash::encode) == "1%3A2%2F3");
  CHECK(percent_encode("\u00e9 ", Slash::keep) == "%C3%A9%20");
}

TEST_CASE("html: percent-decoding leaves what is no code") {
  CHECK(percent_decode("a%40b%2f%C3%A9+", Plus::stays) == "a@b/\u00e9+");
  CHECK(percent_decode("a+b", Plus::is_blank) == "a b");
  CHECK(percent_decode("%", Plus::stays) == "%");
  CHECK(percent_decode("%4", Plus::stays) == "%4");
  CHECK(percent_decode("%4g%-1%+1% 1", Plus::stays) == "%4g%-1%+1% 1");
}
