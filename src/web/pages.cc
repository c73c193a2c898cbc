#include "web/pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "codec/html.h"
#include "queue/lease_json.h"
#include "web/views.h"

namespace sluice::web {
namespace {

using codec::escape_html;

constexpr std::string_view kStyle =
    "body{font:16px/1.4 sans-serif;margin:2em;max-width:80em}"
    "table{border-collapse:collapse;margin:1em 0}"
    "td,th{border:1px solid #999;padding:.2em .6em;text-align:left}"
    ".pass{background:#cfc}.fail{background:#fcc}.neutral{background:#eee}"
    ".tmpfail,.error{background:#ffd}pre{background:#eee;padding:.5em;overflow-x:auto}"
    "@media(prefers-color-scheme:dark){body{background:#222;color:#ddd}a{color:#9cf}"
    ".pass{background:#252}.fail{background:#622}.neutral{background:#333}"
    ".tmpfail,.error{background:#552}pre{background:#333}}";

std::string page(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title>"
      "<style>{1}</style></head>\n<body><p><a href=\"/\">Sluice</a></p><h1>{0}</h1>\n{2}"
      "</body></html>\n",
      escape_html(title), kStyle, body);
}

std::string link(const std::string& href, std::string_view text) {
  return fmt::format("<a href=\"{}\">{}</a>", escape_html(href), escape_html(text));
}

std::string package_link(const std::string& package, const std::string& release,
                         const std::string& arch) {
  const auto path = codec::percent_encode(package, codec::Slash::encode);
  return link(fmt::format("/packages/{}/{}/{}", path, release, arch), package);
}

// With what casts doubt on it: a reader must not hunt for a bug that is the network's.
std::string outcome_text(const store::RunRow& run) {
  const std::string outcome(adt::text_of(run.outcome));
  return run.suspicion.empty() ? outcome : outcome + ", " + escape_html(run.suspicion);
}

std::string file_links(const adt::RunPlace& place) {
  const auto files = "/results/" + codec::percent_encode(place.container, codec::Slash::keep) +
                     "/" + codec::percent_encode(place.directory, codec::Slash::keep);
  return fmt::format("{} {} {}", link(files + "/log.gz", "log"),
                     link(files + "/artifacts.tar.gz", "artifacts"),
                     link(files + "/result.tar", "result"));
}

std::string run_row(const store::RunRow& run) {
  const auto word = adt::page_word_of(run.outcome);
  return fmt::format(
      "<tr class=\"{}\"><td>{}</td><td>{}/{}</td><td>{}</td><td>{}</td><td>{}</td><td>{} s</td>"
      "<td>{}</td></tr>\n",
      word, package_link(run.package, run.release, run.arch), escape_html(run.release),
      escape_html(run.arch), escape_html(run.version), escape_html(run.triggers), outcome_text(run),
      run.duration.count(), file_links(run.place));
}

std::string run_table(const std::vector<store::RunRow>& runs) {
  std::string rows;
  for (const auto& run : runs)
    if (!run.place.container.starts_with("private-")) rows += run_row(run);
  if (rows.empty()) return "<p>No test has run yet.</p>\n";
  return "<table><tr><th>package</th><th>where</th><th>version</th><th>triggers</th>"
         "<th>outcome</th><th>took</th><th>files</th></tr>\n" +
         rows + "</table>\n";
}

// What becomes of what runs there; "" if it is left alone and nobody waits for it.
std::string mode_words(const grid::Pause& pause, const FrontFacts& facts) {
  if (pause.mode == grid::PauseMode::soft) return "";
  const auto left = std::ranges::count_if(facts.running, [&](const auto& one) {
    return grid::matches(pause, flow::spot_of(one.second));
  });
  if (left == 0) return "; nothing runs there any more";
  const auto* does = pause.mode == grid::PauseMode::drain ? "run to their end" : "are stopped";
  return fmt::format("; tests that {}: {}", does, left);
}

std::string state_sentence(const FrontFacts& facts) {
  if (facts.pauses.empty()) return "<p>The grid is running.</p>\n";
  std::string text;
  for (const auto& pause : facts.pauses)
    text +=
        fmt::format("<p>Paused since {}: {} ({}, by {}){}.</p>\n", base::iso_time_of(pause.since),
                    escape_html(grid::text_of(pause.scopes)), escape_html(pause.reason),
                    escape_html(pause.created_by), mode_words(pause, facts));
  return text;
}

std::string queue_table(const std::vector<store::OpenJob>& jobs) {
  struct QueueDepth {
    int queued = 0, held = 0, leased = 0;
  };
  std::map<adt::QueueName, QueueDepth> depths;
  for (const auto& job : jobs) {
    auto& depth = depths[job.waiting.queue];
    if (adt::is_leased(job.state)) ++depth.leased;
    if (job.state == adt::JobState::held) ++depth.held;
    if (job.state == adt::JobState::queued) ++depth.queued;
  }
  if (depths.empty()) return "<p>Nothing waits.</p>\n";
  std::string rows;
  for (const auto& [queue, depth] : depths)
    rows += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                        escape_html(queue.text()), depth.queued, depth.held, depth.leased);
  return "<table><tr><th>queue</th><th>waiting</th><th>held</th><th>running</th></tr>\n" + rows +
         "</table>\n";
}

