#include "flow/gate_loop.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <optional>

#include "store/run_rows.h"
#include "support/gate_scene.h"
#include "support/jobs.h"
#include "support/scripted_processes.h"
#include "support/shared_clock.h"

namespace sluice::flow {
namespace {

// Whoever defines it runs Ubuntu's rules.
constexpr std::string_view kUbuntuKey = "EMAIL_ENABLE = no\n";

struct GateLoopScene : support::GateScene {
  GateLoopScene() { keeper->start(); }
  GateLoop loop() {
    return {options, {*keeper, files, nullptr, nullptr, processes, shared_clock, log}};
  }
  void advance(std::chrono::seconds time) { shared_clock.seconds += time.count(); }

  // In the keeper's thread.
  void do_at_desk(std::function<void(JobDesk&, base::Instant)> work) {
    std::promise<void> done;
    keeper->post([&](JobDesk& desk, base::Instant now) -> Keeper::After {
      work(desk, now);
      return [&](const base::Result<void>&) { done.set_value(); };
    });
    done.get_future().get();
  }
  // The only test that waits passes. Answers its queue; "" if there was none.
  std::string pass_test() {
    std::string queue;
    do_at_desk([&](JobDesk& desk, base::Instant now) {
      const auto lease =
          desk.lease({"h-1", {{"", "testing", "amd64"}, {"", "noble", "amd64"}}, {}}, now);
      if (!lease || !*lease) return;
      queue = (*lease)->queue.text();
      queue::Progress progress;
      progress.phase = queue::Phase::running;
      const LeaseRef ref{(*lease)->job, (*lease)->epoch, "h-1"};
      REQUIRE(desk.heartbeat(ref, progress, now));
      const auto place = adt::place_of((*lease)->request, (*lease)->queue,
                                       adt::make_run_id(now, "k", 1), adt::RunKind::result);
      auto end = test::attempt_end(adt::Outcome::pass, place.directory);
      end.place = place;
      end.version = (*lease)->request.package + " 2";
      REQUIRE(desk.finish(ref, end, now));
    });
    return queue;
  }
  // Turns without news, in which one file after the other is written.
  static void pause(GateLoop& loop) {
    for (int i = 0; i < 8; ++i) CHECK_FALSE(loop.turn());
  }
  // The cache of results has the run.
  bool knows_result() {
    for (const auto& path : files.paths())
      if (path.starts_with("s/autopkgtest-results") && files.read(path).value().contains("foo/2"))
        return true;
    return false;
  }
  void with_tests(const std::string& more) {
    files.put("c", config_text("ADT_ENABLE = yes\nADT_ARCHES = amd64\nADT_AMQP = file:///o/amqp\n"
                               "ADT_SWIFT_URL = file:///o/none\nADT_CI_URL = http://ci.example/\n" +
                               more));
    files.put("u/Sources", "Package: foo\nVersion: 2\nSection: misc\nTestsuite: autopkgtest\n\n" +
                               support::source("bar", "1") + support::source("user", "1"));
    files.put("u/Packages_amd64", support::binary("foo", "2") + support::binary("bar", "1") +
                                      support::binary("user", "1", "Depends: bar (<< 2)\n"));
  }
  // Without a past no failure would be a regression, and nothing would wait (migration 4.6.7).
  void with_past() {
    files.put("s/autopkgtest-results.cache",
              R"({"old/1": {"foo": {"amd64": ["PASS", "1", "20150101_100100@", 1420106460]}}})");
  }
  static std::string config_text(const std::string& more) {
    auto text = std::string(support::kConfig);
    const std::string off = "ADT_ENABLE = no\n";
    return text.replace(text.find(off), off.size(), more);
  }

