// The engine on a real archive: how long a change takes to be decided again, and whether the result
// is that of a run from nothing. Usage: engine_changes CONFIG CHANGES SEED CACHE [COMPARE_EVERY].
// Prints one JSON object: for each kind of change the quantiles in ms of processor time, and the
// number of comparisons and differences. Reads only; a changed archive is made in memory.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <random>
#include <set>

#include "archive/reader.h"
#include "britney/config.h"
#include "flow/gate_inputs.h"
#include "migrate/hint_parser.h"
#include "migrate/reports.h"
#include "sys/clock.h"

namespace {

using namespace sluice;

class Quiet final : public base::Log {
 public:
  void write(base::Level, std::string_view) override {}
};

double cpu_ms() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// A file system where some files have other contents.
class Changed final : public sys::FileSystem {
 public:
  explicit Changed(sys::FileSystem& below) : below_(below) {}
  std::map<std::string, std::string> contents;

  base::Result<std::unique_ptr<sys::FileView>> open(const std::string& path) override {
    const auto at = contents.find(path);
    if (at == contents.end()) return below_.open(path);
    return std::make_unique<View>(at->second);
  }
  base::Result<sys::FileStatus> status(const std::string& path) override {
    return below_.status(path);
  }
  base::Result<std::vector<std::string>> list(const std::string& path) override {
    return below_.list(path);
  }
  base::Result<void> replace(const std::string& path, std::string_view bytes) override {
    return below_.replace(path, bytes);
  }
  base::Result<void> append(const std::string&, std::string_view) override { return {}; }
  base::Result<void> create_directories(const std::string&) override { return {}; }
  base::Result<void> remove(const std::string&) override { return {}; }
  base::Result<void> rename(const std::string&, const std::string&) override { return {}; }
  base::Result<std::unique_ptr<sys::FileLock>> lock(const std::string& path) override {
    return below_.lock(path);
  }

 private:
  struct View final : sys::FileView {
    explicit View(std::string_view b) : all(b) {}
    std::string_view bytes() const override { return all; }
    std::string_view all;
  };
  sys::FileSystem& below_;
};

// All that a decision says.
std::string text_of(const migrate::Decision& decision, const migrate::Engine& engine) {
  const auto& snapshot = *engine.archive().snapshot;
  const auto& judgement = decision.judgement;
  auto text = migrate::excuses_yaml(judgement.excuses, engine.world(), engine.facts().now);
  for (const auto& each : judgement.wanted)
    text += "?" + each.source + "/" + each.arch + " " + each.triggers.front() + "\n";
  for (const auto& message : judgement.messages) text += message + "\n";
  text += adt::render_pending(judgement.pending);
  for (const auto& item : decision.run.accepted) text += "+" + name_of(item, snapshot) + "\n";
  for (const auto& arch : decision.uninstallable) {
    std::vector<std::string> names;
    for (const auto name : arch.all) names.emplace_back(snapshot.text(name));
    std::ranges::sort(names);
    for (const auto& name : names) text += "!" + name + "\n";
  }
  return text;
}

struct Bench {
  Bench(britney::Config c, std::string cache, unsigned seed) : config(std::move(c)), random(seed) {
    config.paths.parsed_cache = std::move(cache);
  }

  migrate::HintSet hint_set(const migrate::Engine::Archive& archive) const {
    migrate::HintSet set;
    auto parsed = migrate::parse_hints(hints, "b", "b", {true, {}},
                                       migrate::known_hints(archive.settings), *archive.snapshot);
    for (auto& hint : parsed.hints) set.add(std::move(hint));
    (void)set.settle_duplicates();
    return set;
  }

  // Calls `edit(text, begin)` for the paragraphs of a source in an index of unstable: its own, or
  // those of its binaries, the last first.
  template <class Edit>
  void edit(const std::string& index, const std::string& source, const Edit& edit) {
    const auto path = config.paths.unstable + index;
    auto text = *changed.read(path);
    std::set<std::size_t, std::greater<>> begins;
    for (const auto& head : {"Package: " + source + "\n", "Source: " + source + "\n"})
      for (std::size_t at = 0; (at = text.find(head, at)) != std::string::npos; ++at) {
        if (at != 0 && text[at - 1] != '\n') continue;
        const auto begin = text.rfind("\n\n", at);
        begins.insert(begin == std::string::npos ? 0 : begin + 2);
      }
    for (const auto begin : begins) edit(text, begin);
    changed.contents[path] = std::move(text);
  }
  static void append_to_version(std::string& text, std::size_t begin, std::string_view more) {
    text.insert(text.find('\n', text.find("\nVersion: ", begin) + 1), more);
  }

