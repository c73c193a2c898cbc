#include "cli/cmd_grid.h"

#include <doctest/doctest.h>

#include "base/time.h"
#include "codec/base64.h"
#include "codec/compress.h"
#include "codec/json.h"
#include "support/grid_scene.h"
#include "web/views.h"

namespace sluice::cli {
namespace {

using test::GridScene;

std::string job(const std::string& id, const std::string& more = "") {
  return R"({"job": ")" + id + R"(", "package": "foo", "queue": "debci-noble-amd64")" + more + "}";
}

std::string failed(const std::string& id, const std::string& trigger,
                   const std::string& outcome = "FAIL", int hours_ago = 0) {
  const auto at = base::iso_time_of(test::kNow - std::chrono::hours(hours_ago));
  return job(id, R"(, "state": "done", "outcome": ")" + outcome + R"(", "submitted": ")" + at +
                     R"(", "parameters": {"triggers": [")" + trigger + R"("]})");
}

std::string list(const char* name, const std::vector<std::string>& values) {
  std::string text;
  for (const auto& value : values) text += (text.empty() ? "" : ", ") + value;
  return std::string("{\"") + name + "\": [" + text + "]}";
}

const std::string kDone = "GET http://grid.example/api/v1/jobs?state=done&newest=1&limit=500";

// The numbers of the jobs that would be run again.
std::vector<std::string> retried(const RetryArguments& arguments) {
  GridScene s;
  s.http.answer(kDone, 200,
                list("jobs", {failed("j-1", "glibc/2.40-1"), failed("j-2", "glibc/2.40-2"),
                              failed("j-3", "glib/1", "FAIL_TIMEOUT", 30),
                              failed("j-4", "glibc/2.40-1", "NEUTRAL", 2),
                              failed("j-5", "glibc/2.40-1", "UNTESTABLE.DEPS", 2)}));
  for (const auto* id : {"1", "2", "3", "4", "5"})
    s.answer("POST", std::string("jobs/j-") + id + ":retry", 200, "{}");
  CHECK(run_retry(arguments, s.parties) == 0);
  std::vector<std::string> ids;
  for (const auto& asked : s.http.asked)
    if (const auto at = asked.find("jobs/j-"); at != std::string::npos)
      ids.push_back(asked.substr(at + 5, 3));
  return ids;
}

using Ids = std::vector<std::string>;

}  // namespace

// testgrid 5.3
TEST_CASE("queue: counts of each queue, those of asked places alone") {
  GridScene s;
  s.answer("GET", "queues", 200,
           list("queues", {R"({"queue": "debci-noble-amd64", "release": "noble", "arch": "amd64",)"
                           R"( "queued": 3, "running": 1, "preparing": 2, "oldest": "T"})",
                           R"({"queue": "debci-noble-riscv64", "release": "noble",)"
                           R"( "arch": "riscv64", "held": 7, "oldest": "U"})"}));
  CHECK(run_queue({}, s.parties) == 0);
  CHECK(s.printed ==
        "QUEUE\tQUEUED\tHELD\tRUNNING\tOLDEST\n"
        "debci-noble-amd64\t3\t\t3\tT\n"
        "debci-noble-riscv64\t\t7\t0\tU\n");
  s.printed.clear();
  QueueArguments arguments;
  arguments.arch = "riscv64";
  CHECK(run_queue(arguments, s.parties) == 0);
  CHECK(s.printed.contains("riscv64"));
  CHECK_FALSE(s.printed.contains("amd64"));
}

TEST_CASE("queue: an empty one is said to be") {
  GridScene s;
  s.answer("GET", "queues", 200, list("queues", {}));
  CHECK(run_queue({}, s.parties) == 0);
  CHECK(s.printed == "nothing waits\n");
}

// testgrid 5.1
TEST_CASE("queue: all pages of a list of jobs are read") {
  GridScene s;
  std::vector<std::string> page;
  for (int i = 1; i <= 500; ++i) page.push_back(job("j-" + std::to_string(i)));
  const std::string first = "GET http://grid.example/api/v1/jobs?open=1&limit=500";
  s.http.answer(first, 200, list("jobs", page));
  s.http.answer(first + "&after=j-500", 200, list("jobs", {job("j-501")}));
  QueueArguments arguments;
  arguments.jobs = true;
  CHECK(run_queue(arguments, s.parties) == 0);
  CHECK(s.http.asked.size() == 2);
  CHECK(std::ranges::count(s.printed, '\n') == 501);
}

