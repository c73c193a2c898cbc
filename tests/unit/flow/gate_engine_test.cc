// covers: gate_engine.cc gate_loop.cc grid_news.cc
#include "flow/gate_engine.h"

#include <doctest/doctest.h>

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <set>

#include "flow/commit.h"
#include "flow/gate_loop.h"
#include "store/job_rows.h"
#include "store/run_rows.h"
#include "support/memory_files.h"
#include "support/random_gate.h"
#include "support/recording_log.h"
#include "support/rounds.h"
#include "support/scripted_processes.h"
#include "support/shared_clock.h"

namespace sluice::flow {
namespace {

constexpr std::string_view kBase =
    "TESTING = t\nUNSTABLE = u\nNONINST_STATUS = o/noninst\nEXCUSES_OUTPUT = o/excuses.html\n"
    "EXCUSES_YAML_OUTPUT = o/excuses.yaml\nUPGRADE_OUTPUT = o/output.txt\nHEIDI_OUTPUT = o/Heidi\n"
    "STATE_DIR = s\nARCHITECTURES = amd64 arm64\nNOBREAKALL_ARCHES = amd64\nOUTOFSYNC_ARCHES =\n"
    "BREAK_ARCHES =\nNEW_ARCHES =\nMINDAYS_MEDIUM = 2\nDEFAULT_URGENCY = medium\n"
    "SMOOTH_UPDATES = libs\nPIUPARTS_ENABLE = no\nHINTSDIR = h\nHINTS_ADA = ALL\n"
    "ADT_ENABLE = yes\nADT_ARCHES = amd64 arm64\nADT_AMQP = file:///o/amqp\n"
    "ADT_SWIFT_URL = file:///o/none\nADT_CI_URL = http://ci.example/\n";

std::string word_of(const adt::Job& job) {
  return job.request.package + "/" + job.queue.arch + " for " + job.request.triggers.front();
}

// Files, a grid of its own, and what happens to both.
struct Gate {
  Gate(sys::Clock& the_clock, const std::string& more) : clock(the_clock) {
    files.put("c", std::string(kBase) + more);
    files.put("h/ada", "# none\n");
    keeper = Keeper::open(":memory:", {}, clock, log).value();
    keeper->start();
  }