  // A new upload of one source that unstable has: its paragraphs get a higher version.
  void upload(const std::string& source) {
    for (const auto* index : {"/Sources", "/Packages_amd64"})
      edit(index, source,
           [](auto& text, auto begin) { append_to_version(text, begin, "+bench1"); });
  }

  // A rebuild of the binary that bears the name of its source.
  void rebuild(const std::string& source) {
    edit("/Packages_amd64", source, [&](auto& text, auto begin) {
      if (!std::string_view(text).substr(begin).starts_with("Package: " + source + "\n")) return;
      const auto paragraph = text.substr(begin, text.find("\n\n", begin) - begin);
      if (paragraph.contains("\nSource: ")) return;
      const auto at = paragraph.find("\nVersion: ") + 10;
      const auto version = paragraph.substr(at, paragraph.find('\n', at) - at);
      append_to_version(text, begin, "+b9\nSource: " + source + " (" + version + ")");
    });
  }

  // Unstable has the source and its binaries no more.
  void remove(const std::string& source) {
    for (const auto* index : {"/Sources", "/Packages_amd64"})
      edit(index, source, [](auto& text, auto begin) {
        const auto end = text.find("\n\n", begin);
        text.erase(begin, end == std::string::npos ? end : end + 2 - begin);
      });
  }

