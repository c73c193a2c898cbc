// The JSON interface over a keeper whose turns the test takes.
#pragma once

#include <doctest/doctest.h>

#include <optional>
#include <string>

#include "codec/json.h"
#include "flow/keeper.h"
#include "support/jobs.h"
#include "support/manual_clock.h"
#include "support/recording_log.h"
#include "web/api.h"

namespace sluice::test {

struct ApiWorld {
  explicit ApiWorld(web::Role role = web::Role::admin, const flow::DeskLimits& limits = {})
      : keeper(flow::Keeper::open(":memory:", limits, clock, log).value()),
        api(*keeper,
            [role](std::string_view token) { return token == "none" ? web::Role::nobody : role; }) {
  }

  // Asks and lets the keeper work; nothing if the answer is still owed.
  std::optional<sys::ServerResponse> ask(const std::string& method, const std::string& target,
                                         const std::string& body = "",
                                         const std::string& token = "") {
    sys::ServerRequest request{method, "/api/v1/" + target, {}, body, "127.0.0.1"};
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    if (!token.empty()) request.headers.emplace_back("authorization", "Bearer " + token);
    auto answer = std::make_shared<std::optional<sys::ServerResponse>>();
    api.answer(request, web::parse_target(request.target).value(),
               [answer](sys::ServerResponse response) { *answer = std::move(response); });
    keeper->turn();
    return *answer;
  }
  int status(const std::string& method, const std::string& target, const std::string& body = "") {
    return ask(method, target, body)->status;
  }
  // The answer of a request that goes well.
  codec::Value json(const std::string& method, const std::string& target,
                    const std::string& body = "") {
    const auto answer = ask(method, target, body);
    REQUIRE(answer);
    REQUIRE_MESSAGE(answer->status < 300, answer->body);
    return *codec::parse_json(answer->body);
  }
  std::string text(const codec::Value& value) {
    return codec::to_json(value, codec::JsonStyle::compact);
  }

  ManualClock clock{kNow};
  RecordingLog log;
  std::unique_ptr<flow::Keeper> keeper;
  web::Api api;
};

}  // namespace sluice::test