  void write(const std::string& path, std::string_view text) { (void)files.replace(path, text); }
  void deliver(const support::ArchiveBuilder& archive) {
    for (const auto& [suite, directory] : {std::pair("testing", "t"), std::pair("unstable", "u")})
      for (const auto& [name, text] : archive.indexes(suite))
        write(std::string(directory) + "/" + name, text);
  }
  void enter(const store::RunRow& run) {
    REQUIRE(commit(*keeper, [&](JobDesk& desk, base::Instant) -> base::Result<void> {
      const auto added = store::add_run(desk.db(), run);
      return added ? base::Result<void>() : std::unexpected(added.error());
    }));
  }
  std::set<std::string> jobs() {
    using Words = std::set<std::string>;
    return ask_keeper<Words>(*keeper,
                             [](JobDesk& desk, base::Instant) -> base::Result<Words> {
                               Words words;
                               const auto jobs =
                                   store::list_jobs(desk.db(), {.limit = 100'000}).value();
                               for (const auto& job : jobs) words.insert(word_of(job));
                               return words;
                             })
        .value();
  }
  std::string read(const std::string& path) { return files.read(path).value_or("(missing)"); }

  sys::Clock& clock;
  test::MemoryFileSystem files;
  test::RecordingLog log;
  test::ScriptedProcesses processes;
  std::unique_ptr<Keeper> keeper;
};

GateLoop loop_of(Gate& gate) {
  // Everything is read again only when nothing else is left.
  return {{"c", std::chrono::hours(24 * 365), "", "grid", ""},
          {*gate.keeper, gate.files, nullptr, nullptr, gate.processes, gate.clock, gate.log}};
}

// How the gate that stays came to its decisions.
struct Ways {
  int some = 0, reused = 0, all = 0, results = 0, requests = 0;
};

// Decides until nothing is left to decide or to write.
void settle(GateLoop& loop, Ways& ways) {
  for (int quiet = 0; quiet < 8; ++quiet) {
    if (!loop.turn()) continue;
    quiet = 0;
    REQUIRE(loop.engine() != nullptr);
    const auto& work = loop.engine()->last_work();
    ++(work.engine.all ? ways.all : ways.some);
    if (!work.engine.ran) ++ways.reused;
    if (work.results > 0) ++ways.results;
    if (work.requests > 0) ++ways.requests;
  }
}

// A run from nothing. Results that come count for good only at the second one: a run distrusts
// versions of no suite before it asks for news (migration 4.6.1, 4.6.2).
void run_from_nothing(Gate& gate) {
  LocalRequestQueue requests(*gate.keeper);
  BatchOptions options;
  options.requests = &requests;
  options.results = [&](const std::string& series) {
    return std::make_unique<LocalResults>(*gate.keeper, runs_of_gate(series, {}));
  };
  const auto config = britney::read_config(gate.files, "c", {}).value();
  for (int i = 0; i < 2; ++i)
    REQUIRE(run_gate_batch(config.value, options, gate.files, gate.clock, gate.log));
}

store::RunRow gate_run_of(const std::string& package, const std::string& arch,
                          const std::string& triggers, const std::string& version, bool passes,
                          int n) {
  store::RunRow run;
  run.run_id = fmt::format("20260101_{:06}_x@", n);
  run.place = {"autopkgtest-testing", "testing/" + arch + "/x/" + package + "/" + run.run_id};
  run.release = "testing";
  run.arch = arch;
  run.package = package;
  run.version = version;
  run.triggers = triggers;
  run.exit_code = passes ? 0 : 4;
  run.outcome = passes ? adt::Outcome::pass : adt::Outcome::fail;
  return run;
}

// The same things happen to a gate that stays and to one that is made from nothing each time.
struct Twins {
  Twins(unsigned seed, const std::string& more)
      : random(seed, 8), staying(clock, more), fresh(clock, more) {
    both([&](Gate& gate) { gate.deliver(random.archive()); });
    loop.emplace(loop_of(staying));
  }

  template <class Do>
  void both(const Do& what) {
    what(staying);
    what(fresh);
  }

  std::string name() { return random.source_name(random.pick(8)); }

  void result() {
    const std::string arch = random.pick(2) == 0 ? "amd64" : "arm64";
    auto trigger = name() + "/" + std::to_string(1 + random.pick(4));
    auto package = name();
    if (const auto open = staying.jobs(); !open.empty() && random.pick(4) != 0) {
      auto at = std::next(open.begin(), random.pick(static_cast<int>(open.size())));
      package = at->substr(0, 1);
      trigger = at->substr(at->rfind(' ') + 1);
    } else if (random.pick(6) == 0) {
      trigger = "migration-reference/0";
    }
    // A second pass would change nothing but the version that is shown, and a run from nothing does
    // not ask for news of what has passed.
    if (!passed.insert(package + arch + trigger).second) return;
    const bool passes = random.pick(3) != 0;
    if (!passes) passed.erase(package + arch + trigger);
    const auto run =
        gate_run_of(package, arch, trigger, std::to_string(1 + random.pick(4)), passes, ++runs);
    both([&](Gate& gate) { gate.enter(run); });
  }

  void hint() {
    constexpr std::array kHints = {"block",          "unblock", "force", "age-days 1",
                                   "force-skiptest", "urgent",  "easy",  "remove"};
    const auto line = std::string(kHints[static_cast<std::size_t>(random.pick(kHints.size()))]) +
                      " " + name() +
                      (random.pick(3) == 0 ? "" : "/" + std::to_string(1 + random.pick(4)));
    hints = random.pick(4) == 0 ? "" : hints + line + "\n";
    both([&](Gate& gate) { gate.write("h/ada", hints); });
  }

  void happen() {
    switch (random.pick(12)) {
      case 0:
        random.change();
        both([&](Gate& gate) { gate.deliver(random.archive()); });
        break;
      case 1: clock.seconds += 86'400; break;
      case 2:
      case 3: hint(); break;
      case 4: {
        const auto bugs = "src:" + name() + " " + std::to_string(random.pick(3)) + "\n";
        both([&](Gate& gate) { gate.write("s/rc-bugs-unstable", bugs); });
        break;
      }
      case 5:  // killed: what was not written is lost
        loop.reset();
        loop.emplace(loop_of(staying));
        break;
      default:
        for (int i = random.pick(4); i >= 0; --i) result();
    }
  }

  test::SharedClock clock;
  support::RandomGate random;
  Gate staying, fresh;
  std::optional<GateLoop> loop;
  std::string hints;
  std::set<std::string> passed;
  int runs = 0;
};

}  // namespace

// migration 9 (d)
TEST_CASE("gate engine: it decides what runs from nothing decide, whatever happens") {
  Ways ways;
  for (unsigned seed = 0; seed < test::rounds(40U); ++seed) {
    CAPTURE(seed);
    Twins twins(seed, std::string(seed % 3 == 0 ? "" : "EMAIL_ENABLE = no\n") +
                          (seed % 4 == 1 ? "ADT_BASELINE = reference\n" : ""));
    for (int step = 0; step < 20; ++step) {
      CAPTURE(step);
      settle(*twins.loop, ways);
      run_from_nothing(twins.fresh);
      for (const std::string path : {"o/excuses.yaml", "o/Heidi", "o/HeidiDelta"})
        REQUIRE(twins.staying.read(path) == twins.fresh.read(path));
      REQUIRE(twins.staying.jobs() == twins.fresh.jobs());
      twins.happen();
    }
  }
  // Else the comparison above says nothing about an engine that stays.
  CHECK(ways.some > test::rounds(100));
  CHECK(ways.reused > test::rounds(100));
  CHECK(ways.all > test::rounds(100));
  CHECK(ways.results > test::rounds(100));
  CHECK(ways.requests > test::rounds(50));
}

}  // namespace sluice::flow
