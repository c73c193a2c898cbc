#include "cli/cmd_grid.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "adt/outcome.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/cmd_mirror.h"
#include "cli/cmd_results.h"
#include "cli/cmd_serve.h"
#include "cli/follow_log.h"
#include "cli/tokens.h"
#include "codec/compress.h"
#include "codec/html.h"
#include "codec/json.h"
#include "queue/host_load.h"
#include "sys/secret.h"
#include "sys/terminal.h"
#include "web/views.h"

namespace sluice::cli {
namespace {

using codec::List;
using codec::Map;
using codec::Value;
using Rows = std::vector<std::vector<std::string>>;

constexpr std::chrono::seconds kLogPoll{2};
constexpr std::uint64_t kLogMax = std::uint64_t{1} << 30;  // a log that is longer is cut by workers

int grid_failure(GridParties& parties, const base::Error& error) {
  parties.complain(error.text());
  return error.kind == base::ErrorKind::denied ? 6 : 1;
}

void print_answer(GridParties& parties, const Value& value) {
  parties.print(codec::to_json(value, codec::JsonStyle::indented) + "\n");
}

List list_in(const Value& value, std::string_view key) {
  const auto* found = value.find(key);
  return found == nullptr || !found->list() ? List() : *found->list();
}

std::string triggers_in(const Value& job) {
  const auto* parameters = job.find("parameters");
  if (parameters == nullptr) return "";
  std::vector<std::string> triggers;
  for (const auto& trigger : list_in(*parameters, "triggers"))
    if (trigger.string()) triggers.push_back(*trigger.string());
  return base::join(triggers, " ");
}

std::string first_hold(const Value& job) {
  const auto holds = list_in(job, "holds");
  return holds.empty() ? "" : member(holds.front(), "text");
}

std::vector<std::string> job_row(const Value& job) {
  return {member(job, "job"),   member(job, "state"), member(job, "package"),
          member(job, "queue"), triggers_in(job),     first_hold(job)};
}

std::string query_of(const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    query += query.empty() ? '?' : '&';
    query += name + "=" + codec::percent_encode(value, codec::Slash::encode);
  }
  return query;
}

// All pages of a list of jobs. Errors: of the client.
base::Result<List> all_jobs(GridClient& client,
                            std::vector<std::pair<std::string, std::string>> parameters) {
  List jobs;
  parameters.emplace_back("limit", "500");
  parameters.emplace_back("after", "");
  while (true) {
    const auto page = client.get("/api/v1/jobs" + query_of(parameters));
    if (!page) return std::unexpected(page.error());
    const auto list = list_in(*page, "jobs");
    jobs.insert(jobs.end(), list.begin(), list.end());
    if (list.size() < 500) return jobs;
    parameters.back().second = member(list.back(), "job");
  }
}

int show_counts(const QueueArguments& arguments, GridParties& parties) {
  const auto answer = parties.client.get("/api/v1/queues");
  if (!answer) return grid_failure(parties, answer.error());
  if (arguments.json) return print_answer(parties, *answer), 0;
  Rows rows{{"QUEUE", "QUEUED", "HELD", "RUNNING", "OLDEST"}};
  const auto is_asked = [](const std::string& asked, const std::string& there) {
    return asked.empty() || asked == there;
  };
  for (const auto& queue : list_in(*answer, "queues")) {
    if (!is_asked(arguments.release, member(queue, "release"))) continue;
    if (!is_asked(arguments.arch, member(queue, "arch"))) continue;
    std::int64_t running = 0;
    for (const auto* state : {"preparing", "running", "collecting", "cancelling"})
      if (const auto* count = queue.find(state))
        if (const auto* number = std::get_if<std::int64_t>(count)) running += *number;
    rows.push_back({member(queue, "queue"), member(queue, "queued"), member(queue, "held"),
                    std::to_string(running), member(queue, "oldest")});
  }
  parties.print(rows.size() == 1 ? "nothing waits\n" : table_text(rows, parties.terminal));
  return 0;
}

int show_rejected(const QueueArguments& arguments, GridParties& parties) {
  const auto answer = parties.client.get("/api/v1/rejected");
  if (!answer) return grid_failure(parties, answer.error());
  if (arguments.json) return print_answer(parties, *answer), 0;
  Rows rows;
  for (const auto& one : list_in(*answer, "rejected")) {
    const auto* parameters = one.find("parameters");
    const bool is_empty = parameters == nullptr || !parameters->map() || parameters->map()->empty();
    rows.push_back({member(one, "at"), member(one, "source"), member(one, "queue"),
                    member(one, "package"), member(one, "reason"),
                    is_empty ? "" : codec::to_json(*parameters, codec::JsonStyle::compact)});
  }
  parties.print(table_text(rows, parties.terminal));
  return 0;
}

// What decided or is in doubt; all of it is in the JSON and on the page.
std::vector<std::string> evidence_lines(const Value& end) {
  std::vector<std::string> lines;
  if (const auto phase = member(end, "phase"); !phase.empty()) lines.push_back("came to " + phase);
  for (const auto& each : list_in(end, "evidence")) {
    const auto weight = member(each, "weight");
    if (weight != "decides" && weight != "doubts") continue;
    lines.push_back(weight + ": " + member(each, "kind") + " " + member(each, "detail"));
  }
  return lines;
}

// What runs now, as its worker said it last; nothing of a job that does not run.
void add_progress(Rows& rows, const Value& job) {
  const auto* progress = job.find("progress");
  if (progress == nullptr) return;
  auto now = fmt::format("{} for {} s", member(*progress, "phase"), member(*progress, "duration"));
  if (const auto test = member(*progress, "test"); !test.empty()) now += ", test " + test;
  if (const auto at = member(*progress, "reached"); !at.empty()) now += ", came to " + at;
  rows.push_back({"now", now + fmt::format(", {} bytes of log", member(*progress, "log_bytes"))});
  const auto load = queue::parse_host_load(*progress);
  if (load && *load != queue::HostLoad{}) rows.push_back({"its host", queue::text_of(*load)});
}

void print_job(GridParties& parties, const Value& job) {
  Rows rows{{"job", member(job, "job")},       {"package", member(job, "package")},
            {"queue", member(job, "queue")},   {"triggers", triggers_in(job)},
            {"state", member(job, "state")},   {"outcome", member(job, "outcome")},
            {"worker", member(job, "worker")}, {"submitted", member(job, "submitted")},
            {"waits for", first_hold(job)},    {"until", member(job, "hold_deadline")},
            {"note", member(job, "note")}};
  std::erase_if(rows, [](const auto& row) { return row[1].empty(); });
  add_progress(rows, job);
  for (const auto& attempt : list_in(job, "history")) {
    const auto* end = attempt.find("end");
    const Value nothing;
    const auto& said = end == nullptr ? nothing : *end;
    rows.push_back({"attempt " + member(attempt, "epoch"),
                    member(attempt, "began") + " on " + member(attempt, "worker") + ": " +
                        (end == nullptr ? "runs" : member(said, "outcome")) + " " +
                        member(said, "detail")});
    for (auto& line : evidence_lines(said)) rows.push_back({"", std::move(line)});
    if (const auto late = member(attempt, "late"); !late.empty())
      rows.push_back({"", "late result " + late + " in " + member(said, "container") + "/" +
                              member(said, "directory")});
  }
  parties.print(table_text(rows, parties.terminal));
}

bool is_wanted(const Value& job, const RetryArguments& arguments, base::Instant now) {
  const auto outcome = member(job, "outcome");
  const bool has_outcome =
      std::ranges::find(arguments.outcomes, outcome) != arguments.outcomes.end();
  if (arguments.state == "done" && !has_outcome) return false;
  if (job.find("parameters") == nullptr) return false;  // a private one: its owner retries it
  if (!arguments.trigger.empty()) {
    const auto triggers = triggers_in(job);
    const auto words = base::split_words(triggers);
    const bool named = std::ranges::any_of(words, [&](std::string_view word) {
      return word == arguments.trigger || word.starts_with(arguments.trigger + "/");
    });
    if (!named) return false;
  }
  // Texts of this form are ordered as their times are.
  const auto submitted = member(job, "submitted");
  const auto at = [&](int hours) { return base::iso_time_of(now - std::chrono::hours(hours)); };
  if (arguments.min_age_hours > 0 && submitted > at(arguments.min_age_hours)) return false;
  return arguments.max_age_hours == 0 || submitted >= at(arguments.max_age_hours);
}

int print_log(const Value& job, GridParties& parties) {
  const auto history = list_in(job, "history");
  for (auto at = history.rbegin(); at != history.rend(); ++at) {
    const auto* end = at->find("end");
    if (end == nullptr || member(*end, "directory").empty()) continue;
    const auto path = "/results/" + member(*end, "container") + "/" + member(*end, "directory");
    const auto packed =
        parties.client.fetch(codec::percent_encode(path + "/log.gz", codec::Slash::keep));
    if (!packed) return grid_failure(parties, packed.error());
    const auto text = codec::decompress(*packed, kLogMax);
    if (!text) return grid_failure(parties, text.error());
    parties.print(log_text(*text, parties.terminal));
    return 0;
  }
  parties.complain("no attempt of this job has left a log");
  return 1;
}

}  // namespace

