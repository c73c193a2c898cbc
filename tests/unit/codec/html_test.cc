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
