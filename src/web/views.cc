#include "web/views.h"

#include <optional>

#include "adt/job_json.h"
#include "adt/names.h"
#include "codec/json.h"
#include "queue/lease_json.h"

namespace sluice::web {
namespace {

using codec::List;
using codec::Map;

// Bodies are kept as they came: a message, or a request of the interface. Nothing of one that
// cannot be read, was cut, or is private.
std::optional<adt::RequestMessage> request_in(std::string_view body) {
  auto request = adt::parse_message(body);
  if (const auto json = codec::parse_json(body); json && json->map() != nullptr) {
    const auto* parameters = json->find("parameters");
    request = adt::read_message(json->text("package"),
                                parameters == nullptr ? codec::Value(Map()) : *parameters);
  }
  if (!request || request->is_private()) return std::nullopt;
  return std::move(*request);
}

// Of a body that is no request: what should be its package, if that is a name, and if nothing in
// the rest could make the run a private one.
std::string package_in(std::string_view body) {
  for (const std::string_view word : {"@", "swiftuser", "readable-by"})
    if (body.contains(word)) return "";
  auto word = std::string(body.substr(0, body.find_first_of(" \t\r\n")));
  if (const auto json = codec::parse_json(body); json && json->map() != nullptr)
    word = json->text("package");
  return adt::check_package(word) ? word : "";
}

std::string job_text(std::int64_t id) { return "j-" + std::to_string(id); }

}  // namespace

codec::Value view_of(const adt::Job& job) {
  Map map{{"job", job_text(job.id)},
          {"queue", job.queue.text()},
          {"state", adt::text_of(job.state)},
          {"class", adt::text_of(job.job_class)},
          {"submitted", base::iso_time_of(job.submitted)},
          {"attempts", job.attempt}};
  if (job.request.is_private()) {
    map.emplace("package", "private-test");
    return map;
  }
  map.emplace("package", job.request.package);
  map.emplace("parameters", *codec::parse_json(adt::message_json(job.request)));
  map.emplace("producer", job.producer);
  if (!job.worker.empty()) map.emplace("worker", job.worker);
  if (job.outcome) map.emplace("outcome", adt::text_of(*job.outcome));
  if (job.suspect_reruns > 0) map.emplace("suspect_reruns", job.suspect_reruns);
  if (!job.end_note.empty()) map.emplace("note", job.end_note);
  if (job.state == adt::JobState::queued && job.not_before > job.submitted)
    map.emplace("not_before", base::iso_time_of(job.not_before));
  if (job.hold_deadline) map.emplace("hold_deadline", base::iso_time_of(*job.hold_deadline));
  List holds;
  for (const auto& hold : job.holds)
    holds.emplace_back(Map{{"kind", adt::text_of(hold.kind)},
                           {"ref", hold.ref},
                           {"since", base::iso_time_of(hold.since)},
                           {"text", hold.text}});
  if (!holds.empty()) map.emplace("holds", std::move(holds));
  if (!job.excluded_hosts.empty()) map.emplace("avoids", codec::list_of(job.excluded_hosts));
  return map;
}

codec::Value view_of(const store::Attempt& attempt) {
  Map map{{"epoch", attempt.epoch},
          {"worker", attempt.worker},
          {"began", base::iso_time_of(attempt.began)}};
  if (attempt.ended) map.emplace("ended", base::iso_time_of(*attempt.ended));
  if (!attempt.end) return map;
  map.emplace("end", adt::value_of(*attempt.end));
  if (const auto late = adt::late_outcome(*attempt.end)) map.emplace("late", adt::text_of(*late));
  return map;
}

codec::Value view_of(const store::EventRow& event) {
  return Map{{"seq", event.seq},
             {"at", base::iso_time_of(event.at)},
             {"what", adt::text_of(event.event)},
             {"data", adt::value_of(event.event)}};
}

codec::Value view_of(const store::RunRow& run) {
  Map map{{"run", run.run_id},
          {"release", run.release},
          {"arch", run.arch},
          {"package", run.package},
          {"version", run.version},
          {"triggers", run.triggers},
          {"requester", run.requester},
          {"outcome", adt::text_of(run.outcome)},
          {"word", adt::page_word_of(run.outcome)},
          {"exit_code", run.exit_code},
          {"duration", static_cast<std::int64_t>(run.duration.count())},
          {"files", "/results/" + run.place.container + "/" + run.place.directory}};
  if (run.job != 0) map.emplace("job", job_text(run.job));
  if (!run.suspicion.empty()) map.emplace("suspicion", run.suspicion);
  if (!run.env.empty()) map.emplace("env", run.env);
  return map;
}

codec::Value view_of(const store::Rejected& rejected) {
  Map map{{"at", base::iso_time_of(rejected.at)},
          {"source", rejected.source},
          {"queue", rejected.queue},
          {"reason", rejected.reason}};
  if (const auto request = request_in(rejected.body)) {
    map.emplace("package", request->package);
    map.emplace("parameters", adt::params_of(*request));
  } else if (auto package = package_in(rejected.body); !package.empty()) {
    map.emplace("package", std::move(package));
  }
  return map;
}

codec::Value view_of(const grid::Pause& pause, std::size_t running) {
  Map map{{"pause", pause.ref()},
          {"scope", grid::text_of(pause.scopes)},
          {"mode", grid::text_of(pause.mode)},
          {"origin", pause.origin},
          {"reason", pause.reason},
          {"created_by", pause.created_by},
          {"since", base::iso_time_of(pause.since)},
          {"running", static_cast<std::int64_t>(running)}};
  if (pause.until) map.emplace("until", base::iso_time_of(*pause.until));
  return map;
}

codec::Value view_of(const flow::Running& running, const adt::Job& job) {
  auto value = view_of(job);
  auto& map = std::get<Map>(value);
  map.emplace("worker", running.worker);
  map.emplace("began", base::iso_time_of(running.began));
  map.merge(std::get<Map>(progress_of(running, job)));
  if (!job.request.is_private()) map.emplace("log_tail", running.progress.log_tail);
  return value;
}

codec::Value progress_of(const flow::Running& running, const adt::Job& job) {
  const auto& progress = running.progress;
  Map map{{"phase", queue::text_of(progress.phase)},
          {"duration", static_cast<std::int64_t>(progress.duration.count())}};
  if (job.request.is_private()) return map;
  map.emplace("log_bytes", static_cast<std::int64_t>(progress.log_bytes));
  map.emplace("test", progress.test);
  if (progress.reached) map.emplace("reached", adt::text_of(*progress.reached));
  queue::add_to(map, progress.load);
  return map;
}

}  // namespace sluice::web