// testgrid 5.1
TEST_CASE("queue: a page that cannot be read is an error, not a shorter list") {
  GridScene s;
  s.http.fail("GET http://grid.example/api/v1/jobs?state=held&limit=500");
  QueueArguments arguments;
  arguments.state = "held";
  CHECK(run_queue(arguments, s.parties) == 1);
  CHECK(s.printed.empty());
}

TEST_CASE("queue: filters are encoded") {
  GridScene s;
  QueueArguments arguments;
  arguments.package = "a&state=done";
  CHECK(run_queue(arguments, s.parties) == 1);
  CHECK(s.http.asked[0].contains("package=a%26state%3Ddone"));
}

// testgrid 1.5
TEST_CASE("queue: a held job is listed with what it waits for") {
  GridScene s;
  s.http.answer(
      "GET http://grid.example/api/v1/jobs?open=1&limit=500", 200,
      list("jobs", {job("j-1", R"(, "state": "held", "holds": [{"text": "no power"}])")}));
  QueueArguments arguments;
  arguments.jobs = true;
  CHECK(run_queue(arguments, s.parties) == 0);
  CHECK(s.printed == "j-1\theld\tfoo\tdebci-noble-amd64\t\tno power\n");
}

TEST_CASE("queue: what was refused is listed with the reason, on one line") {
  GridScene s;
  s.answer("GET", "rejected", 200,
           list("rejected", {R"({"at": "T", "source": "amqp", "queue": "q", "reason": "a\nb"})"}));
  QueueArguments arguments;
  arguments.rejected = true;
  CHECK(run_queue(arguments, s.parties) == 0);
  CHECK(s.printed == "T\tamqp\tq\t\ta?b\t\n");
}

// autopkgtest 1.4
TEST_CASE("queue: what was refused is listed with its package and parameters") {
  GridScene s;
  s.answer("GET", "rejected", 200,
           list("rejected", {R"({"at": "T", "source": "amqp", "queue": "q", "reason": "no",)"
                             R"( "package": "foo", "parameters": {"triggers": ["a/1\u001b"]}})"}));
  QueueArguments arguments;
  arguments.rejected = true;
  CHECK(run_queue(arguments, s.parties) == 0);
  CHECK(s.printed == "T\tamqp\tq\tfoo\tno\t{\"triggers\": [\"a/1\\u001b\"]}\n");
}

// testgrid 5.3
TEST_CASE("job: it is shown with its attempts") {
  GridScene s;
  s.answer("GET", "jobs/j-1", 200,
           job("j-1", R"(, "state": "running", "history": [)"
                      R"({"epoch": 1, "worker": "h-1", "began": "T", "end":)"
                      R"( {"outcome": "INFRA.BOOT", "detail": "no answer"}},)"
                      R"( {"epoch": 2, "worker": "h-2", "began": "U"}])"));
  JobArguments arguments;
  arguments.id = "j-1";
  CHECK(run_job(arguments, s.parties) == 0);
  CHECK(s.printed.contains("attempt 1\tT on h-1: INFRA.BOOT no answer\n"));
  CHECK(s.printed.contains("attempt 2\tU on h-2: runs"));
}

// testgrid 1.4, 5.3
TEST_CASE("job: of one that runs it is shown what its worker told last") {
  const auto shown = [](const std::string& progress) {
    GridScene s;
    s.answer("GET", "jobs/j-1", 200, job("j-1", R"(, "progress": )" + progress));
    JobArguments arguments;
    arguments.id = "j-1";
    CHECK(run_job(arguments, s.parties) == 0);
    return s.printed;
  };
  const auto all =
      shown(R"({"phase": "running", "duration": 75, "log_bytes": 4096, "test": "smoke", )"
            R"("reached": "test-begin", "rss_bytes": 1024, "pressure": {"io": 0.5}})");
  CHECK(all.contains("now\trunning for 75 s, test smoke, came to test-begin, 4096 bytes of log\n"));
  CHECK(all.contains("its host\tmemory 1.0 KiB, waiting for io 0.50 %\n"));
  const auto older = shown(R"({"phase": "preparing", "duration": 5, "log_bytes": 0, "test": ""})");
  CHECK(older.contains("now\tpreparing for 5 s, 0 bytes of log\n"));
  CHECK_FALSE(older.contains("its host"));
}

