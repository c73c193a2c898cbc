#include "web/site.h"

#include "adt/job_json.h"
#include "codec/json.h"
#include "store/attempt_rows.h"
#include "store/event_rows.h"
#include "web/pages.h"
#include "web/views.h"

namespace sluice::web {
namespace {

constexpr std::size_t kRecent = 20;
constexpr std::size_t kHistory = 1'000;

sys::ServerResponse html(std::string text) {
  // Nothing of ours runs scripts or is shown in a frame; texts of packages are escaped, and this is
  // the second wall.
  return {200,
          {{"Content-Type", "text/html; charset=utf-8"},
           {"Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"},
           {"X-Content-Type-Options", "nosniff"}},
          std::move(text)};
}

base::Result<FrontFacts> front_facts(flow::JobDesk& desk) {
  FrontFacts facts;
  facts.pauses = desk.pauses();
  auto open = store::read_open_jobs(desk.db());
  if (!open) return std::unexpected(open.error());
  facts.open = std::move(*open);
  for (const auto& [id, running] : desk.running()) {
    auto job = store::read_job(desk.db(), id);
    if (!job) return std::unexpected(job.error());
    facts.running.emplace_back(running, std::move(*job));
  }
  auto recent = store::list_runs(desk.db(), {.limit = kRecent});
  if (!recent) return std::unexpected(recent.error());
  facts.recent = std::move(*recent);
  return facts;
}

void front(flow::Keeper& keeper, std::vector<std::string> mirrors, sys::HttpServer::Reply reply) {
  ask_keeper(keeper, std::move(reply), [mirrors](flow::JobDesk& desk, base::Instant now) {
    auto facts = front_facts(desk);
    if (facts) facts->mirrors = mirrors;
    return facts ? html(front_page(*facts, now)) : problem(facts.error());
  });
}

// /packages/PKG[/RELEASE[/ARCH]], also with the pool prefix of PKG before it (autopkgtest 5.1).
void package(flow::Keeper& keeper, std::vector<std::string> names, sys::HttpServer::Reply reply) {
  names.erase(names.begin());
  if (names.size() > 1 && names[0] == adt::pool_prefix(names[1])) names.erase(names.begin());
  if (names.size() > 3) return reply(problem(404, "there is no page of this name"));
  names.resize(3);
  PackageFacts facts{names[0], names[1], names[2], {}, {}};
  ask_keeper(keeper, std::move(reply), [facts](flow::JobDesk& desk, base::Instant) mutable {
    auto runs = store::list_runs(desk.db(), {.package = facts.package,
                                             .release = facts.release,
                                             .arch = facts.arch,
                                             .limit = kHistory});
    if (!runs) return problem(runs.error());
    auto open = store::list_jobs(desk.db(), {.release = facts.release,
                                             .arch = facts.arch,
                                             .package = facts.package,
                                             .open_only = true});
    if (!open) return problem(open.error());
    facts.runs = std::move(*runs);
    facts.open = std::move(*open);
    return html(package_page(facts));
  });
}

// The evidence stands with its attempt.
std::string event_line(const store::EventRow& row) {
  auto event = row.event;
  if (auto* ended = std::get_if<adt::AttemptEnded>(&event)) ended->end.proof.evidence.clear();
  return base::iso_time_of(row.at) + " " + std::string(adt::text_of(event)) + " " +
         codec::to_json(adt::value_of(event), codec::JsonStyle::compact);
}

void job(flow::Keeper& keeper, const std::string& id, sys::HttpServer::Reply reply) {
  const auto number = number_of(id, "j-");
  if (!number) return reply(problem(number.error()));
  ask_keeper(keeper, std::move(reply), [id = *number](flow::JobDesk& desk, base::Instant) {
    const auto job = store::read_job(desk.db(), id);
    if (!job) return problem(job.error());
    const auto events = store::events_of(desk.db(), id);
    if (!events) return problem(events.error());
    std::vector<std::string> history{base::iso_time_of(job->submitted) + " asked by " +
                                     job->producer};
    for (const auto& event : *events) history.push_back(event_line(event));
    const auto attempts = store::read_attempts(desk.db(), id);
    if (!attempts) return problem(attempts.error());
    const auto at = desk.running().find(id);
    const bool told = at != desk.running().end() && at->second.heard;
    return html(job_page({*job, *attempts, history, told ? &at->second : nullptr}));
  });
}

std::string health_text(const std::vector<std::string>& mirrors) {
  std::string text = "ok\n";
  for (const auto& line : mirrors) text += line + "\n";
  return text;
}

}  // namespace

void Site::answer(const sys::ServerRequest& request, sys::HttpServer::Reply reply) {
  auto target = parse_target(request.target);
  if (!target) return reply(problem(target.error()));
  const auto& path = target->path;
  const auto first = path.empty() ? std::string() : path.front();
  if (first == "api" && path.size() > 1 && path[1] == "v1")
    return api_.answer(request, std::move(*target), std::move(reply));
  if (first == "results" && results_) return reply(results_(request));
  if (first == "static" && path.size() == 2 && static_) return reply(static_(path[1]));
  const auto mirrors = mirrors_ ? mirrors_() : std::vector<std::string>();
  // A mirror that is down is told of, but this server is well.
  if (first == "healthz")
    return reply({200, {{"Content-Type", "text/plain; charset=utf-8"}}, health_text(mirrors)});
  if (request.method != "GET" && request.method != "HEAD")
    return reply(problem(405, "pages are only read"));
  if (first.empty() || first == "running") return front(keeper_, mirrors, std::move(reply));
  if (first == "packages" && path.size() >= 2 && path.size() <= 5)
    return package(keeper_, path, std::move(reply));
  if (first == "jobs" && path.size() == 2) return job(keeper_, path[1], std::move(reply));
  reply(problem(404, "there is no page of this name"));
}

}  // namespace sluice::web
