// sluice-sim: histories of a simulated grid, from seeds. Exit status: 0 all held, 1 an invariant
// broke or something was never exercised, 2 usage.
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "sim/coverage.h"
#include "sim/world.h"

namespace {

using namespace sluice;

constexpr std::string_view kHelp =
    R"(Usage: sluice-sim --seed N [--until T] [--trace N]
       sluice-sim --seeds FILE [--fresh FIRST:COUNT] [--seconds N]
                  [--coverage]
       sluice-sim --twice N

Runs the grid's server in a simulated world: crashes, broken disks, lying workers.

  --seed N        one history; prints the end of its trace
  --until T       stop after that many steps
  --trace N       print that many lines of the trace (120)
  --seeds FILE    the histories of these seeds, a number a line, "#" comments
  --fresh F:C     and of C seeds from F on
  --seconds N     begin no more of them after so long
  --coverage      print how often each fault and transition happened
  --twice N       one history twice: both must have the same trace

Exit status: 0 all invariants hold; 1 one broke, or a fault or transition was never exercised;
2 wrong usage.
)";

// For the handler of an abort, which may do nothing but write.
char replay_line[128];

extern "C" void on_abort(int) {
  std::fputs(replay_line, stderr);
  std::_Exit(1);
}

struct Options {
  std::optional<std::uint64_t> seed, twice;
  std::int64_t until = std::numeric_limits<std::int64_t>::max();
  std::string seeds;
  std::uint64_t first = 0, count = 0;
  std::int64_t trace = 120;
  std::int64_t seconds = std::numeric_limits<std::int32_t>::max();
  bool coverage = false;
};

std::optional<Options> parse(const std::vector<std::string>& words) {
  Options options;
  const auto number = [&](std::size_t at) {
    return at < words.size() ? base::parse_int(words[at]) : std::nullopt;
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = number(i + 1);
    if (words[i] == "--coverage") {
      options.coverage = true;
      continue;
    }
    if (++i == words.size()) return std::nullopt;
    if (words[i - 1] == "--seeds") {
      options.seeds = words[i];
    } else if (words[i - 1] == "--fresh") {
      const auto parts = base::split(words[i], ':');
      if (parts.size() != 2) return std::nullopt;
      options.first = static_cast<std::uint64_t>(base::parse_int(parts[0]).value_or(0));
      options.count = static_cast<std::uint64_t>(base::parse_int(parts[1]).value_or(0));
    } else if (!value || *value < 0) {
      return std::nullopt;
    } else if (words[i - 1] == "--seed") {
      options.seed = static_cast<std::uint64_t>(*value);
    } else if (words[i - 1] == "--twice") {
      options.twice = static_cast<std::uint64_t>(*value);
    } else if (words[i - 1] == "--until") {
      options.until = *value;
    } else if (words[i - 1] == "--trace") {
      options.trace = *value;
    } else if (words[i - 1] == "--seconds") {
      options.seconds = *value;
    } else {
      return std::nullopt;
    }
  }
  if (!options.seed && !options.twice && options.seeds.empty() && options.count == 0)
    return std::nullopt;
  return options;
}

enum class Trace : std::uint8_t { shown, when_broken };

sim::Ending run(std::uint64_t seed, const Options& options, sim::Coverage& coverage, Trace trace) {
  (void)std::snprintf(replay_line, sizeof replay_line, "replay: sluice-sim --seed %llu\n",
                      static_cast<unsigned long long>(seed));
  sim::World world(seed, coverage);
  world.keep_trace(static_cast<std::size_t>(options.trace));
  const auto ending = world.run(options.until);
  if (trace == Trace::shown || !ending.broken.empty())
    for (const auto& line : world.trace()) fmt::print("{}\n", line);
  if (!ending.broken.empty())
    fmt::print("seed {}: {}\nreplay: sluice-sim --seed {} --until {}\n", seed, ending.broken, seed,
               ending.steps);
  else if (trace == Trace::shown)
    fmt::print("seed {}: all held, {} steps, trace {:016x}\n", seed, ending.steps, ending.digest);
  return ending;
}

// Nothing: the file cannot be read, or one of its lines is no number.
std::optional<std::vector<std::uint64_t>> read_seeds(const Options& options) {
  std::vector<std::uint64_t> seeds;
  std::ifstream file(options.seeds);
  if (!options.seeds.empty() && !file) return std::nullopt;
  for (std::string line; std::getline(file, line);) {
    const auto text = base::trim(std::string_view(line).substr(0, line.find('#')));
    if (text.empty()) continue;
    const auto seed = base::parse_int(text);
    if (!seed || *seed < 0) return std::nullopt;
    seeds.push_back(static_cast<std::uint64_t>(*seed));
  }
  for (std::uint64_t i = 0; i < options.count; ++i) seeds.push_back(options.first + i);
  return seeds;
}

int run_all(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  sim::Coverage coverage;
  const auto seeds = read_seeds(options);
  if (!seeds) {
    fmt::print(stderr, "{}: cannot be read, or a line is no seed\n", options.seeds);
    return 2;
  }
  const auto seconds_now = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  std::int64_t steps = 0, done = 0;
  int broken = 0;
  for (const auto seed : *seeds) {
    if (seconds_now() > static_cast<double>(options.seconds)) break;
    ++done;
    const auto ending = run(seed, options, coverage, Trace::when_broken);
    steps += ending.steps;
    broken += ending.broken.empty() ? 0 : 1;
  }
  const auto seconds = seconds_now();
  if (options.coverage) fmt::print("{}", coverage.text());
  const auto missing = coverage.missing(sim::expected_tags());
  for (const auto& tag : missing) fmt::print("never exercised: {}\n", tag);
  fmt::print("{} seeds, {} steps, {:.1f} s, {:.0f} steps/s, {} broken\n", done, steps, seconds,
             static_cast<double>(steps) / seconds, broken);
  return broken == 0 && missing.empty() && done > 0 ? 0 : 1;
}

int run_twice(const Options& options) {
  sim::Coverage coverage;
  const auto first = run(*options.twice, options, coverage, Trace::when_broken);
  const auto second = run(*options.twice, options, coverage, Trace::when_broken);
  fmt::print("{:016x} {:016x}, {} steps\n", first.digest, second.digest, first.steps);
  return first.digest == second.digest && first.broken.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 1 && words.front() == "--help") {
    fmt::print("{}", kHelp);
    return 0;
  }
  const auto options = parse(words);
  if (!options) {
    fmt::print(stderr, "{}", kHelp);
    return 2;
  }
  (void)std::signal(SIGABRT, &on_abort);
  if (options->twice) return run_twice(*options);
  if (!options->seed) return run_all(*options);
  sim::Coverage coverage;
  return run(*options->seed, *options, coverage, Trace::shown).broken.empty() ? 0 : 1;
}
