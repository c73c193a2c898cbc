#include "cli/grid_client.h"

#include <doctest/doctest.h>

#include "support/grid_scene.h"

namespace sluice::cli {

using test::GridScene;

// testgrid 7.1
TEST_CASE("grid client: the token of the file goes with every request") {
  GridScene s;
  s.files.put("token", "sluice_abc\n");
  s.answer("GET", "queues", 200, "{}");
  auto client = GridClient::open(s.http, s.files, {"http://grid.example", "token"}).value();
  REQUIRE(client.get("/api/v1/queues"));
  CHECK(sys::header_of(s.http.sent[0].headers, "Authorization") == "Bearer sluice_abc");
}

TEST_CASE("grid client: without a token's file there is no token, a missing one is an error") {
  GridScene s;
  s.answer("GET", "queues", 200, "{}");
  REQUIRE(s.client.get("/api/v1/queues"));
  CHECK(s.http.sent[0].headers.empty());
  const auto missing = GridClient::open(s.http, s.files, {"http://grid.example", "gone"});
  REQUIRE_FALSE(missing);
  CHECK(missing.error().text().find("reading the token") != std::string::npos);
}

// testgrid 5.1
TEST_CASE("grid client: a refusal is an error of its kind with the controller's words") {
  GridScene s;
  const auto kind_of = [&](int status) {
    const auto path = "/api/v1/" + std::to_string(status);
    s.answer("GET", std::to_string(status), status, R"({"detail": "why it is so"})");
    const auto answer = s.client.get(path);
    REQUIRE_FALSE(answer);
    CHECK(answer.error().text().find("why it is so") != std::string::npos);
    return answer.error().kind;
  };
  CHECK(kind_of(400) == base::ErrorKind::invalid);
  CHECK(kind_of(401) == base::ErrorKind::denied);
  CHECK(kind_of(403) == base::ErrorKind::denied);
  CHECK(kind_of(404) == base::ErrorKind::not_found);
  CHECK(kind_of(409) == base::ErrorKind::conflict);
  CHECK(kind_of(503) == base::ErrorKind::unavailable);
}

TEST_CASE("grid client: an answer that is no problem document is told by its status") {
  GridScene s;
  s.answer("GET", "x", 502, "<html>bad gateway");
  CHECK(s.client.get("/api/v1/x").error().text() == "the controller answered 502");
  s.answer("GET", "y", 200, "<html>a portal");
  CHECK_FALSE(s.client.get("/api/v1/y"));
  s.answer("GET", "z", sys::HttpResponse::kTimedOut, "");
  CHECK(s.client.get("/api/v1/z").error().kind == base::ErrorKind::unavailable);
}

TEST_CASE("grid client: what is posted is JSON, what is removed has no body") {
  GridScene s;
  s.answer("POST", "jobs", 201, "{}");
  s.answer("DELETE", "pauses/p-1", 200, "{}");
  REQUIRE(s.client.post("/api/v1/jobs", codec::Map{{"a", 1}}));
  REQUIRE(s.client.remove("/api/v1/pauses/p-1"));
  CHECK(s.http.sent[0].body == R"({"a": 1})");
  CHECK(sys::header_of(s.http.sent[0].headers, "Content-Type") == "application/json");
  CHECK(s.http.sent[1].body.empty());
}

// testgrid 5.3
TEST_CASE("grid client: columns on a terminal, tabs elsewhere, and no controls of strangers") {
  CHECK(table_text({{"a", "b"}, {"long", "c"}}, true) == "a     b\nlong  c\n");
  CHECK(table_text({{"a", "b"}, {"long", "c"}}, false) == "a\tb\nlong\tc\n");
  CHECK(table_text({{"a\x1b[2J\tb"}}, false) == "a?[2J?b\n");
  CHECK(table_text({}, true).empty());
}

// testgrid 5.3
TEST_CASE("grid client: C1 controls, which terminals obey too, are no text either") {
  CHECK(without_controls("\xc2\x9b"
                         "2J") == "?2J");
  CHECK(without_controls("na\xc3\xafve") == "na\xc3\xafve");
  CHECK(without_controls("\xc2\xa0\xc2") == "\xc2\xa0\xc2");
}

// testgrid 5.3
TEST_CASE("grid client: a log on a terminal keeps its lines and loses its controls") {
  CHECK(log_text("a\tb\r\n\x1b[31mred\n", true) == "a\tb?\n?[31mred\n");
  CHECK(log_text("a\x1b[0m\n", false) == "a\x1b[0m\n");
}

TEST_CASE("grid client: members are texts and numbers, anything else is nothing") {
  const codec::Value value = codec::Map{{"n", 7}, {"t", "x"}, {"l", codec::List{}}};
  CHECK(member(value, "n") == "7");
  CHECK(member(value, "t") == "x");
  CHECK(member(value, "l").empty());
  CHECK(member(value, "none").empty());
  CHECK(member(codec::Value(), "none").empty());
}

}  // namespace sluice::cli
