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

#include "archive/reader.h"
#include "britney/config.h"
#include "flow/gate_inputs.h"
#include "migrate/hint_parser.h"
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

std::string text_of(const migrate::Decision& decision, const deb::Snapshot& snapshot) {
  std::string text;
  for (const auto& excuse : decision.judgement.excuses) {
    text += excuse.uvname + std::to_string(static_cast<int>(excuse.verdict));
    for (const auto& reason : excuse.reasons) text += " " + reason;
    text += "\n";
  }
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

  // A new upload of one source that unstable has: its paragraphs get a higher version.
  void upload(const std::string& source) {
    for (const auto* name : {"/Sources", "/Packages_amd64"}) {
      const auto path = config.paths.unstable + name;
      auto text = *changed.read(path);
      const bool binaries = std::string_view(name) != "/Sources";
      for (const auto& head : {"Package: " + source + "\n", "Source: " + source + "\n"}) {
        for (std::size_t at = 0; (at = text.find(head, at)) != std::string::npos; ++at) {
          if (at != 0 && text[at - 1] != '\n') continue;
          auto begin = text.rfind("\n\n", at);
          begin = begin == std::string::npos ? 0 : begin + 2;
          const auto version = text.find("\nVersion: ", begin);
          const auto end = text.find('\n', version + 1);
          text.insert(end, "+bench1");
          if (!binaries) break;
        }
        if (!binaries) break;
      }
      changed.contents[path] = std::move(text);
    }
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

// Makes one random change; returns its kind.
std::string change(Bench& bench, const std::vector<std::string>& names, migrate::Facts& facts) {
  const auto& name = names[bench.random() % names.size()];
  switch (bench.random() % 5) {
    case 0: bench.hints = "block " + name; return "a hint that blocks a candidate";
    case 1: bench.hints.clear(); return "the hints without it";
    case 2:
      facts.age.first_seen[name].seconds = facts.age_now.time_since_epoch().count() / 1'000'000;
      return "a date: a source is new";
    case 3: facts.bugs_in_source[name].insert("1"); return "a bug of a source";
    default: bench.upload(name); return "a new upload, indexes delivered anew";
  }
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
  auto& engine = **loaded;
  auto facts = engine.facts();
  auto decision = engine.decide();
  facts.age = decision->judgement.age;
  std::vector<std::string> names;
  for (const auto& item : decision->judgement.candidates)
    if (item.kind == migrate::ItemKind::source)
      names.emplace_back(engine.archive().snapshot->text(item.package));
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    const auto kind = change(bench, names, facts);
    const bool upload = kind.starts_with("a new upload");
    const auto begin = cpu_ms();
    auto archive = engine.archive();
    if (upload) {
      auto inputs = flow::read_inputs(bench.config, bench.changed, bench.log);
      if (!inputs) return 1;
      archive = {inputs->snapshot, inputs->settings, inputs->must_stay};
      engine.replace_archive(archive);
    }
    engine.replace_hints(bench.hint_set(archive));
    engine.replace_facts(facts);
    decision = engine.decide();
    bench.times[kind].push_back(cpu_ms() - begin);
    if (i % every != 0) continue;
    migrate::Engine fresh(archive, bench.hint_set(archive), facts);
    ++bench.compared;
    if (text_of(*fresh.decide(), *archive.snapshot) != text_of(*decision, *archive.snapshot))
      ++bench.different;
  }
  std::string out = "{\n";
  for (const auto& [kind, all] : bench.times)
    out += fmt::format("  \"{}\": {},\n", kind, quantiles(all));
  fmt::print("{}  \"compared\": {}, \"differences\": {}\n}}\n", out, bench.compared,
             bench.different);
  return bench.different == 0 ? 0 : 1;
}