int run_queue(const QueueArguments& arguments, GridParties& parties) {
  if (arguments.rejected) return show_rejected(arguments, parties);
  if (!arguments.jobs && arguments.state.empty() && arguments.package.empty())
    return show_counts(arguments, parties);
  const auto jobs = all_jobs(parties.client, {{"state", arguments.state},
                                              {"release", arguments.release},
                                              {"arch", arguments.arch},
                                              {"package", arguments.package},
                                              {"open", arguments.state.empty() ? "1" : ""}});
  if (!jobs) return grid_failure(parties, jobs.error());
  if (arguments.json) return print_answer(parties, *jobs), 0;
  Rows rows;
  for (const auto& job : *jobs) rows.push_back(job_row(job));
  parties.print(table_text(rows, parties.terminal));
  return 0;
}

int run_job(const JobArguments& arguments, GridParties& parties) {
  const auto path = "/api/v1/jobs/" + codec::percent_encode(arguments.id, codec::Slash::encode);
  Map body{{"by", arguments.by.empty() ? parties.user : arguments.by}};
  if (!arguments.reason.empty()) body.emplace("reason", arguments.reason);
  if (!arguments.kind.empty()) body.emplace("kind", arguments.kind);
  if (!arguments.ref.empty()) body.emplace("ref", arguments.ref);
  if (arguments.hours > 0) body.emplace("hours", arguments.hours);
  const auto job = arguments.action == "show"
                       ? parties.client.get(path)
                       : parties.client.post(path + ":" + arguments.action, body);
  if (!job) return grid_failure(parties, job.error());
  if (arguments.json)
    print_answer(parties, *job);
  else
    print_job(parties, *job);
  return 0;
}

