#include "codec/base64.h"

#include <doctest/doctest.h>

#include <string>

using namespace sluice::codec;
using namespace std::string_literals;

TEST_CASE("base64: the examples of RFC 4648") {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"f", "Zg=="},
                                                      {"fo", "Zm8="},
                                                      {"foo", "Zm9v"},
                                                      {"foob", "Zm9vYg=="},
                                                      {"fooba", "Zm9vYmE="},
                                                      {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : rows) {
    CHECK(to_base64(bytes) == text);
    CHECK(from_base64(text).value() == bytes);
  }
}

TEST_CASE("base64: every byte is read back, at every place") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  for (std::size_t skipped = 0; skipped < 4; ++skipped) {
    const auto some = bytes.substr(skipped);
    CHECK(from_base64(to_base64(some)).value() == some);
  }
  CHECK(to_base64("\xff\xfe\xfd"s) == "//79");
}

TEST_CASE("base64: what nobody writes is refused") {
  for (const auto& text : {"Z"s, "Zg"s, "Zg="s, "===="s, "Z==="s, "Zg==Zg=="s, "Zm9v\n"s, "Zm9-"s,
                           "Zm 9"s, "Zh=="s, "Zm9="s, "Zg=a"s, "Zm\0v"s, "Zm9\xff"s})
    CHECK_MESSAGE(!from_base64(text), text);
}
