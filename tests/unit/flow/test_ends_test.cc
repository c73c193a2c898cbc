#include "flow/test_ends.h"

#include <doctest/doctest.h>

#include "adt/run_path.h"
#include "flow/commit.h"
#include "flow/gate_loop.h"
#include "store/job_rows.h"
#include "store/run_rows.h"
#include "support/adt_world.h"
#include "support/jobs.h"
#include "support/memory_files.h"
#include "support/recording_log.h"
#include "support/scripted_processes.h"
#include "support/shared_clock.h"

namespace sluice::flow {
namespace {

constexpr std::string_view kEndsConfig =
    "TESTING = t\nUNSTABLE = u\nNONINST_STATUS = o/noninst\nEXCUSES_OUTPUT = o/excuses.html\n"
    "EXCUSES_YAML_OUTPUT = o/excuses.yaml\nUPGRADE_OUTPUT = o/output.txt\nHEIDI_OUTPUT = o/Heidi\n"
    "STATE_DIR = s\nARCHITECTURES = amd64\nNOBREAKALL_ARCHES = amd64\nOUTOFSYNC_ARCHES =\n"
    "BREAK_ARCHES =\nNEW_ARCHES =\nMINDAYS_MEDIUM = 0\nDEFAULT_URGENCY = medium\n"
    "SMOOTH_UPDATES = libs\nPIUPARTS_ENABLE = no\nHINTSDIR = h\nHINTS_ADA = ALL\n"
    "EMAIL_ENABLE = no\nADT_ENABLE = yes\nADT_ARCHES = amd64\nADT_AMQP = file:///o/amqp\n"
    "ADT_SWIFT_URL = file:///o/none\nADT_CI_URL = http://ci.example/\n";

const TestEnds::Asked kGreenTest{{"green/2", "green", "amd64"}, ""};

// A gate and its grid; green 2 is new, and has tests that passed before.
struct EndsScene {
  explicit EndsScene(const std::string& more = "") {
    files.put("c", std::string(kEndsConfig) + more);
    files.put("h/ada", "# none\n");
    deliver("2");
    keeper->start();
    desk([](JobDesk& desk, base::Instant) -> base::Result<void> {
      store::RunRow passed;
      passed.run_id = "20230101_000000_x@";
      passed.place = {"autopkgtest-testing", "testing/amd64/g/green/" + passed.run_id};
      passed.release = "testing";
      passed.arch = "amd64";
      passed.package = "green";
      passed.version = "1";
      passed.triggers = "green/1";
      passed.outcome = adt::Outcome::pass;
      const auto added = store::add_run(desk.db(), passed);
      return added ? base::Result<void>() : std::unexpected(added.error());
    });
    start();
  }
  void start() {
    loop.emplace(GateLoopOptions{"c", std::chrono::hours(24), "", "grid", ""},
                 GateLoopParties{*keeper, files, nullptr, nullptr, processes, clock, log});
    settle();
  }
  void settle() {
    for (int quiet = 0; quiet < 8; ++quiet)
      if (loop->turn()) quiet = 0;
    REQUIRE(loop->engine() != nullptr);
  }
  void deliver(const std::string& version) {
    support::ArchiveBuilder archive({"amd64"});
    archive.testing().package("green", "1");
    archive.unstable().source("green", version, support::tested());
    archive.binary("green", "amd64", version);
    for (const auto& [suite, directory] : {std::pair("testing", "t"), std::pair("unstable", "u")})
      for (const auto& [name, text] : archive.indexes(suite))
        (void)files.replace(std::string(directory) + "/" + name, text);
  }
  void desk(const Step& step) {
    const auto done = commit(*keeper, step);
    CHECK_MESSAGE(done.has_value(), (done ? "" : done.error().text()));
  }
  void apply(std::int64_t job, const adt::JobEvent& event) {
    desk([&](JobDesk& desk, base::Instant now) { return desk.apply(job, event, now); });
  }
  // A worker takes the next job and refuses it.
  void refuse(const std::string& why) {
    desk([&](JobDesk& desk, base::Instant now) -> base::Result<void> {
      const auto lease = desk.lease({"h-1", {{"", "testing", "amd64"}}, {}}, now);
      REQUIRE((lease && *lease));
      adt::AttemptEnd end;
      end.outcome = adt::Outcome::rejected;
      end.blame = adt::Blame::oper;
      end.exit_code = test::exit_code_for(end.outcome);
      end.detail = why;
      return desk.finish({(*lease)->job, (*lease)->epoch, "h-1"}, end, now);
    });
  }
  std::size_t jobs() {
    return ask_keeper<std::size_t>(*keeper,
                                   [](JobDesk& desk, base::Instant) -> base::Result<std::size_t> {
                                     return store::list_jobs(desk.db(), {})->size();
                                   })
        .value();
  }
  bool says(std::string_view words) { return files.read("o/excuses.yaml")->contains(words); }
  bool is_pending() {
    return loop->engine()->engine().facts().tests.pending.has("green/2", "green", "amd64");
  }