// ", came to boot": as far as its log tells; "" if it does not.
std::string reached_words(const queue::Progress& progress) {
  return progress.reached ? fmt::format(", came to {}", adt::text_of(*progress.reached)) : "";
}

// To follow in the same paragraph, as readers of the page look for the log behind it; "" if its
// worker does not tell.
std::string load_line(const queue::HostLoad& load) {
  const auto text = queue::text_of(load);
  return text.empty() ? "" : "<br>On its host: " + text + ".";
}

std::string running_block(const flow::Running& running, const adt::Job& job, base::Instant now) {
  using std::chrono::duration_cast;
  const auto since = duration_cast<std::chrono::seconds>(now - running.began).count();
  if (job.request.is_private())
    return fmt::format("<h3>private-test on {}</h3><p>for {} s</p>\n",
                       escape_html(job.queue.text()), since);
  return fmt::format(
      "<h3 id=\"pkg-{0}\">{1} on {2}/{3}</h3><p>{4} for {5} s{6}, worker {7}, "
      "{8}{9}</p><pre>{10}</pre>\n",
      escape_html(job.request.package),
      package_link(job.request.package, job.queue.release, job.queue.arch),
      escape_html(job.queue.release), escape_html(job.queue.arch),
      queue::text_of(running.progress.phase), since, reached_words(running.progress),
      escape_html(running.worker), escape_html(adt::message_json(job.request)),
      load_line(running.progress.load), escape_html(running.progress.log_tail));
}

// What the worker said last, on the page of the job.
std::string now_block(const queue::Progress& progress) {
  const auto test = progress.test.empty() ? "" : ", test " + progress.test;
  return fmt::format("<p>Now: {} for {} s{}{}, {} bytes of log.{}</p>\n",
                     queue::text_of(progress.phase), progress.duration.count(), escape_html(test),
                     reached_words(progress), progress.log_bytes, load_line(progress.load));
}

std::string evidence_row(const adt::Evidence& evidence) {
  return fmt::format("<tr><td>{} s</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                     evidence.at.count(), adt::text_of(evidence.kind), escape_html(evidence.detail),
                     adt::text_of(evidence.source), adt::text_of(evidence.weight));
}

// Also those of runs that are nobody's verdict: they stand in no list of runs.
std::string files_line(const adt::AttemptEnd& end) {
  if (end.place.directory.empty()) return "";
  const auto late = adt::late_outcome(end);
  return fmt::format(
      "<p>{}: {}</p>\n",
      late ? fmt::format("Late result {}, which does not count", adt::text_of(*late)) : "Files",
      file_links(end.place));
}