// testgrid 1.3
TEST_CASE("job: what decided an attempt, and what speaks against it, is shown; the rest is JSON") {
  GridScene s;
  s.answer("GET", "jobs/j-1", 200,
           job("j-1", R"(, "state": "done", "history": [)"
                      R"({"epoch": 1, "worker": "h-1", "began": "T", "end":)"
                      R"( {"outcome": "FAIL", "detail": "no", "phase": "test-end", "evidence": [)"
                      R"({"kind": "phase", "detail": "boot", "weight": "weak"},)"
                      R"({"kind": "exit", "detail": "4", "weight": "decides"},)"
                      R"({"kind": "disk", "detail": "1 bytes free", "weight": "doubts"}]}}])"));
  JobArguments arguments;
  arguments.id = "j-1";
  CHECK(run_job(arguments, s.parties) == 0);
  CHECK(
      s.printed.contains("attempt 1\tT on h-1: FAIL no\n\tcame to test-end\n"
                         "\tdecides: exit 4\n\tdoubts: disk 1 bytes free\n"));
}

// testgrid 1.4
TEST_CASE("job: a result that came late is shown with the place of its files") {
  GridScene s;
  s.answer("GET", "jobs/j-1", 200,
           job("j-1", R"(, "state": "done", "history": [)"
                      R"({"epoch": 1, "worker": "h-1", "began": "T", "late": "PASS", "end":)"
                      R"( {"outcome": "INFRA.WORKER_LOST", "detail": "no",)"
                      R"( "container": "c", "directory": "n/a/f/foo/R@"}}])"));
  JobArguments arguments;
  arguments.id = "j-1";
  CHECK(run_job(arguments, s.parties) == 0);
  CHECK(s.printed.contains("INFRA.WORKER_LOST no\n\tlate result PASS in c/n/a/f/foo/R@\n"));
}

// testgrid 5.3
TEST_CASE("job: an action names who wants it and why") {
  GridScene s;
  s.answer("POST", "jobs/j-1:extend", 200, job("j-1"));
  JobArguments arguments;
  arguments.action = "extend";
  arguments.id = "j-1";
  arguments.reason = "soon";
  arguments.hours = 48;
  CHECK(run_job(arguments, s.parties) == 0);
  CHECK(s.http.sent[0].body == R"({"by": "jane", "hours": 48, "reason": "soon"})");
}

// testgrid 1.5, 5.3
TEST_CASE("job: holds are released by kind and ref; what changes nothing is a failure") {
  GridScene s;
  s.answer("POST", "jobs/j-1:release", 409, R"({"detail": "job 1 has no such hold"})");
  JobArguments arguments;
  arguments.action = "release";
  arguments.id = "j-1";
  arguments.kind = "repeated_infra";
  arguments.ref = "INFRA.BOOT";
  CHECK(run_job(arguments, s.parties) == 1);
  CHECK(s.http.sent[0].body == R"({"by": "jane", "kind": "repeated_infra", "ref": "INFRA.BOOT"})");
  CHECK(s.complaints == Ids{"job 1 has no such hold"});
}

// testgrid 5.3
TEST_CASE("job: unknown is 1, denied is 6") {
  GridScene s;
  JobArguments arguments;
  arguments.id = "j-9/../x";
  CHECK(run_job(arguments, s.parties) == 1);
  CHECK(s.http.asked[0].ends_with("jobs/j-9%2F..%2Fx"));
  s.answer("POST", "jobs/j-1:cancel", 403, R"({"detail": "more rights"})");
  arguments.id = "j-1";
  arguments.action = "cancel";
  CHECK(run_job(arguments, s.parties) == 6);
}

// testgrid 5.3
TEST_CASE("retry: by default what failed") { CHECK(retried({}) == Ids{"j-1", "j-2", "j-3"}); }