int run_retry(const RetryArguments& arguments, GridParties& parties) {
  for (const auto& outcome : arguments.outcomes) {
    if (adt::parse_outcome(outcome)) continue;
    parties.complain("\"" + outcome + "\" is no outcome, as FAIL or NEUTRAL are");
    return 2;
  }
  if (arguments.regressions && arguments.state != "done") {
    parties.complain("--regressions: what is " + arguments.state + " has no result");
    return 2;
  }
  // A newer job for the same has said more since, or will.
  const auto jobs = all_jobs(parties.client, {{"state", arguments.state},
                                              {"release", arguments.release},
                                              {"arch", arguments.arch},
                                              {"package", arguments.package},
                                              {"newest", "1"},
                                              {"regressions", arguments.regressions ? "1" : ""}});
  if (!jobs) return grid_failure(parties, jobs.error());
  const auto by = arguments.by.empty() ? parties.user : arguments.by;
  int failed = 0;
  for (const auto& job : *jobs) {
    if (!is_wanted(job, arguments, parties.clock.now())) continue;
    const auto id = member(job, "job");
    parties.print(table_text({job_row(job)}, parties.terminal));
    if (arguments.dry_run) continue;
    const auto done = parties.client.post("/api/v1/jobs/" + id + ":retry", Map{{"by", by}});
    if (done) continue;
    parties.complain(id + ": " + done.error().text());
    ++failed;
  }
  return failed == 0 ? 0 : 1;
}

int run_log(const LogArguments& arguments, GridParties& parties) {
  const auto path = "/api/v1/jobs/" + codec::percent_encode(arguments.id, codec::Slash::encode);
  LogFollower follower(arguments.id, parties);
  while (true) {
    // Before the log: of a job that is over there, all of it is told.
    const auto job = parties.client.get(path);
    if (!job) return grid_failure(parties, job.error());
    const auto state = member(*job, "state");
    const bool over = state == "done" || state == "excluded" || state == "cancelled" ||
                      state == "superseded" || state == "aborted_infra";
    if (!arguments.follow || (over && !follower.has_printed())) return print_log(*job, parties);
    if (const auto printed = follower.print_news(); !printed)
      return grid_failure(parties, printed.error());
    if (over) return follower.end(), 0;
    parties.waiter.wait(kLogPoll);
  }
}

namespace {

// Tests run for minutes to hours, and each look costs the controller a list of them.
constexpr std::chrono::seconds kDrainPoll{5};

// Returns once nothing runs in the scope of the pause. Interrupted, the pause stays.
int wait_until_drained(const std::string& pause, GridParties& parties) {
  while (true) {
    const auto answer = parties.client.get("/api/v1/pauses");
    if (!answer && answer.error().kind != base::ErrorKind::unavailable)
      return grid_failure(parties, answer.error());
    if (answer) {
      const auto pauses = list_in(*answer, "pauses");
      const auto at = std::ranges::find_if(
          pauses, [&](const Value& one) { return member(one, "pause") == pause; });
      if (at == pauses.end()) {
        parties.complain(pause + " has ended before all that ran there did");
        return 1;
      }
      if (member(*at, "running") == "0") return 0;
    }
    parties.waiter.wait(kDrainPoll);
  }
}

}  // namespace

