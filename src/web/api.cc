#include "web/api.h"

#include <array>
#include <charconv>

#include "codec/json.h"

namespace sluice::web {
namespace {

using base::ErrorKind;

struct Route {
  std::string_view method, shape;
  Role needed;
  void (*answer)(flow::Keeper&, Call);
};

// "*" stands for one name. Source: testgrid 5.1.
constexpr std::array kRoutes = {
    Route{"POST", "jobs", Role::submitter, &submit_one},
    Route{"POST", "jobs:batch", Role::submitter, &submit_batch},
    Route{"GET", "jobs", Role::nobody, &list_jobs},
    Route{"GET", "jobs/*", Role::nobody, &show_job},
    Route{"GET", "jobs/*/events", Role::nobody, &show_job},
    Route{"GET", "jobs/*/log", Role::nobody, &show_log},
    Route{"POST", "jobs/*:*", Role::submitter, &act_on_job},
    Route{"POST", "workers/*/lease", Role::worker, &lease},
    Route{"POST", "leases/*:*", Role::worker, &tell_of_lease},
    Route{"GET", "pauses", Role::nobody, &list_pauses},
    Route{"POST", "pauses", Role::admin, &add_pause},
    Route{"DELETE", "pauses/*", Role::admin, &lift_pause},
    Route{"GET", "queues", Role::nobody, &list_queues},
    Route{"GET", "running", Role::nobody, &list_running},
    Route{"GET", "runs", Role::nobody, &list_runs},
    Route{"GET", "rejected", Role::nobody, &list_rejected},
};

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid: return 400;
    case ErrorKind::not_found: return 404;
    case ErrorKind::conflict: return 409;
    case ErrorKind::denied: return 403;
    case ErrorKind::unavailable:
    case ErrorKind::corrupt: return 503;
  }
  return 500;
}

// {"api", "v1", "jobs", "j-7:retry"} -> "jobs/*:*", with the names in `call`.
std::string shape_of(Call& call) {
  const auto& path = call.target.path;
  if (path.size() < 3 || path.size() > 5) return "";
  auto shape = path[2];
  if (path.size() >= 4) {
    // An action ends the path; before more of it a colon is part of a name.
    const auto colon = path.size() == 4 ? path[3].find(':') : std::string::npos;
    call.id = path[3].substr(0, colon);
    shape += "/*";
    if (colon != std::string::npos) {
      call.action = path[3].substr(colon + 1);
      shape += ":*";
    }
  }
  if (path.size() == 5) {
    call.sub = path[4];
    shape += "/" + path[4];
  }
  return shape;
}

std::string_view token_of(const sys::ServerRequest& request) {
  constexpr std::string_view kBearer = "Bearer ";
  const auto header = sys::header_of(request.headers, "Authorization");
  return header.starts_with(kBearer) ? header.substr(kBearer.size()) : std::string_view();
}

}  // namespace

void Api::answer(const sys::ServerRequest& request, Target target, sys::HttpServer::Reply reply) {
  Call call;
  call.target = std::move(target);
  const auto shape = shape_of(call);
  bool known = false;
  for (const auto& route : kRoutes) {
    if (route.shape != shape) continue;
    known = true;
    if (route.method != request.method && !(route.method == "GET" && request.method == "HEAD"))
      continue;
    if (route.needed > role_of_(token_of(request)))
      return reply(problem(403, "this needs a token with more rights"));
    if (!request.body.empty()) {
      // A page of a stranger may have a browser send texts here, but no JSON.
      if (!sys::header_of(request.headers, "Content-Type").starts_with("application/json"))
        return reply(problem(415, "a body is of the type application/json"));
      auto body = codec::parse_json(request.body);
      if (!body) return reply(problem(400, "the body is no JSON: " + body.error().text()));
      call.body = std::move(*body);
    }
    call.reply = std::move(reply);
    return route.answer(keeper_, std::move(call));
  }
  if (known) return reply(problem(405, "this cannot be done here"));
  reply(problem(404, "there is nothing of this name below /api/v1"));
}

sys::ServerResponse problem(int status, std::string_view detail) {
  const codec::Map map{{"type", "about:blank"}, {"status", status}, {"detail", detail}};
  return {status,
          {{"Content-Type", "application/problem+json"}},
          codec::to_json(map, codec::JsonStyle::compact) + "\n"};
}

sys::ServerResponse problem(const base::Error& error) {
  return problem(status_of(error.kind), error.text());
}

sys::ServerResponse json_answer(int status, const codec::Value& value) {
  return {status,
          {{"Content-Type", "application/json"}},
          codec::to_json(value, codec::JsonStyle::compact) + "\n"};
}

void ask_keeper(flow::Keeper& keeper, sys::HttpServer::Reply reply, Answerer answerer) {
  keeper.post([reply = std::move(reply), answerer = std::move(answerer)](
                  flow::JobDesk& desk, base::Instant now) -> flow::Keeper::After {
    return [reply, answer = answerer(desk, now)](const base::Result<void>& committed) {
      reply(committed ? answer : problem(committed.error()));
    };
  });
}

base::Result<std::int64_t> number_of(std::string_view id, std::string_view prefix) {
  std::int64_t number = 0;
  const auto digits = id.starts_with(prefix) ? id.substr(prefix.size()) : std::string_view();
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number);
  if (!digits.empty() && read.ec == std::errc() && read.ptr == end && number > 0) return number;
  return base::fail(ErrorKind::not_found, "\"" + std::string(id.substr(0, 40)) +
                                              "\" is no number of the form " + std::string(prefix) +
                                              "7");
}

}  // namespace sluice::web
