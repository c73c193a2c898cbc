// src/web/api_lists.cc: pauses and counts.
#include <doctest/doctest.h>

#include <string>

#include "support/api_world.h"

namespace sluice::web {

using test::ApiWorld;

// testgrid 1.7
TEST_CASE("api lists: a pause is made with reason and author, listed, lifted") {
  ApiWorld w;
  CHECK(w.status("POST", "pauses", R"({"scope": "grid"})") == 400);
  CHECK(w.status("POST", "pauses", R"({"scope": "x", "by": "j", "reason": "r"})") == 400);
  CHECK(w.status("POST", "pauses", R"({"scope": "grid", "by": "j", "reason": "r", "hours": 0})") ==
        400);
  CHECK(w.status("POST", "pauses", R"({"scope": "grid", "by": "j", "reason": "r", "mode": "m"})") ==
        400);
  const auto made =
      w.json("POST", "pauses",
             R"({"scope": "arch:riscv64", "by": "jane", "reason": "no power", "hours": 3})");
  CHECK(w.text(made) == "{\"pause\": \"p-1\"}");
  CHECK(w.text(w.json("GET", "pauses")).find("\"until\"") != std::string::npos);
  CHECK(w.status("DELETE", "pauses/p-1") == 200);
  CHECK(w.status("DELETE", "pauses/p-1") == 404);
  CHECK(w.status("DELETE", "pauses/x") == 404);
}

// testgrid 5.1
TEST_CASE("api lists: depths of the queues") {
  ApiWorld w;
  (void)w.json("POST", "jobs", R"({"queue": "debci-huge-noble-amd64", "package": "foo"})");
  CHECK(w.text(w.json("GET", "queues")).find("\"queued\": 1") != std::string::npos);
}

}  // namespace sluice::web
