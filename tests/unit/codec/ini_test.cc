#include "codec/ini.h"

#include <doctest/doctest.h>

using namespace sluice;
using codec::IniSection;

// autopkgtest 2.1
TEST_CASE("ini: keys and values by section, keys in lower case") {
  const auto file = codec::parse_ini("[virt]\nArgs = lxd  $NAME = x # y\nempty:\n\n[other]\na:b\n");

  REQUIRE(file);
  CHECK(file->at("virt") == IniSection{{"args", {"lxd  $NAME = x # y", 2}}, {"empty", {"", 3}}});
  CHECK(file->at("other") == IniSection{{"a", {"b", 6}}});
}

TEST_CASE("ini: an indented line goes on with a value, comments between do not end it") {
  const auto file = codec::parse_ini("[a]\nargs = one\n  # no\n  two\r\nkey=\n\tthree\n");

  REQUIRE(file);
  CHECK(file->at("a").at("args").text == "one\ntwo");
  CHECK(file->at("a").at("key").text == "three");
}

TEST_CASE("ini: what makes no sense is an error with its line") {
  struct Row {
    const char* name;
    const char* text;
    const char* error;
  };
  const Row rows[] = {
      {"no section", "a = b\n", "line 1: expected a [section] first"},
      {"no separator", "[a]\n\nword\n", "line 3: expected key = value"},
      {"no key", "[a]\n= b\n", "line 2: expected key = value"},
      {"open section", "[a\n", "line 1: expected [section]"},
      {"empty section", "[]\n", "line 1: expected [section]"},
      {"section twice", "[a]\n[a]\n", "line 2: section a stands there twice"},
      {"key twice", "[a]\nb=1\nB=2\n", "line 3: b stands there twice"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto file = codec::parse_ini(row.text);
    REQUIRE_FALSE(file);
    CHECK(file.error().kind == base::ErrorKind::invalid);
    CHECK(file.error().text() == row.error);
  }
}

TEST_CASE("ini: nothing is a file without sections") { CHECK(codec::parse_ini("")->empty()); }
