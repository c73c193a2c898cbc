// /workers and /leases of the JSON interface: a worker's side of the queue. Source:
// testgrid 1.4, 5.1.
#include <utility>

#include "adt/job_json.h"
#include "queue/lease_json.h"
#include "web/api.h"

namespace sluice::web {
namespace {

using codec::Map;

// "j-7.2" with the worker that the body names.
base::Result<flow::LeaseRef> lease_in(const Call& call) {
  const auto dot = call.id.find('.');
  const auto job = number_of(call.id.substr(0, dot), "j-");
  if (!job) return std::unexpected(job.error());
  const auto epoch =
      dot == std::string::npos ? number_of("", "") : number_of(call.id.substr(dot + 1), "");
  if (!epoch) return std::unexpected(epoch.error());
  auto instance = queue::parse_instance(call.body);
  if (!instance) return std::unexpected(std::move(instance.error()));
  return flow::LeaseRef{*job, *epoch, call.body.text("worker"), std::move(*instance)};
}

sys::ServerResponse done_or(const base::Result<void>& done) {
  return done ? json_answer(200, Map{}) : problem(done.error());
}

void heartbeat(flow::Keeper& keeper, Call call, const flow::LeaseRef& lease) {
  auto progress = queue::parse_progress(call.body);
  if (!progress) return call.reply(problem(progress.error()));
  ask_keeper(keeper, std::move(call.reply),
             [lease, progress = std::move(*progress)](flow::JobDesk& desk, base::Instant now) {
               const auto order = desk.heartbeat(lease, progress, now);
               if (!order) return problem(order.error());
               return json_answer(200, Map{{"order", queue::text_of(*order)}});
             });
}

void complete(flow::Keeper& keeper, Call call, const flow::LeaseRef& lease) {
  auto end = adt::parse_attempt_end(call.body);
  if (!end) return call.reply(problem(end.error()));
  ask_keeper(keeper, std::move(call.reply),
             [lease, end = std::move(*end)](flow::JobDesk& desk, base::Instant now) {
               return done_or(desk.finish(lease, end, now));
             });
}

}  // namespace

void lease(flow::Keeper& keeper, Call call) {
  auto ask = queue::parse_lease_ask(call.id, call.body);
  if (!ask) return call.reply(problem(ask.error()));
  keeper.lease(std::move(*ask), [reply = std::move(call.reply)](
                                    const base::Result<std::optional<queue::Lease>>& lease) {
    if (!lease) return reply(problem(lease.error()));
    if (!*lease) return reply({204, {}, ""});
    reply(json_answer(200, queue::value_of(**lease)));
  });
}

void tell_of_lease(flow::Keeper& keeper, Call call) {
  const auto lease = lease_in(call);
  if (!lease) return call.reply(problem(lease.error()));
  if (call.action == "heartbeat") return heartbeat(keeper, std::move(call), *lease);
  if (call.action == "complete") return complete(keeper, std::move(call), *lease);
  if (call.action != "give_back")
    return call.reply(problem(404, "a worker says heartbeat, complete or give_back"));
  ask_keeper(keeper, std::move(call.reply),
             [lease = *lease, why = call.body.text("why")](flow::JobDesk& desk, base::Instant now) {
               return done_or(desk.give_back(lease, why, now));
             });
}

}  // namespace sluice::web
