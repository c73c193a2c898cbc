// The JSON interface of the grid: jobs, leases, pauses, queues, runs. It decides nothing: it reads
// what was asked, posts it to the keeper, and answers when the keeper has.
// Source: testgrid 5.1; format: docs/formats/queue-api.md.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "codec/value.h"
#include "flow/keeper.h"
#include "sys/http_server.h"
#include "web/target.h"

namespace sluice::web {

// What a caller may do; each may do what those before it may. Source: decision 20.
enum class Role : std::uint8_t { nobody, worker, submitter, admin };

// Of the token of a request; "" is none.
using RoleOf = std::function<Role(std::string_view token)>;

// One request below /api/v1, taken apart.
struct Call {
  std::string id;      // "j-7" of /jobs/j-7:retry
  std::string action;  // "retry"
  std::string sub;     // "events" of /jobs/j-7/events
  Target target;
  codec::Value body;  // null without one
  sys::HttpServer::Reply reply;
};

class Api {
 public:
  Api(flow::Keeper& keeper, RoleOf role_of) : keeper_(keeper), role_of_(std::move(role_of)) {}

  // For targets below /api/v1. Any thread.
  void answer(const sys::ServerRequest& request, Target target, sys::HttpServer::Reply reply);

 private:
  flow::Keeper& keeper_;
  RoleOf role_of_;
};

// The answer that says what is wrong, as `application/problem+json`.
sys::ServerResponse problem(int status, std::string_view detail);
sys::ServerResponse problem(const base::Error& error);
sys::ServerResponse json_answer(int status, const codec::Value& value);

// Lets the keeper work out the answer.
using Answerer = std::function<sys::ServerResponse(flow::JobDesk& desk, base::Instant now)>;
void ask_keeper(flow::Keeper& keeper, sys::HttpServer::Reply reply, Answerer answerer);

// "j-7" -> 7. Errors: not_found.
base::Result<std::int64_t> number_of(std::string_view id, std::string_view prefix);

// The answers, by room of the interface: api_jobs.cc, api_leases.cc, api_lists.cc.
void submit_batch(flow::Keeper& keeper, Call call);
void submit_one(flow::Keeper& keeper, Call call);
void list_jobs(flow::Keeper& keeper, Call call);
void show_job(flow::Keeper& keeper, Call call);
void show_log(flow::Keeper& keeper, Call call);
void act_on_job(flow::Keeper& keeper, Call call);
void lease(flow::Keeper& keeper, Call call);
void tell_of_lease(flow::Keeper& keeper, Call call);
void list_pauses(flow::Keeper& keeper, Call call);
void add_pause(flow::Keeper& keeper, Call call);
void lift_pause(flow::Keeper& keeper, Call call);
void list_queues(flow::Keeper& keeper, Call call);
void list_running(flow::Keeper& keeper, Call call);
void list_runs(flow::Keeper& keeper, Call call);
void list_rejected(flow::Keeper& keeper, Call call);

}  // namespace sluice::web
