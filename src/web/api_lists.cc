// /pauses, /queues, /running, /runs and /rejected of the JSON interface. Source: testgrid 1.7, 5.1.
#include <algorithm>
#include <map>
#include <utility>

#include "store/job_rows.h"
#include "web/api.h"
#include "web/views.h"

namespace sluice::web {
namespace {

using codec::List;
using codec::Map;
using codec::Value;

constexpr std::int64_t kRunsMax = 10'000;  // as the peers' page of recent runs

// Counts and the oldest of one queue.
struct Depth {
  std::map<adt::JobState, std::int64_t> by_state;
  base::Instant oldest = base::Instant::max();
};

Value view_of_depths(const std::map<adt::QueueName, Depth>& depths) {
  List list;
  for (const auto& [queue, depth] : depths) {
    Map map{{"queue", queue.text()},
            {"context", queue.context},
            {"release", queue.release},
            {"arch", queue.arch},
            {"oldest", base::iso_time_of(depth.oldest)}};
    for (const auto& [state, count] : depth.by_state)
      map.emplace(std::string(adt::text_of(state)), count);
    list.emplace_back(std::move(map));
  }
  return Map{{"queues", std::move(list)}};
}

base::Result<grid::Pause> pause_in(const Value& body, base::Instant now) {
  grid::Pause pause;
  auto scopes = grid::parse_scopes(body.text("scope"));
  if (!scopes) return std::unexpected(scopes.error());
  pause.scopes = std::move(*scopes);
  const auto mode = body.text("mode");
  const auto parsed = grid::parse_pause_mode(mode.empty() ? "soft" : mode);
  if (!parsed)
    return base::fail(base::ErrorKind::invalid, "\"mode\": expected soft, drain or hard");
  pause.mode = *parsed;
  const auto service = body.text("service");
  if (!service.empty()) pause.origin = "monitor:" + service;
  pause.reason = body.text("reason");
  pause.created_by = body.text("by");
  if (pause.reason.empty() || pause.created_by.empty())
    return base::fail(base::ErrorKind::invalid, "a pause needs \"by\" and \"reason\"");
  if (const auto* hours = body.find("hours"); hours != nullptr) {
    const auto* number = std::get_if<std::int64_t>(hours);
    if (number == nullptr || *number < 1 || *number > 24 * 365)
      return base::fail(base::ErrorKind::invalid, "\"hours\": expected 1 to 8760");
    pause.until = now + std::chrono::hours(*number);
  }
  return pause;
}

}  // namespace

void list_pauses(flow::Keeper& keeper, Call call) {
  ask_keeper(keeper, std::move(call.reply), [](flow::JobDesk& desk, base::Instant) {
    std::vector<grid::Spot> running;
    for (const auto& [id, lease] : desk.running()) {
      const auto job = store::read_job(desk.db(), id);
      if (!job) return problem(job.error());
      running.push_back(flow::spot_of(*job));
    }
    List list;
    for (const auto& pause : desk.pauses()) {
      const auto there = std::ranges::count_if(
          running, [&](const grid::Spot& spot) { return grid::matches(pause, spot); });
      list.push_back(view_of(pause, static_cast<std::size_t>(there)));
    }
    return json_answer(200, Map{{"pauses", std::move(list)}});
  });
}

void add_pause(flow::Keeper& keeper, Call call) {
  ask_keeper(keeper, std::move(call.reply),
             [body = std::move(call.body)](flow::JobDesk& desk, base::Instant now) {
               auto pause = pause_in(body, now);
               if (!pause) return problem(pause.error());
               const auto id = desk.pause(std::move(*pause), now);
               if (!id) return problem(id.error());
               return json_answer(201, Map{{"pause", "p-" + std::to_string(*id)}});
             });
}

void lift_pause(flow::Keeper& keeper, Call call) {
  const auto id = number_of(call.id, "p-");
  if (!id) return call.reply(problem(id.error()));
  ask_keeper(keeper, std::move(call.reply), [id = *id](flow::JobDesk& desk, base::Instant now) {
    const auto lifted = desk.lift(id, now);
    return lifted ? json_answer(200, Map{}) : problem(lifted.error());
  });
}

void list_queues(flow::Keeper& keeper, Call call) {
  ask_keeper(keeper, std::move(call.reply), [](flow::JobDesk& desk, base::Instant) {
    const auto jobs = store::read_open_jobs(desk.db());
    if (!jobs) return problem(jobs.error());
    std::map<adt::QueueName, Depth> depths;
    for (const auto& job : *jobs) {
      auto& depth = depths[job.waiting.queue];
      ++depth.by_state[job.state];
      depth.oldest = std::min(depth.oldest, job.waiting.submitted);
    }
    return json_answer(200, view_of_depths(depths));
  });
}

void list_running(flow::Keeper& keeper, Call call) {
  ask_keeper(keeper, std::move(call.reply), [](flow::JobDesk& desk, base::Instant) {
    List list;
    for (const auto& [id, running] : desk.running()) {
      const auto job = store::read_job(desk.db(), id);
      if (!job) return problem(job.error());
      list.push_back(view_of(running, *job));
    }
    return json_answer(200, Map{{"running", std::move(list)}});
  });
}

void list_runs(flow::Keeper& keeper, Call call) {
  store::RunFilter filter;
  filter.package = call.target.parameter("package");
  filter.release = call.target.parameter("release");
  filter.arch = call.target.parameter("arch");
  filter.before = call.target.parameter("before");
  const auto limit = number_of(call.target.parameter("limit"), "").value_or(100);
  filter.limit = static_cast<std::size_t>(std::min(limit, kRunsMax));
  ask_keeper(keeper, std::move(call.reply), [filter](flow::JobDesk& desk, base::Instant) {
    const auto runs = store::list_runs(desk.db(), filter);
    if (!runs) return problem(runs.error());
    List list;
    // Of private containers nothing is told.
    for (const auto& run : *runs)
      if (!run.place.container.starts_with("private-")) list.push_back(view_of(run));
    return json_answer(200, Map{{"runs", std::move(list)}});
  });
}

void list_rejected(flow::Keeper& keeper, Call call) {
  ask_keeper(keeper, std::move(call.reply), [](flow::JobDesk& desk, base::Instant) {
    const auto rejected = store::list_rejected(desk.db(), 500);
    if (!rejected) return problem(rejected.error());
    List list;
    for (const auto& one : *rejected) list.push_back(view_of(one));
    return json_answer(200, Map{{"rejected", std::move(list)}});
  });
}

}  // namespace sluice::web