// How it ended, how far it came, and on what that rests.
std::string attempt_block(const store::Attempt& attempt) {
  const auto& end = attempt.end;
  auto text = fmt::format("<h3>Attempt {} on {}: {}</h3>\n", attempt.epoch,
                          escape_html(attempt.worker), end ? adt::text_of(end->outcome) : "runs");
  if (!end) return text;
  text +=
      fmt::format("<p>{} (blame: {})</p>\n", escape_html(end->detail), adt::text_of(end->blame));
  text += files_line(*end);
  const auto& proof = end->proof;
  if (proof.phase) text += fmt::format("<p>It came to {}.</p>\n", adt::text_of(*proof.phase));
  if (!proof.rule.empty())
    text += fmt::format("<p>The rule {} decided.</p>\n", escape_html(proof.rule));
  if (proof.evidence.empty()) return text;
  text += "<table><tr><th>after</th><th>what</th><th>seen</th><th>from</th><th>weight</th></tr>\n";
  for (const auto& each : proof.evidence) text += evidence_row(each);
  return text + "</table>\n";
}

std::string open_line(const adt::Job& job) {
  std::string why;
  for (const auto& hold : job.holds) why += "; " + hold.text;
  return fmt::format("<li>{}: {}{}, triggers {}</li>\n",
                     link(fmt::format("/jobs/j-{}", job.id), fmt::format("j-{}", job.id)),
                     adt::text_of(job.state), escape_html(why),
                     escape_html(base::join(job.request.triggers, " ")));
}

}  // namespace

std::string front_page(const FrontFacts& facts, base::Instant now) {
  auto body = state_sentence(facts) + "<h2>Queues</h2>\n" + queue_table(facts.open) +
              "<h2 id=\"running\">Running</h2>\n";
  for (const auto& [running, job] : facts.running) body += running_block(running, job, now);
  if (facts.running.empty()) body += "<p>No test is running.</p>\n";
  if (!facts.mirrors.empty()) body += "<h2>Mirrors</h2>\n<ul>";
  for (const auto& line : facts.mirrors) body += "<li>" + escape_html(line) + "</li>\n";
  if (!facts.mirrors.empty()) body += "</ul>\n";
  return page("Tests", body + "<h2>Latest runs</h2>\n" + run_table(facts.recent));
}

std::string package_page(const PackageFacts& facts) {
  std::string waiting;
  for (const auto& job : facts.open)
    if (!job.request.is_private()) waiting += open_line(job);
  if (!waiting.empty()) waiting = "<h2>Waiting and running</h2>\n<ul>" + waiting + "</ul>\n";
  const auto title = facts.package + (facts.release.empty() ? "" : " on " + facts.release) +
                     (facts.arch.empty() ? "" : "/" + facts.arch);
  return page(title, waiting + "<h2>Runs</h2>\n" + run_table(facts.runs));
}

std::string job_page(const JobFacts& facts) {
  const auto& [job, attempts, history, running] = facts;
  if (job.request.is_private())
    return page(fmt::format("Job j-{}", job.id), "<p>This is a private test.</p>\n");
  auto body = fmt::format("<p>{} on {}, {}</p>\n<pre>{}</pre>\n",
                          package_link(job.request.package, job.queue.release, job.queue.arch),
                          escape_html(job.queue.text()), adt::text_of(job.state),
                          escape_html(adt::message_json(job.request)));
  for (const auto& hold : job.holds)
    body += fmt::format("<p>Waits since {}: {}</p>\n", base::iso_time_of(hold.since),
                        escape_html(hold.text));
  if (running != nullptr) body += now_block(running->progress);
  if (!job.end_note.empty()) body += "<p>" + escape_html(job.end_note) + "</p>\n";
  if (!attempts.empty()) body += "<h2>Attempts</h2>\n";
  for (const auto& attempt : attempts) body += attempt_block(attempt);
  body += "<h2>What happened</h2>\n<ul>";
  for (const auto& line : history) body += "<li>" + escape_html(line) + "</li>\n";
  return page(fmt::format("Job j-{}", job.id), body + "</ul>\n");
}

}  // namespace sluice::web