int run_pause(const PauseArguments& arguments, GridParties& parties) {
  if (arguments.action == "lift") {
    if (arguments.id.empty()) {
      parties.complain("pause lift: which one? Its number is in \"sluice pause list\"");
      return 2;
    }
    const auto lifted = parties.client.remove(
        "/api/v1/pauses/" + codec::percent_encode(arguments.id, codec::Slash::encode));
    return lifted ? 0 : grid_failure(parties, lifted.error());
  }
  if (arguments.action == "add") {
    Map body{{"scope", arguments.scope},
             {"reason", arguments.reason},
             {"mode", arguments.mode},
             {"by", arguments.by.empty() ? parties.user : arguments.by}};
    if (!arguments.service.empty()) body.emplace("service", arguments.service);
    if (arguments.hours > 0) body.emplace("hours", arguments.hours);
    const auto made = parties.client.post("/api/v1/pauses", body);
    if (!made) return grid_failure(parties, made.error());
    const auto pause = member(*made, "pause");
    parties.print(pause + "\n");
    return arguments.mode == "drain" ? wait_until_drained(pause, parties) : 0;
  }
  const auto answer = parties.client.get("/api/v1/pauses");
  if (!answer) return grid_failure(parties, answer.error());
  if (arguments.json) return print_answer(parties, *answer), 0;
  Rows rows;
  for (const auto& pause : list_in(*answer, "pauses"))
    rows.push_back({member(pause, "pause"), member(pause, "scope"), member(pause, "mode"),
                    member(pause, "since"), member(pause, "created_by"), member(pause, "reason"),
                    member(pause, "running")});
  parties.print(rows.empty() ? "nothing is paused\n" : table_text(rows, parties.terminal));
  return 0;
}

int run_token(const TokenArguments& arguments, sys::FileSystem& files) {
  const auto done = make_token(
      files, arguments.state + "/tokens", arguments.role, arguments.name,
      [&](const std::string& token) { return sys::write_secret(arguments.file, token + "\n"); });
  if (done) return 0;
  (void)std::fprintf(stderr, "sluice: %s\n", done.error().text().c_str());
  return 1;
}

namespace {

struct Runner {
  sys::FileSystem& files;
  sys::Clock& clock;

  int operator()(const ServeArguments& arguments) const {
    return run_serve(arguments, files, clock);
  }
  int operator()(const TokenArguments& arguments) const { return run_token(arguments, files); }
  int operator()(const ResultsArguments& arguments) const {
    return run_results(arguments, files, clock);
  }
  int operator()(const MirrorArguments& arguments) const {
    const auto http = sys::curl_http_client();
    const auto processes = sys::posix_processes();
    const auto waiter = sys::system_waiter();
    return run_mirror(arguments, {*http, files, *processes, *waiter, clock, stdout, stderr});
  }
  int operator()(const RequestArguments& a) const { return with(a, &run_request); }
  int operator()(const QueueArguments& a) const { return with(a, &run_queue); }
  int operator()(const JobArguments& a) const { return with(a, &run_job); }
  int operator()(const RetryArguments& a) const { return with(a, &run_retry); }
  int operator()(const LogArguments& a) const { return with(a, &run_log); }
  int operator()(const PauseArguments& a) const { return with(a, &run_pause); }

  template <class Arguments>
  int with(const Arguments& arguments, int (*run)(const Arguments&, GridParties&)) const {
    const auto complain = [](std::string_view line) {
      (void)std::fprintf(stderr, "sluice: %.*s\n", static_cast<int>(line.size()), line.data());
    };
    const auto http = sys::curl_http_client();
    auto client = GridClient::open(*http, files, arguments.server);
    if (!client) return complain(client.error().text()), 1;
    const auto waiter = sys::system_waiter();
    const char* user = std::getenv("USER");
    GridParties parties{*client,
                        clock,
                        *waiter,
                        sys::is_terminal(sys::Stream::output),
                        user == nullptr || *user == '\0' ? "unknown" : user,
                        [](std::string_view text) {
                          (void)std::fwrite(text.data(), 1, text.size(), stdout);
                          (void)std::fflush(stdout);
                        },
                        complain};
    return run(arguments, parties);
  }
};

}  // namespace

int run_grid(const GridArguments& arguments, sys::FileSystem& files, sys::Clock& clock) {
  return std::visit(Runner{files, clock}, arguments);
}

}  // namespace sluice::cli