  test::SharedClock shared_clock;
  test::ScriptedProcesses processes;
  GateLoopOptions options{"c", std::chrono::minutes(60), "", "grid", ""};
  std::unique_ptr<Keeper> keeper = Keeper::open(":memory:", {}, shared_clock, log).value();
};

}  // namespace

// The first run under Ubuntu's rules writes into the source suite's directory; that is no news.
TEST_CASE("gate loop: it runs at once, and not again without news") {
  GateLoopScene s;
  s.files.put("c", std::string(support::kConfig) + std::string(kUbuntuKey));
  auto loop = s.loop();
  CHECK(loop.turn());
  REQUIRE(loop.last());
  CHECK(loop.last()->excuses == 2);
  CHECK(std::ranges::any_of(s.log.lines,
                            [](const auto& line) { return line.contains("Rules of Ubuntu"); }));
  CHECK_FALSE(loop.turn());
  s.advance(std::chrono::minutes(59));
  CHECK_FALSE(loop.turn());
}

TEST_CASE("gate loop: it runs after the interval, and when an input has changed") {
  GateLoopScene s;
  auto loop = s.loop();
  CHECK(loop.turn());
  s.advance(std::chrono::minutes(60));
  CHECK(loop.turn());
  CHECK_FALSE(loop.turn());
  (void)s.files.replace("h/ada", "# one\n");
  CHECK(loop.turn());
  (void)s.files.replace("t/Packages_amd64", "");
  CHECK(loop.turn());
  (void)s.files.replace("c", std::string(support::kConfig) + "# more\n");
  CHECK(loop.turn());
  (void)s.files.replace("u/BugsV", "");
  CHECK(loop.turn());
  CHECK_FALSE(loop.turn());
}

TEST_CASE("gate loop: state and reports that lie beside the suites are no news") {
  GateLoopScene s;
  auto text = std::string(support::kConfig);
  const std::string report = "NONINST_STATUS = o/noninst";
  text.replace(text.find(report), report.size(), "NONINST_STATUS = t/noninst");
  s.files.put("c", text);
  auto loop = s.loop();
  CHECK(loop.turn());
  CHECK(s.files.status("t/noninst"));
  CHECK_FALSE(loop.turn());
  (void)s.files.replace("u/EmailCache.new", "{}");
  CHECK_FALSE(loop.turn());
}

TEST_CASE("gate loop: a run that fails is told, and made again when the input is right") {
  GateLoopScene s;
  s.files.put("c", "TESTING = t\n");
  auto loop = s.loop();
  CHECK(loop.turn());
  CHECK_FALSE(loop.last());
  CHECK(std::ranges::any_of(s.log.lines,
                            [](const auto& line) { return line.starts_with("E: gate: "); }));
  CHECK_FALSE(loop.turn());
  (void)s.files.replace("c", support::kConfig);
  CHECK(loop.turn());
  CHECK(loop.last());
}

// The configuration names a file of debci, which is not read. migration 4.6.2, 4.6.6
TEST_CASE("gate loop: tests go to the grid, and a run that was entered there is news") {
  GateLoopScene s;
  s.with_tests("");
  auto loop = s.loop();
  CHECK(loop.turn());
  CHECK_FALSE(s.knows_result());
  CHECK_FALSE(loop.turn());
  CHECK(s.pass_test() == "debci-testing-amd64");
  CHECK(loop.turn());
  GateLoopScene::pause(loop);
  CHECK(s.knows_result());
}

// Ubuntu's configurations name no series: it is the target suite's.
TEST_CASE("gate loop: the release whose results are asked for is that of the target suite") {
  GateLoopScene s;
  s.with_tests(std::string(kUbuntuKey));
  for (const std::string suite : {"t", "u"}) {
    s.files.put(suite + "/Release", "Suite: noble\nComponents: main\nArchitectures: amd64\n");
    s.files.put(suite + "/main/source/Sources", s.files.read(suite + "/Sources").value());
    s.files.put(suite + "/main/binary-amd64/Packages",
                s.files.read(suite + "/Packages_amd64").value());
  }
  auto loop = s.loop();
  CHECK(loop.turn());
  CHECK(s.pass_test() == "debci-noble-amd64");
  CHECK(loop.turn());
  GateLoopScene::pause(loop);
  CHECK(s.knows_result());
}

TEST_CASE("gate loop: a decision is applied once") {
  GateLoopScene s;
  s.options.apply_command = "/usr/bin/apply";
  auto loop = s.loop();
  CHECK(loop.turn());
  using Commands = std::vector<std::vector<std::string>>;
  CHECK(s.processes.commands == Commands{{"/usr/bin/apply", "o/Heidi", "o/HeidiDelta"}});
  CHECK(s.log.has("I: apply: a line"));
  s.advance(std::chrono::minutes(60));
  CHECK(loop.turn());
  CHECK(s.processes.commands.size() == 1);
  auto after_restart = s.loop();
  CHECK(after_restart.turn());
  CHECK(s.processes.commands.size() == 1);
  (void)s.files.replace("h/ada", "block foo\n");
  CHECK(loop.turn());
  CHECK(s.processes.commands.size() == 2);
}

TEST_CASE("gate loop: a decision that could not be applied is applied at the next run") {
  GateLoopScene s;
  s.options.apply_command = "/usr/bin/apply";
  s.processes.code = 1;
  auto loop = s.loop();
  CHECK(loop.turn());
  CHECK(s.log.has("E: gate: /usr/bin/apply ended with 1: the decision is applied at the next run"));
  CHECK_FALSE(loop.turn());
  s.advance(std::chrono::minutes(60));
  s.processes.code = base::fail(base::ErrorKind::not_found, "no such program");
  CHECK(loop.turn());
  s.advance(std::chrono::minutes(60));
  s.processes.code = 0;
  CHECK(loop.turn());
  s.advance(std::chrono::minutes(60));
  CHECK(loop.turn());
  CHECK(s.processes.commands.size() == 3);
}

// Whoever applies finds it done already.
TEST_CASE("gate loop: what was applied and not noted is applied again") {
  GateLoopScene s;
  s.options.apply_command = "/usr/bin/apply";
  auto loop = s.loop();
  CHECK(loop.turn());
  (void)s.files.remove("grid/applied");
  s.advance(std::chrono::minutes(60));
  CHECK(loop.turn());
  CHECK(s.processes.commands.size() == 2);
}

// What follows from a decision comes first. migration 9 (d)
TEST_CASE("gate loop: HeidiResult is there at once, reports in the next pause") {
  GateLoopScene s;
  s.with_tests("");
  s.with_past();
  auto loop = s.loop();
  CHECK(loop.turn());
  GateLoopScene::pause(loop);
  const auto excuses = s.files.read("o/excuses.yaml").value();
  CHECK_FALSE(s.files.read("o/Heidi").value().contains("foo 2"));
  (void)s.pass_test();
  CHECK(loop.turn());
  CHECK(loop.engine()->last_work().results == 1);
  CHECK_FALSE(loop.engine()->last_work().engine.all);
  CHECK(s.files.read("o/Heidi").value().contains("foo 2"));
  CHECK(s.files.read("o/excuses.yaml").value() == excuses);
  GateLoopScene::pause(loop);
  CHECK(s.files.read("o/excuses.yaml").value() != excuses);
  CHECK(s.files.read("o/output.txt").value().contains("accepted"));
}

TEST_CASE("gate loop: while results pour in the reports wait ten seconds and not longer") {
  GateLoopScene s;
  s.with_tests("");
  auto loop = s.loop();
  CHECK(loop.turn());
  GateLoopScene::pause(loop);
  const auto before = s.files.read("o/excuses.yaml").value();
  (void)s.files.replace("h/ada", "block foo\n");
  CHECK(loop.turn());
  s.advance(std::chrono::seconds(9));
  (void)s.files.replace("h/ada", "block foo\nblock bar\n");
  CHECK(loop.turn());
  CHECK(s.files.read("o/excuses.yaml").value() == before);
  s.advance(std::chrono::seconds(1));
  (void)s.files.replace("h/ada", "block foo\n\n");
  CHECK(loop.turn());
  CHECK(s.files.read("o/excuses.yaml").value() != before);
}

// A run that began on another host's clock. migration 4.6.2
TEST_CASE("gate loop: a run whose id is older than others counts when it comes") {
  GateLoopScene s;
  s.with_tests("");
  s.with_past();
  auto loop = s.loop();
  CHECK(loop.turn());
  for (const std::string id : {"20300101_000000_x@", "20200101_000000_x@"}) {
    store::RunRow run;
    run.run_id = id;
    run.place = {"autopkgtest-testing", "testing/amd64/f/foo/" + id};
    run.release = "testing";
    run.arch = "amd64";
    run.package = "foo";
    run.version = "2";
    run.triggers = id < "2025" ? "foo/2" : "bar/7";
    run.outcome = adt::Outcome::pass;
    s.do_at_desk(
        [&](JobDesk& desk, base::Instant) { CHECK(store::add_run(desk.db(), run).value()); });
    CHECK_FALSE(s.files.read("o/Heidi").value().contains("foo 2"));
    CHECK(loop.turn());
  }
  CHECK(s.files.read("o/Heidi").value().contains("foo 2"));
}

TEST_CASE("gate loop: after an error the last decision stays, and all is read again") {
  GateLoopScene s;
  s.with_tests("");
  s.with_past();
  auto loop = s.loop();
  CHECK(loop.turn());
  GateLoopScene::pause(loop);
  const auto heidi = s.files.read("o/Heidi").value();
  CHECK_FALSE(heidi.contains("foo 2"));
  const auto sources = s.files.read("u/Sources").value();
  (void)s.files.remove("u/Sources");
  CHECK(loop.turn());
  CHECK(loop.engine() == nullptr);
  CHECK(loop.last());
  CHECK(s.files.read("o/Heidi").value() == heidi);
  CHECK_FALSE(loop.turn());
  s.advance(std::chrono::minutes(1));
  CHECK(loop.turn());  // tries, in vain
  CHECK(loop.engine() == nullptr);
  CHECK_FALSE(loop.turn());
  (void)s.files.replace("u/Sources", sources);
  CHECK(loop.turn());
  REQUIRE(loop.engine() != nullptr);
  CHECK(s.pass_test() == "debci-testing-amd64");
  CHECK(loop.turn());
  CHECK(s.files.read("o/Heidi").value().contains("foo 2"));
}

// migration 4.6.1
TEST_CASE("gate loop: killed after a result it neither loses the result nor asks again") {
  GateLoopScene s;
  s.with_tests("");
  std::optional<GateLoop> loop(s.loop());
  CHECK(loop->turn());
  CHECK(s.pass_test() == "debci-testing-amd64");
  CHECK(loop->turn());
  CHECK_FALSE(s.knows_result());
  loop.reset();
  s.files.crash();
  loop.emplace(s.loop());
  CHECK(loop->turn());
  CHECK(s.knows_result());
  CHECK(s.pass_test().empty());
}

// migration 4.5.4
TEST_CASE("gate loop: a day that begins is news, an hour is not") {
  GateLoopScene s;
  s.options.interval = std::chrono::hours(1'000);
  auto loop = s.loop();
  CHECK(loop.turn());
  GateLoopScene::pause(loop);
  s.advance(std::chrono::hours(1));
  CHECK_FALSE(loop.turn());
  s.advance(std::chrono::hours(24));
  CHECK(loop.turn());
  GateLoopScene::pause(loop);
}

// migration 4.5.4
TEST_CASE("gate loop: an item that comes of age is news under Ubuntu's rules") {
  GateLoopScene s;
  s.options.interval = std::chrono::hours(1'000);
  auto text = std::string(support::kConfig) + std::string(kUbuntuKey);
  const std::string days = "MINDAYS_MEDIUM = 0";
  text.replace(text.find(days), days.size(), "MINDAYS_MEDIUM = 1");
  s.files.put("c", text);
  // A day ago but for twenty minutes; days begin at 19:00, and it is 22:13:20.
  const std::int64_t seen = 1'700'864'000 - 86'400 + 1'200;
  s.files.put("s/age-policy-dates",
              "foo 2 " + std::to_string(seen) + "\nbar 2 " + std::to_string(seen) + "\n");
  auto loop = s.loop();
  CHECK(loop.turn());
  GateLoopScene::pause(loop);
  CHECK_FALSE(s.files.read("o/Heidi").value().contains("foo 2"));
  s.advance(std::chrono::minutes(19));
  CHECK_FALSE(loop.turn());
  s.advance(std::chrono::minutes(2));
  CHECK(loop.turn());
  CHECK(s.files.read("o/Heidi").value().contains("foo 2"));
  GateLoopScene::pause(loop);
}

}  // namespace sluice::flow
