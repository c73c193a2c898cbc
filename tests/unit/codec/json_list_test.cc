#include "codec/json_list.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "codec/json.h"

namespace sluice::codec {
namespace {

struct ListRead {
  bool whole = false;
  std::vector<std::string> items;

  friend bool operator==(const ListRead&, const ListRead&) = default;
};

ListRead read(std::string_view text) {
  ListRead all;
  all.whole = read_json_list(text, "results", [&](const Value& item) {
                all.items.push_back(to_json(item, JsonStyle::compact));
              }).has_value();
  return all;
}

}  // namespace

TEST_CASE("json list: every element, whatever stands around and in it") {
  CHECK(
      read(
          R"({"v": {"results": [9]}, "results" : [ {"a": "},\"]"} , [1,[2]], "x", null ], "z": 1})") ==
      ListRead{true, {R"({"a": "},\"]"})", "[1, [2]]", "\"x\"", "null"}});
  CHECK(read(R"({"results": []})") == ListRead{true, {}});
}

TEST_CASE("json list: elements before a damaged place were given") {
  CHECK(read(R"({"results": [1, 2, {"a": tru}, 3]})") == ListRead{false, {"1", "2"}});
  CHECK(read(R"({"results": [1, 2)") == ListRead{false, {"1", "2"}});
}

TEST_CASE("json list: texts that are none") {
  for (const auto* bad :
       {"", "[]", "{", "{}", R"({"a": 1})", R"({"results": {}})", R"({"results": [1,]})",
        R"({"results": [1 2]})", R"({"results": [1]} x)", R"({"results": [1]]})", R"({1: [1]})",
        R"({"results" [1]})", R"({"results": [1], })", R"({"results": [")", R"({"results": ["\)"})
    CHECK_FALSE(read(bad).whole);
}

}  // namespace sluice::codec
