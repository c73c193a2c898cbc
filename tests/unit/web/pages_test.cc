#include "web/pages.h"

#include <doctest/doctest.h>

#include "support/jobs.h"

namespace sluice::web {
namespace {

const std::string kHostile = "<script>alert('\"&</script>";

adt::Job hostile_job() {
  auto job = test::job_for(kHostile, kHostile + "/1");
  job.id = 7;
  job.state = adt::JobState::held;
  job.holds = {{adt::HoldKind::poison, "", test::kNow, {}, kHostile}};
  job.end_note = kHostile;
  return job;
}

adt::Job private_job() {
  auto job = test::job_for("secret", "hidden/1");
  job.id = 8;
  job.request.readable_by = {"jane"};
  return job;
}

store::RunRow run_of(const std::string& package, const std::string& container) {
  store::RunRow run;
  run.place = {container, "noble/amd64/f/" + package + "/1@"};
  run.release = "noble";
  run.arch = "amd64";
  run.package = package;
  run.version = package + "-version";
  run.triggers = "glibc/2.40-1";
  run.outcome = adt::Outcome::fail;
  return run;
}

store::Attempt hostile_attempt() {
  store::Attempt attempt;
  attempt.epoch = 1;
  attempt.worker = kHostile;
  auto& end = attempt.end.emplace();
  end.outcome = adt::Outcome::infra_net_dns;
  end.blame = adt::Blame::service;
  end.detail = kHostile;
  end.proof = {adt::RunPhase::boot, kHostile, {}};
  end.proof.evidence = {{adt::EvidenceKind::rule, adt::EvidenceSource::log,
                         adt::EvidenceWeight::decides, kHostile, std::chrono::seconds(30)}};
  return attempt;
}

bool is_escaped(const std::string& page) {
  return !page.contains("<script") && page.contains("&lt;script&gt;");
}

}  // namespace

// testgrid 5.4
TEST_CASE("pages: the front page says that all runs, and that nothing does") {
  const auto page = front_page({}, test::kNow);
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(page.contains("The grid is running."));
  CHECK(page.contains("Nothing waits."));
  CHECK(page.contains("No test is running."));
  CHECK(page.contains("No test has run yet."));
}

// testgrid 5.4
TEST_CASE("pages: the front page says what is paused, since when, why and by whom") {
  grid::Pause pause;
  pause.scopes = grid::parse_scopes("arch:riscv64").value();
  pause.reason = "no <power>";
  pause.created_by = "jane";
  pause.since = test::kNow;
  const auto page =
      front_page({.pauses = {pause}, .open = {}, .running = {}, .recent = {}}, test::kNow);
  CHECK(
      page.contains("Paused since 2027-01-15T08:00:00Z: arch:riscv64 (no &lt;power&gt;, by jane)"));
  CHECK_FALSE(page.contains("The grid is running."));
}

// testgrid 1.7
TEST_CASE("pages: the front page says what runs yet where the grid is drained") {
  grid::Pause pause;
  pause.scopes = grid::parse_scopes("worker:lab-3").value();
  pause.mode = grid::PauseMode::drain;
  FrontFacts facts{.pauses = {pause}, .open = {}, .running = {}, .recent = {}};
  CHECK(front_page(facts, test::kNow).contains("; nothing runs there any more."));
  auto job = test::job_for("foo");
  job.worker = "lab-3-1";
  facts.running.emplace_back(flow::Running{}, job);
  CHECK(front_page(facts, test::kNow).contains("; tests that run to their end: 1."));
  facts.pauses[0].mode = grid::PauseMode::hard;
  CHECK(front_page(facts, test::kNow).contains("; tests that are stopped: 1."));
}

// testgrid 5.4
TEST_CASE("pages: the front page counts what waits, is held and runs in each queue") {
  const auto open = [](adt::JobState state) {
    store::OpenJob job;
    job.waiting.queue = {"", "noble", "amd64"};
    job.state = state;
    return job;
  };
  using enum adt::JobState;
  FrontFacts facts;
  facts.open = {open(queued), open(queued), open(held), open(preparing), open(cancelling)};
  CHECK(front_page(facts, test::kNow)
            .contains("<td>debci-noble-amd64</td><td>2</td><td>1</td><td>2</td>"));
}

// testgrid 7.3
TEST_CASE("pages: texts of packages and tails of logs are no HTML") {
  flow::Running running;
  running.began = test::kNow;
  running.worker = kHostile;
  running.progress.log_tail = running.progress.test = kHostile;
  FrontFacts facts;
  facts.running = {{running, hostile_job()}};
  facts.recent = {run_of(kHostile, "autopkgtest-noble")};
  CHECK(is_escaped(front_page(facts, test::kNow)));
  CHECK(is_escaped(package_page({kHostile, kHostile, kHostile, {hostile_job()}, facts.recent})));
  CHECK(is_escaped(job_page({hostile_job(), {hostile_attempt()}, {kHostile}, &running})));
}

// testgrid 5.4
TEST_CASE("pages: what runs is shown with its phase, its time and the end of its log") {
  flow::Running running;
  running.began = test::kNow - std::chrono::seconds(90);
  running.worker = "h-1";
  running.progress.phase = queue::Phase::running;
  running.progress.log_tail = "the end";
  FrontFacts facts;
  facts.running = {{running, test::job_for("foo")}};
  const auto page = front_page(facts, test::kNow);
  CHECK(page.contains("running for 90 s, worker h-1"));
  CHECK(page.contains("<pre>the end</pre>"));
  CHECK(page.contains("<a href=\"/packages/foo/noble/amd64\">foo</a>"));
}

// autopkgtest 1.2
TEST_CASE("pages: of private jobs and runs there is nothing but that one runs") {
  flow::Running running;
  running.progress.log_tail = "hidden tail";
  FrontFacts facts;
  facts.running = {{running, private_job()}};
  facts.recent = {run_of("secret", "private-autopkgtest-noble-jane")};
  const auto front = front_page(facts, test::kNow);
  CHECK(front.contains("private-test on debci-noble-amd64"));
  CHECK_FALSE(front.contains("secret"));
  CHECK_FALSE(front.contains("hidden"));
  const auto package = package_page({"secret", "", "", {private_job()}, facts.recent});
  CHECK(package.contains("No test has run yet."));
  CHECK_FALSE(package.contains("j-8"));
  const auto job = job_page({private_job(), {hostile_attempt()}, {"hidden history"}, &running});
  CHECK(job.contains("This is a private test."));
  CHECK_FALSE(job.contains("hidden"));
}

// autopkgtest 5.1
TEST_CASE("pages: runs are marked with the peers' words, and lead to their files") {
  const auto page =
      package_page({"foo", "noble", "amd64", {}, {run_of("foo", "autopkgtest-noble")}});
  CHECK(page.contains("<title>foo on noble/amd64</title>"));
  CHECK(page.contains("<tr class=\"fail\">"));
  CHECK(page.contains("/results/autopkgtest-noble/noble/amd64/f/foo/1%40/log.gz"));
}

// testgrid 1.5
TEST_CASE("pages: a job says what it waits for and what happened to it") {
  auto job = test::job_for("foo");
  job.id = 7;
  job.holds = {{adt::HoldKind::service_down, "dns", test::kNow, {}, "dns is down"}};
  job.end_note = "given up";
  const auto page = job_page({job, {}, {"first", "second"}});
  CHECK(page.contains("Waits since 2027-01-15T08:00:00Z: dns is down"));
  CHECK(page.contains("given up"));
  CHECK(page.contains("<li>first</li>\n<li>second</li>"));
}

// testgrid 1.3, 5.4
TEST_CASE("pages: a job's attempts say how far they came and on what their ends rest") {
  auto ended = hostile_attempt();
  ended.worker = "h-1";
  ended.end->detail = "rule dns: no answer";
  ended.end->proof.rule = "dns";
  ended.end->proof.evidence[0].detail = "dns: Temporary failure";
  store::Attempt runs;
  runs.epoch = 2;
  runs.worker = "h-2";
  const auto page = job_page({test::job_for("foo"), {ended, runs}, {}});
  CHECK(page.contains("<h3>Attempt 1 on h-1: INFRA.NET.DNS</h3>"));
  CHECK(page.contains("rule dns: no answer (blame: service)"));
  CHECK(page.contains("It came to boot."));
  CHECK(page.contains("The rule dns decided."));
  CHECK(
      page.contains("<td>30 s</td><td>rule</td><td>dns: Temporary failure</td><td>log</td>"
                    "<td>decides</td>"));
  CHECK(page.contains("<h3>Attempt 2 on h-2: runs</h3>"));
}

// testgrid 1.4
TEST_CASE("pages: what runs is shown with how far it came, if its worker tells it") {
  flow::Running running;
  running.began = test::kNow;
  running.progress.reached = adt::RunPhase::boot;
  FrontFacts facts;
  facts.running = {{running, test::job_for("foo")}};
  CHECK(front_page(facts, test::kNow).contains("preparing for 0 s, came to boot, worker "));
}

// testgrid 1.4, 5.4
TEST_CASE("pages: what its worker told last of a job that runs, and of the host, is on its page") {
  flow::Running running;
  running.progress = {.phase = queue::Phase::running,
                      .duration = std::chrono::seconds(75),
                      .log_bytes = 4096,
                      .log_tail = "",
                      .test = "smoke",
                      .reached = adt::RunPhase::test_begin,
                      .load = {std::uint64_t{3} << 29, std::uint64_t{9} << 30, {.cpu = 1.5}}};
  const auto page = job_page({test::job_for("foo"), {}, {}, &running});
  CHECK(page.contains("Now: running for 75 s, test smoke, came to test-begin, 4096 bytes of log."));
  CHECK(page.contains("On its host: memory 1.5 GiB, disk 9.0 GiB free, waiting for cpu 1.50 %."));
  FrontFacts facts;
  facts.running = {{running, test::job_for("foo")}};
  CHECK(front_page(facts, test::kNow).contains("<br>On its host: memory 1.5 GiB, disk 9.0 GiB"));

  running.progress.load = {};
  CHECK_FALSE(job_page({test::job_for("foo"), {}, {}, &running}).contains("On its host"));
  CHECK_FALSE(job_page({test::job_for("foo"), {}, {}}).contains("Now:"));
}

// testgrid 1.4
TEST_CASE("pages: an attempt leads to its files, and a late result is told to be one") {
  store::Attempt lost;
  lost.epoch = 1;
  lost.worker = "h-1";
  lost.end = test::attempt_end(adt::Outcome::infra_worker_lost);
  lost.end->place = {};
  CHECK_FALSE(job_page({test::job_for("foo"), {lost}, {}}).contains("/results/"));
  auto put_aside = lost;
  put_aside.end = test::attempt_end(adt::Outcome::fail);
  CHECK(
      job_page({test::job_for("foo"), {put_aside}, {}})
          .contains("<p>Files: <a href=\"/results/autopkgtest-noble/n/a/f/foo/R%40/log.gz\">log"));
  lost.end->place = put_aside.end->place;
  lost.end->detail = "lost" + adt::late_note(adt::Outcome::pass);
  const auto page = job_page({test::job_for("foo"), {lost}, {}});
  CHECK(page.contains("<h3>Attempt 1 on h-1: INFRA.WORKER_LOST</h3>"));
  CHECK(page.contains("<p>Late result PASS, which does not count: <a href=\"/results/"));
}

}  // namespace sluice::web