// testgrid 5.3
TEST_CASE("retry: by trigger, with and without a version") {
  RetryArguments arguments;
  arguments.trigger = "glibc";
  CHECK(retried(arguments) == Ids{"j-1", "j-2"});
  arguments.trigger = "glibc/2.40-1";
  CHECK(retried(arguments) == Ids{"j-1"});
  arguments.trigger = "glibc/2.40";
  CHECK(retried(arguments).empty());
}

// testgrid 5.3
TEST_CASE("retry: by outcome and by age") {
  RetryArguments arguments;
  arguments.outcomes = {"NEUTRAL", "UNTESTABLE.DEPS"};
  CHECK(retried(arguments) == Ids{"j-4", "j-5"});
  arguments = {};
  arguments.min_age_hours = 24;
  CHECK(retried(arguments) == Ids{"j-3"});
  arguments = {};
  arguments.max_age_hours = 24;
  CHECK(retried(arguments) == Ids{"j-1", "j-2"});
}

// testgrid 5.3
TEST_CASE("retry: regressions are known to the server; what has no result is none") {
  GridScene s;
  const std::string asked = "GET http://grid.example/api/v1/jobs?state=done&newest=1&regressions=1";
  s.http.answer(asked + "&limit=500", 200, list("jobs", {failed("j-1", "a/1")}));
  s.answer("POST", "jobs/j-1:retry", 200, "{}");
  RetryArguments arguments;
  arguments.regressions = true;
  CHECK(run_retry(arguments, s.parties) == 0);
  CHECK(s.http.asked.back().ends_with("j-1:retry"));
  arguments.state = "cancelled";
  CHECK(run_retry(arguments, s.parties) == 2);
}

// testgrid 1.5, 5.3
TEST_CASE("retry: what was cancelled has no outcome; private ones are their owners'") {
  GridScene s;
  const std::string asked = "GET http://grid.example/api/v1/jobs?state=cancelled&newest=1";
  const auto ended = [](const std::string& id, const std::string& more) {
    return job(id, R"(, "state": "cancelled", "submitted": "2026-01-01T00:00:00Z")" + more);
  };
  s.http.answer(
      asked + "&limit=500", 200,
      list("jobs", {ended("j-1", R"(, "parameters": {"triggers": ["a/1"]})"),
                    ended("j-2", R"(, "parameters": {"triggers": ["b/1"]})"), ended("j-3", "")}));
  s.answer("POST", "jobs/j-1:retry", 200, "{}");
  RetryArguments arguments;
  arguments.state = "cancelled";
  arguments.trigger = "a";
  CHECK(run_retry(arguments, s.parties) == 0);
  CHECK(s.http.asked.size() == 2);
  arguments.trigger = "";
  arguments.dry_run = true;
  s.printed.clear();
  CHECK(run_retry(arguments, s.parties) == 0);
  CHECK(s.printed.contains("j-2"));
  CHECK_FALSE(s.printed.contains("j-3"));
}

// Nothing at all would have been done, without a word.
TEST_CASE("retry: an outcome that is none is wrong usage") {
  GridScene s;
  RetryArguments arguments;
  arguments.outcomes = {"FIAL"};
  CHECK(run_retry(arguments, s.parties) == 2);
  CHECK(s.http.asked.empty());
}

// testgrid 5.3
TEST_CASE("retry: a dry run lists and asks for nothing") {
  RetryArguments arguments;
  arguments.dry_run = true;
  CHECK(retried(arguments).empty());
}

TEST_CASE("retry: one that is refused does not stop the others") {
  GridScene s;
  s.http.answer(kDone, 200, list("jobs", {failed("j-1", "a/1"), failed("j-2", "a/1")}));
  s.answer("POST", "jobs/j-1:retry", 409, R"({"detail": "it runs"})");
  s.answer("POST", "jobs/j-2:retry", 200, "{}");
  CHECK(run_retry({}, s.parties) == 1);
  CHECK(s.complaints == Ids{"j-1: it runs"});
  CHECK(s.http.asked.back().ends_with("j-2:retry"));
}

