#include "web/api.h"

#include <doctest/doctest.h>

#include "support/api_world.h"

namespace sluice::web {

using test::ApiWorld;

// testgrid 5.1
TEST_CASE("api: unknown names, wrong methods and wrong bodies have problem documents") {
  ApiWorld w;
  const auto answer = *w.ask("GET", "nonsense");
  CHECK(answer.status == 404);
  CHECK(sys::header_of(answer.headers, "content-type") == "application/problem+json");
  CHECK(answer.body.find("\"detail\": \"there is nothing") != std::string::npos);
  CHECK(w.status("GET", "") == 404);
  CHECK(w.status("GET", "a/b/c/d") == 404);
  CHECK(w.status("DELETE", "jobs") == 405);
  CHECK(w.status("POST", "jobs", "{") == 400);
  CHECK(w.status("GET", "jobs/7") == 404);
  CHECK(w.status("GET", "jobs/j-7") == 404);
  CHECK(w.status("GET", "jobs/j-99999999999999999999") == 404);
}

// testgrid 7
TEST_CASE("api: a browser cannot be made to send what is accepted") {
  ApiWorld w;
  std::optional<sys::ServerResponse> answer;
  const sys::ServerRequest request{
      "POST", "/api/v1/jobs", {{"Content-Type", "text/plain"}}, "{}", "127.0.0.1"};
  w.api.answer(request, parse_target(request.target).value(),
               [&](sys::ServerResponse response) { answer = std::move(response); });
  REQUIRE(answer);
  CHECK(answer->status == 415);
}

// testgrid 7
TEST_CASE("api: what changes something needs a token with the right") {
  ApiWorld w(Role::worker);
  CHECK(w.ask("POST", "workers/h-1/lease", "{}", "none")->status == 403);
  CHECK(w.status("POST", "workers/h-1/lease", "{}") == 400);
  CHECK(w.status("POST", "jobs", "{}") == 403);
  CHECK(w.status("POST", "pauses", "{}") == 403);
  CHECK(w.ask("GET", "jobs", "", "none")->status == 200);
}

}  // namespace sluice::web
