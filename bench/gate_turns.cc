// From one result in the grid to the decision: a gate that stays, on the archive of a britney.conf
// (its state directory and outputs are written), with a state of the grid on disk. Pending tests
// get results one after the other; of each it is told how long it takes from the commit of the
// result until the decision is taken, the requests are sent and HeidiResult is written, as time on
// the clock and as processor time of all threads. At the end
// the decision is compared with that of a run from nothing on the same files and grid. The clock
// stands still, so that both see the same ages.
//
//   bench_gate_turns CONF STATE_DIR RESULTS SEED [CACHE]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <random>

#include "flow/commit.h"
#include "flow/gate_loop.h"
#include "store/run_rows.h"

namespace {

using namespace sluice;

class Quiet final : public base::Log {
 public:
  void write(base::Level level, std::string_view line) override {
    if (level >= base::Level::error) std::fprintf(stderr, "%s\n", std::string(line).c_str());
  }
};

class Standing final : public sys::Clock {
 public:
  base::Instant now() override { return now_; }

 private:
  base::Instant now_ = sys::system_clock()->now();
};

double ms_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

double cpu_ms() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

std::string quantiles(std::vector<double> all) {
  std::ranges::sort(all);
  const auto at = [&](double q) {
    const auto i = static_cast<std::size_t>(q * static_cast<double>(all.size()));
    return all[std::min(all.size() - 1, i)];
  };
  return fmt::format(
      R"({{"results": {}, "p50": {:.1f}, "p90": {:.1f}, "p99": {:.1f}, "max": {:.1f}}})",
      all.size(), at(.5), at(.9), at(.99), all.back());
}

// Anonymous memory in MB.
long memory_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "RssAnon:") return status >> word, std::atol(word.c_str()) / 1024;
  return 0;
}

struct Bench {
  Quiet log;
  Standing clock;
  std::unique_ptr<sys::FileSystem> files = sys::posix_file_system();
  std::unique_ptr<sys::Processes> processes = sys::posix_processes();
  std::unique_ptr<flow::Keeper> keeper;
  std::mt19937 random;
  int runs = 0;
  std::map<std::string, std::vector<double>> times;
};

// A pending test ends; three of four pass. It tested what the target has.
store::RunRow random_run(Bench& bench, const migrate::Engine& engine) {
  std::vector<migrate::TestKey> pending;
  for (const auto& [trigger, sources] : engine.facts().tests.pending.by_trigger())
    for (const auto& [source, archs] : sources)
      for (const auto& arch : archs) pending.push_back({trigger, source, arch});
  const auto& test = pending[bench.random() % pending.size()];
  const auto& archive = engine.archive();
  const auto& snapshot = *archive.snapshot;
  // Its own upload is tested as that; else what the target has.
  const auto name = snapshot.symbols.find_name(test.source);
  const bool own = test.trigger.starts_with(test.source + "/");
  const auto* source = snapshot.suites[own ? 1 : deb::kTarget].source(name);
  const bool passes = bench.random() % 4 != 0;
  store::RunRow run;
  run.release = archive.settings.series;
  run.run_id = fmt::format("20990101_{:06}_x@", ++bench.runs);
  run.place = {"autopkgtest-" + run.release, run.release + "/x/" + test.source + "/" + run.run_id};
  run.arch = test.arch;
  run.package = test.source;
  run.version = source == nullptr ? "1" : std::string(snapshot.text(source->version));
  run.triggers = test.trigger;
  run.exit_code = passes ? 0 : 4;
  run.outcome = passes ? adt::Outcome::pass : adt::Outcome::fail;
  return run;
}

void one_result(Bench& bench, flow::GateLoop& loop) {
  const auto run = random_run(bench, loop.engine()->engine());
  const auto entered =
      commit(*bench.keeper, [&](flow::JobDesk& desk, base::Instant) -> base::Result<void> {
        const auto added = store::add_run(desk.db(), run);
        return added ? base::Result<void>() : std::unexpected(added.error());
      });
  const auto begin = std::chrono::steady_clock::now();
  const auto cpu_begin = cpu_ms();
  const bool decided = loop.turn();
  const auto cpu = cpu_ms() - cpu_begin;
  const auto taken = ms_since(begin);
  if (!entered || !decided || loop.engine() == nullptr) return;
  const auto& work = loop.engine()->last_work();
  const std::string kind = work.engine.all   ? "everything judged"
                           : work.engine.ran ? "changed candidates"
                                             : "unchanged candidates";
  bench.times[kind].push_back(taken);
  bench.times[kind + ", processor"].push_back(cpu);
  bench.times["all results, processor"].push_back(cpu);
  bench.times["all results"].push_back(taken);
  // The pause in which the reports are written.
  for (int i = 0; i < 8; ++i) {
    const auto pause = std::chrono::steady_clock::now();
    (void)loop.turn();
    bench.times["a turn without news"].push_back(ms_since(pause));
  }
}

// The decision of a run from nothing is another one: lines that differ.
int differences(Bench& bench, const britney::Config& config) {
  const auto read = [&](const std::string& path) { return bench.files->read(path).value_or(""); };
  const auto& paths = config.paths;
  const std::pair before(read(paths.excuses_yaml_output), read(paths.heidi_output));
  flow::LocalRequestQueue requests(*bench.keeper);
  flow::BatchOptions options;
  options.requests = &requests;
  options.results = [&](const std::string& series) {
    return std::make_unique<flow::LocalResults>(*bench.keeper, flow::runs_of_gate(series, {}));
  };
  if (!flow::run_gate_batch(config, options, *bench.files, bench.clock, bench.log)) return -1;
  return (before.first != read(paths.excuses_yaml_output)) +
         (before.second != read(paths.heidi_output));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  Bench bench;
  bench.random.seed(static_cast<unsigned>(std::atoi(argv[4])));
  flow::DeskLimits limits;
  limits.storm_max = 1'000'000;
  const std::string state = argv[2];
  (void)bench.files->create_directories(state);
  auto keeper = flow::Keeper::open(state + "/grid.db", limits, bench.clock, bench.log);
  if (!keeper) return std::fprintf(stderr, "%s\n", keeper.error().text().c_str()), 1;
  bench.keeper = std::move(*keeper);
  bench.keeper->start();
  std::optional<britney::Config> config;
  long before = 0;
  {
    flow::GateLoop loop(
        {argv[1], std::chrono::hours(24), "", state, argc > 5 ? argv[5] : ""},
        {*bench.keeper, *bench.files, nullptr, nullptr, *bench.processes, bench.clock, bench.log});
    const auto begin = std::chrono::steady_clock::now();
    (void)loop.turn();
    bench.times["start"].push_back(ms_since(begin));
    if (loop.engine() == nullptr) return 1;
    config = loop.engine()->config();
    const int results = std::atoi(argv[3]);
    for (int i = 0; i < results; ++i) {
      if (i == results / 4) before = memory_mb();
      one_result(bench, loop);
    }
    fmt::print("{{\n  \"memory_mb\": [{}, {}],\n", before, memory_mb());
  }
  for (const auto& [kind, all] : bench.times) fmt::print("  \"{}\": {},\n", kind, quantiles(all));
  const int different = differences(bench, *config);
  fmt::print("  \"differences\": {}\n}}\n", different);
  bench.keeper->stop();
  return different == 0 ? 0 : 1;
}