  test::SharedClock clock;
  test::MemoryFileSystem files;
  test::RecordingLog log;
  test::ScriptedProcesses processes;
  std::unique_ptr<Keeper> keeper = Keeper::open(":memory:", {}, clock, log).value();
  std::optional<GateLoop> loop;
};

}  // namespace

// testgrid 1.5
TEST_CASE("test ends: a cancelled test is not in progress, and is not asked for again") {
  EndsScene w;
  REQUIRE(w.jobs() == 1);
  CHECK(w.says("Test in progress"));
  w.apply(1, adt::CancelAsked{"ada"});
  w.settle();
  CHECK(w.says("Test was cancelled by ada"));
  CHECK_FALSE(w.says("Test in progress"));
  CHECK(w.says("- RUNNING"));  // to the peers' readers it is as it was (migration 4.6.7)
  CHECK_FALSE(w.is_pending());
  CHECK(w.files.read("s/autopkgtest-pending.json").value() == "{}");
  CHECK(w.jobs() == 1);
}

// testgrid 1.5
TEST_CASE("test ends: a start finds them again, whether the files of state knew or not") {
  EndsScene w;
  w.apply(1, adt::CancelAsked{"ada"});
  SUBCASE("it ended while there was no gate") {}
  SUBCASE("it was not pending any more when the gate ended") { w.settle(); }
  w.loop.reset();
  w.start();
  CHECK(w.says("Test was cancelled by ada"));
  CHECK(w.jobs() == 1);
}

// testgrid 1.5, 5.3
TEST_CASE("test ends: asked for again by somebody, it is in progress again") {
  EndsScene w;
  w.apply(1, adt::CancelAsked{"ada"});
  w.settle();
  w.desk([](JobDesk& desk, base::Instant now) -> base::Result<void> {
    auto submission = submission_of({"debci-testing-amd64", "green", "amd64", {"green/2"}, {}, ""});
    submission->producer = "ada";
    const auto submitted = desk.submit(*submission, now);
    return submitted ? base::Result<void>() : std::unexpected(submitted.error());
  });
  w.settle();
  CHECK(w.says("Test in progress"));
  CHECK(w.is_pending());
  CHECK(w.jobs() == 2);
}

// testgrid 1.5 (T14)
TEST_CASE("test ends: a cancelled job that is retried is in progress again, as the same job") {
  EndsScene w;
  w.apply(1, adt::CancelAsked{"ada"});
  w.settle();
  w.apply(1, adt::RetryAsked{"bob"});
  w.settle();
  CHECK(w.says("Test in progress"));
  CHECK(w.is_pending());
  CHECK(w.jobs() == 1);
}

// testgrid 1.5
TEST_CASE("test ends: what a worker refused is not asked again, or it would be for ever") {
  EndsScene w;
  w.refuse("no such <package>");
  w.settle();
  CHECK(w.says("Test was refused: no such &lt;package&gt;"));
  CHECK(w.jobs() == 1);
  w.deliver("3");  // another trigger is another question
  w.settle();
  CHECK(w.jobs() == 2);
  CHECK(w.says("Test in progress"));
}

// testgrid 1.5 (T11, T15)
TEST_CASE("test ends: what was given up waits until somebody revives it") {
  EndsScene w;
  w.apply(1, adt::HoldAdded{{adt::HoldKind::service_down, "x", {}, {}, "the mirror is down"}});
  w.clock.seconds += 15 * 86'400;
  w.desk([](JobDesk& desk, base::Instant now) { return desk.tick(now); });
  w.settle();
  CHECK(w.says("Test was given up: the mirror is down"));
  w.apply(1, adt::Revived{"ada"});
  w.settle();
  CHECK(w.says("Test in progress"));
  CHECK(w.is_pending());
  CHECK(w.jobs() == 1);
}

// testgrid 1.5
TEST_CASE(
    "test ends: what a person cancelled before the gate asked is another variant, or the same") {
  EndsScene w;
  const auto cancel = [&](const std::string& testname) {
    w.desk([&](JobDesk& desk, base::Instant now) -> base::Result<void> {
      const adt::TestRequest asked{"debci-testing-amd64", "green", "amd64", {"green/3"}, {}, ""};
      auto submission = submission_of(asked);
      submission->producer = "ada";
      submission->request.testname = testname;
      const auto submitted = desk.submit(*submission, now);
      if (!submitted) return std::unexpected(submitted.error());
      return desk.apply(submitted->job, adt::CancelAsked{"ada"}, now);
    });
  };
  std::size_t jobs = 2;
  SUBCASE("one of its tests alone: the gate asks for all") {
    cancel("smoke");
    jobs = 3;
  }
  SUBCASE("the same: it is the same wish that was cancelled") { cancel(""); }
  w.deliver("3");
  w.settle();
  CHECK(w.jobs() == jobs);
  CHECK(w.says("Test was cancelled by ada") == (jobs == 2));
}

// testgrid 6.5
TEST_CASE("test ends: uploads that come back are asked for again, whoever took the request back") {
  EndsScene w;
  w.deliver("3");  // green/2 is taken back
  w.settle();
  CHECK(w.jobs() == 2);
  w.deliver("2");
  w.settle();
  CHECK(w.jobs() == 3);
  CHECK(w.says("Test in progress"));
}

// testgrid 1.5; migration 4.6.2
TEST_CASE("test ends: jobs of other containers are no end of the gate's test") {
  EndsScene w;
  w.apply(1, adt::CancelAsked{"ada"});
  TestEnds ends(*w.keeper, runs_of_gate("testing", {"team/ppa"}), 0);
  migrate::TestFacts known;
  known.pending.add("green/2", "green", "amd64");
  CHECK(ends.take(known).value().empty());
  TestEnds own(*w.keeper, runs_of_gate("testing", {}), 0);
  CHECK(own.take(known).value().size() == 2);  // not pending any more, ended
  CHECK(own.take(known).value().empty());
  CHECK(own.look_up({&kGreenTest, 1}, known).value().size() == 2);
}

// migration 4.6.2
TEST_CASE("test ends: a gate with PPAs sees the runs that it asked for") {
  EndsScene w("ADT_PPAS = team/ppa\n");
  REQUIRE(w.jobs() == 1);
  CHECK(w.is_pending());
  w.desk([](JobDesk& desk, base::Instant now) -> base::Result<void> {
    const auto lease = desk.lease({"h-1", {{"ppa", "testing", "amd64"}}, {}}, now);
    REQUIRE((lease && *lease));
    const auto run = "20260102_030405_abcde@";
    const auto& [request, queue] = std::pair((*lease)->request, (*lease)->queue);
    const auto place = adt::place_of(request, queue, run, adt::RunKind::result);
    auto end = test::attempt_end(adt::Outcome::pass, place.directory);
    end.place = place;
    end.version = "green 2";
    return desk.finish({(*lease)->job, (*lease)->epoch, "h-1"}, end, now);
  });
  w.settle();
  CHECK_FALSE(w.is_pending());
  CHECK(w.says("- PASS"));
  CHECK_FALSE(w.says("- RUNNING"));
}

}  // namespace sluice::flow
