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

// testgrid 1.7
TEST_CASE("api lists: a pause says how many tests run there, until it is drained") {
  ApiWorld w;
  (void)w.json("POST", "jobs", R"({"queue": "debci-noble-amd64", "package": "foo"})");
  const auto* ask = R"({"queues": ["debci-noble-amd64"], "wait": 0})";
  CHECK(w.status("POST", "workers/lab-3-1/lease", ask) == 200);
  const auto* drain = R"({"scope": "worker:lab-3", "mode": "drain", "by": "j", "reason": "r"})";
  CHECK(w.status("POST", "pauses", drain) == 201);
  CHECK(w.text(w.json("GET", "pauses")).contains("\"mode\": \"drain\""));
  CHECK(w.text(w.json("GET", "pauses")).contains("\"running\": 1"));
  const auto* back = R"({"worker": "lab-3-1", "why": "w"})";
  CHECK(w.status("POST", "leases/j-1.1:give_back", back) == 200);
  CHECK(w.text(w.json("GET", "pauses")).contains("\"running\": 0"));
}

// testgrid 5.1
TEST_CASE("api lists: depths of the queues") {
  ApiWorld w;
  (void)w.json("POST", "jobs", R"({"queue": "debci-huge-noble-amd64", "package": "foo"})");
  CHECK(w.text(w.json("GET", "queues")).find("\"queued\": 1") != std::string::npos);
}

}  // namespace sluice::web