// testgrid 5.3
TEST_CASE("log: that of the last attempt that left one") {
  GridScene s;
  s.answer(
      "GET", "jobs/j-1", 200,
      job("j-1", R"(, "state": "done", "history": [)"
                 R"({"end": {"container": "autopkgtest-noble", "directory": "n/a/f/foo/1@"}},)"
                 R"( {"end": {"container": "autopkgtest-noble", "directory": "n/a/f/foo/2@"}},)"
                 R"( {"end": {"outcome": "INFRA.BOOT"}}, {"worker": "h-1"}])"));
  s.http.answer("GET http://grid.example/results/autopkgtest-noble/n/a/f/foo/2%40/log.gz", 200,
                codec::compress("a log\x1b[0m\n", codec::Compression::gzip));
  LogArguments arguments;
  arguments.id = "j-1";
  CHECK(run_log(arguments, s.parties) == 0);
  CHECK(s.printed == "a log\x1b[0m\n");
  s.printed.clear();
  s.parties.terminal = true;
  CHECK(run_log(arguments, s.parties) == 0);
  CHECK(s.printed == "a log?[0m\n");
}

TEST_CASE("log: none is said, a damaged one too") {
  GridScene s;
  s.answer("GET", "jobs/j-1", 200, job("j-1", R"(, "state": "queued")"));
  LogArguments arguments;
  arguments.id = "j-1";
  CHECK(run_log(arguments, s.parties) == 1);
  CHECK(s.complaints.back().contains("has left a log"));
  s.answer("GET", "jobs/j-2", 200,
           job("j-2", R"(, "state": "done", "history": [{"end": {"container": "c",)"
                      R"( "directory": "d"}}])"));
  s.http.answer("GET http://grid.example/results/c/d/log.gz", 200, "\x1f\x8b damaged");
  arguments.id = "j-2";
  CHECK(run_log(arguments, s.parties) == 1);
  CHECK(s.printed.empty());
}

// testgrid 5.3
TEST_CASE("log: followed, each byte is printed once, and what came last too") {
  GridScene s;
  s.answer("GET", "jobs/j-1", 200, job("j-1", R"(, "state": "running")"));
  s.answer("GET", "jobs/j-1", 200, job("j-1", R"(, "state": "running")"));
  s.answer("GET", "jobs/j-1", 200, job("j-1", R"(, "state": "running")"));
  s.answer("GET", "jobs/j-1", 200,
           job("j-1", R"(, "state": "done", "history": [{"end": {"container": "c",)"
                      R"( "directory": "d"}}])"));
  const auto log = [&](int from, const std::string& bytes) {
    s.answer("GET",
             "jobs/j-1/log?epoch=" + std::string(from == 0 ? "0" : "1") +
                 "&from=" + std::to_string(from),
             200,
             R"({"epoch": 1, "from": )" + std::to_string(from) + R"(, "bytes": ")" +
                 codec::to_base64(bytes) + "\"}");
  };
  log(0, "one ");
  log(4, "");
  log(4, "two");
  log(7, "");
  log(7, "");
  log(7, " three\n");
  log(14, "");
  LogArguments arguments;
  arguments.id = "j-1";
  arguments.follow = true;
  CHECK(run_log(arguments, s.parties) == 0);
  CHECK(s.printed == "one two three\n");
  CHECK(s.complaints.empty());
  CHECK(s.waiter.waits == 3);
}

// testgrid 5.3
TEST_CASE("log: of a job that is over the whole is printed, followed or not") {
  GridScene s;
  s.answer("GET", "jobs/j-1", 200,
           job("j-1", R"(, "state": "done", "history": [{"end": {"container": "c",)"
                      R"( "directory": "d"}}])"));
  s.http.answer("GET http://grid.example/results/c/d/log.gz", 200, "whole\n");
  LogArguments arguments;
  arguments.id = "j-1";
  arguments.follow = true;
  CHECK(run_log(arguments, s.parties) == 0);
  CHECK(s.printed == "whole\n");
}

TEST_CASE("log: a server that does not answer ends the following") {
  GridScene s;
  s.answer("GET", "jobs/j-1", 200, job("j-1", R"(, "state": "running")"));
  s.answer("GET", "jobs/j-1/log?epoch=0&from=0", 404, R"({"detail": "a private job"})");
  LogArguments arguments;
  arguments.id = "j-1";
  arguments.follow = true;
  CHECK(run_log(arguments, s.parties) == 1);
  CHECK(s.complaints.back().contains("a private job"));
}
}  // namespace sluice::cli