  britney::Config config;
  std::mt19937 random;
  std::unique_ptr<sys::FileSystem> disk = sys::posix_file_system();
  Changed changed{*disk};
  Quiet log;
  std::string hints;
  std::map<std::string, std::vector<double>> times;
  int compared = 0, different = 0;
};

std::string quantiles(std::vector<double> all) {
  std::ranges::sort(all);
  const auto at = [&](double q) {
    return all[std::min(all.size() - 1,
                        static_cast<std::size_t>(q * static_cast<double>(all.size())))];
  };
  return fmt::format(
      R"({{"changes": {}, "p50": {:.1f}, "p90": {:.1f}, "p99": {:.1f}, "max": {:.1f}}})",
      all.size(), at(.5), at(.9), at(.99), all.back());
}

// One change as a caller that keeps facts as rows makes it.
struct Change {
  std::string kind;
  std::vector<migrate::FactChange> facts;
  bool archive = false;  // indexes are delivered anew
};

std::vector<migrate::TestKey> pending_tests(const migrate::Facts& facts) {
  std::vector<migrate::TestKey> all;
  for (const auto& [trigger, sources] : facts.tests.pending.by_trigger())
    for (const auto& [source, archs] : sources)
      for (const auto& arch : archs) all.push_back({trigger, source, arch});
  return all;
}

// A test that was pending has a result, of the version that the target has: three of four pass.
Change test_result(Bench& bench, const migrate::Engine& engine) {
  const auto pending = pending_tests(engine.facts());
  if (pending.empty()) return {"nothing: no test is pending", {}};
  const auto& test = pending[bench.random() % pending.size()];
  const auto& snapshot = *engine.archive().snapshot;
  const auto* source =
      snapshot.suites[deb::kTarget].source(snapshot.symbols.find_name(test.source));
  const auto version = source == nullptr ? "1" : std::string(snapshot.text(source->version));
  const auto code = bench.random() % 4 != 0 ? adt::ResultCode::pass : adt::ResultCode::fail;
  const auto seen = static_cast<std::int64_t>(base::seconds_of(engine.facts().now));
  return {"a test result",
          {migrate::PendingChange{migrate::PendingChange::Now::done, test},
           migrate::ResultChange{test, adt::TestResult{code, version, "run", seen}}}};
}

Change random_change(Bench& bench, const std::vector<std::string>& names,
                     const migrate::Engine& engine, unsigned kinds) {
  const auto& name = names[bench.random() % names.size()];
  const auto now = static_cast<std::int64_t>(base::seconds_of(engine.facts().age_now));
  switch (bench.random() % kinds) {
    case 0: bench.hints = "block " + name; return {"a hint that blocks a candidate", {}};
    case 1: bench.hints.clear(); return {"the hints without it", {}};
    case 2: {
      const auto& dates = engine.facts().age.first_seen;
      const auto at = dates.find(name);
      const auto version = at == dates.end() ? "" : at->second.version;
      return {"a date: a source is new",
              {migrate::DateChange{name, migrate::AgeFacts::FirstSeen{version, now}}}};
    }
    case 3:
      return {"a bug of a source",
              {migrate::BugsChange{migrate::BugsChange::Suite::source, name, {"1"}}}};
    case 4: bench.upload(name); return {"a new upload, indexes delivered anew", {}, true};
    case 5: bench.rebuild(name); return {"a rebuild, indexes delivered anew", {}, true};
    case 6: bench.remove(name); return {"a removal, indexes delivered anew", {}, true};
    case 7: {
      const auto& snapshot = *engine.archive().snapshot;
      const auto* source = snapshot.suites[1].source(snapshot.symbols.find_name(name));
      if (source != nullptr)
        bench.hints += "\nage-days 900 " + name + "/" + std::string(snapshot.text(source->version));
      return {"one more hint", {}};
    }
    case 8: {
      const auto& facts = engine.facts();
      const auto later = std::chrono::hours(30);
      return {"time", {migrate::TimeChange{facts.now + later, facts.age_now + later}}};
    }
    default: return test_result(bench, engine);
  }
}

// What was asked for is pending, and dates are kept, as after any run.
void take_over(migrate::Engine& engine, const migrate::Judgement& judgement) {
  auto facts = engine.facts();
  for (const auto& [source, seen] : judgement.first_seen)
    facts.age.first_seen.insert_or_assign(source, seen);
  facts.tests.pending = judgement.pending;
  engine.replace_facts(std::move(facts));
}

// Decides a change and notes what that cost. False: the archive could not be read.
bool decide(Bench& bench, migrate::Engine& engine, const Change& change) {
  const auto begin = cpu_ms();
  if (change.archive) {
    auto inputs = flow::read_inputs(bench.config, bench.changed, bench.log);
    if (!inputs) return false;
    engine.replace_archive({inputs->snapshot, inputs->settings, inputs->must_stay});
  }
  if (change.facts.empty()) engine.replace_hints(bench.hint_set(engine.archive()));
  for (const auto& fact : change.facts) engine.change_fact(fact);
  (void)engine.decide();
  const auto kind = change.kind + (engine.last_work().ran ? "; the run too" : "");
  bench.times[kind].push_back(cpu_ms() - begin);
  return true;
}

void compare(Bench& bench, migrate::Engine& engine) {
  const auto& archive = engine.archive();
  migrate::Engine fresh(archive, bench.hint_set(archive), engine.facts());
  ++bench.compared;
  if (text_of(*fresh.decide(), fresh) != text_of(*engine.decide(), engine)) ++bench.different;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const auto files = sys::posix_file_system();
  const auto clock = sys::system_clock();
  auto config = britney::read_config(*files, argv[1], {});
  if (!config) return std::fprintf(stderr, "%s\n", config.error().text().c_str()), 1;
  Bench bench(std::move(config->value), argv[4], static_cast<unsigned>(std::atoi(argv[3])));
  const int every = argc > 5 ? std::atoi(argv[5]) : 10;
  auto loaded = flow::load_engine(bench.config, "", bench.changed, *clock, bench.log);
  if (!loaded) return std::fprintf(stderr, "%s\n", loaded.error().text().c_str()), 1;
  auto& engine = *loaded->engine;
  std::vector<std::string> names;
  const bool tests = engine.archive().settings.adt.enabled != migrate::Switch::off;
  {
    const auto decision = engine.decide();
    for (const auto& excuse : decision->judgement.excuses)
      if (excuse.item.kind == migrate::ItemKind::source && (tests || excuse.valid))
        names.push_back(excuse.uvname);
    take_over(engine, decision->judgement);
  }
  (void)engine.decide();
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    if (!decide(bench, engine, random_change(bench, names, engine, tests ? 18 : 9))) return 1;
    if (i % every == 0) compare(bench, engine);
  }
  std::string out = "{\n";
  for (const auto& [kind, all] : bench.times)
    out += fmt::format("  \"{}\": {},\n", kind, quantiles(all));
  fmt::print("{}  \"compared\": {}, \"differences\": {}\n}}\n", out, bench.compared,
             bench.different);
  return bench.different == 0 ? 0 : 1;
}
