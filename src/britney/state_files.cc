#include "britney/state_files.h"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "britney/bugs.h"
#include "britney/dates.h"
#include "britney/launchpad_files.h"
#include "britney/piuparts.h"
#include "britney/signers.h"

namespace sluice::britney {
namespace {

using base::Level;
using migrate::RuleSet;

Calendar calendar_of(const Config& config) {
  return {.unit = config.settings.rules == RuleSet::debian ? DateUnit::days : DateUnit::seconds,
          .day_begins = config.paths.state_dir.empty() ? 15 : 19};
}

// Where the deployments of 2015 keep their state.
std::string old_dates_file(const Config& config) { return config.paths.testing + "/Dates"; }

std::string dates_file(const Config& config) {
  const auto& state_dir = config.paths.state_dir;
  return state_dir.empty() ? old_dates_file(config) : state_dir + "/age-policy-dates";
}

std::string source_ppa_file(const Config& config) { return config.paths.unstable + "/SourcePPA"; }

const deb::Suite& primary_of(const deb::Snapshot& snapshot) {
  for (const auto& suite : snapshot.suites)
    if (suite.suite_class == deb::SuiteClass::primary) return suite;
  return snapshot.suites.front();
}

std::string_view version_in(const deb::Snapshot& snapshot, const deb::Suite& suite,
                            std::string_view source) {
  const auto* record = suite.source(snapshot.symbols.find_name(source));
  return record == nullptr ? "" : snapshot.text(record->version);
}

class StateReader {
 public:
  StateReader(sys::FileSystem& files, const Config& config, const deb::Snapshot& snapshot,
              base::Instant now)
      : files_(files), config_(config), snapshot_(snapshot) {
    facts().now = now;
    facts().age_now = config.fake_runtime ? base::instant_of_seconds(*config.fake_runtime) : now;
  }

  Read<State> read() {
    read_dates();
    read_urgencies();
    read_bugs();
    if (config_.settings.piuparts) read_piuparts();
    if (config_.settings.check_buildd) read_signers();
    if (config_.settings.rules == RuleSet::ubuntu) read_launchpad_files();
    return std::move(read_);
  }

 private:
  using View = std::unique_ptr<sys::FileView>;

  migrate::Facts& facts() { return read_.value.facts; }
  const std::string& state_dir() const { return config_.paths.state_dir; }
  const std::string& target_name() const { return snapshot_.suites[deb::kTarget].name; }
  const std::string& primary_name() const { return primary_of(snapshot_).name; }

  void say(Level level, std::string text) { read_.messages.push_back({level, std::move(text)}); }

  // Null if there is no such file; with a message if it cannot be read.
  View open(const std::string& file) {
    auto view = files_.open(file);
    if (view) return std::move(*view);
    if (view.error().kind != base::ErrorKind::not_found) say(Level::error, view.error().text());
    return nullptr;
  }

  template <class T>
  T keep(Read<T> read) {
    append(read_.messages, std::move(read.messages));
    return std::move(read.value);
  }

  // The file in STATE_DIR if there is one, else the old one.
  std::string newer_of(const std::string& name, const std::string& old_file) {
    const auto file = state_dir() + "/" + name;
    return !state_dir().empty() && files_.exists(file) ? file : old_file;
  }

  void read_dates() {
    const auto file = newer_of("age-policy-dates", old_dates_file(config_));
    const auto view = open(file);
    if (!view) {
      read_.value.dates_read = !files_.exists(file);
      return;
    }
    facts().age.first_seen =
        keep(parse_dates(view->bytes(), file, facts().age_now, calendar_of(config_)));
  }

  void read_urgencies() {
    const auto file = newer_of("age-policy-urgencies", config_.paths.testing + "/Urgency");
    const auto view = open(file);
    if (!view) return say(Level::info, fmt::format("No urgencies: {} cannot be read", file));
    const auto& target = snapshot_.suites[deb::kTarget];
    const auto& primary = primary_of(snapshot_);
    facts().age.urgency =
        parse_urgencies(view->bytes(), config_.settings.age, [&](std::string_view source) {
          return SuiteVersions{version_in(snapshot_, target, source),
                               version_in(snapshot_, primary, source)};
        });
  }

  // Both suites' old files stand in for STATE_DIR together: of one alone every bug would look new,
  // or every bug fixed.
  void read_bugs() {
    auto target = state_dir() + "/rc-bugs-" + target_name();
    auto primary = state_dir() + "/rc-bugs-" + primary_name();
    const auto old_target = config_.paths.testing + "/BugsV";
    const auto old_primary = config_.paths.unstable + "/BugsV";
    const bool both_old = files_.exists(old_target) && files_.exists(old_primary);
    if (state_dir().empty() || (!files_.exists(target) && !files_.exists(primary) && both_old)) {
      target = old_target;
      primary = old_primary;
    }
    facts().bugs_in_target = read_bugs_of(target);
    facts().bugs_in_source = read_bugs_of(primary);
  }

  migrate::BugFacts read_bugs_of(const std::string& file) {
    const auto view = open(file);
    return view ? keep(parse_bugs(view->bytes(), file)) : migrate::BugFacts{};
  }

  void read_piuparts() {
    if (state_dir().empty()) return;
    const auto read_suite = [&](const std::string& suite) {
      const auto file = state_dir() + "/piuparts-summary-" + suite + ".json";
      const auto view = open(file);
      return view ? keep(parse_piuparts(view->bytes(), file)) : PiupartsFacts{};
    };
    facts().piuparts_in_target = read_suite(target_name());
    facts().piuparts_in_source = read_suite(primary_name());
  }

  void read_signers() {
    const auto file = state_dir() + "/signers.json";
    const auto view = state_dir().empty() ? nullptr : open(file);
    if (!view)
      return say(Level::warning,
                 fmt::format("CHECK_BUILDD is on, but there is no {}: no uploader is known", file));
    facts().signers = keep(parse_signers(view->bytes(), file));
  }

  void read_launchpad_files() {
    const auto read_bug_file = [&](const std::string& name) {
      const auto file = config_.paths.unstable + "/" + name;
      const auto view = open(file);
      return view ? keep(parse_launchpad_bugs(view->bytes(), file)) : LaunchpadBugs{};
    };
    facts().blocks = read_bug_file("Blocks");
    facts().excuse_bugs = read_bug_file("ExcuseBugs");
    if (const auto view = open(source_ppa_file(config_)))
      facts().source_ppas = keep(parse_source_ppas(view->bytes(), source_ppa_file(config_)));
  }

  sys::FileSystem& files_;
  const Config& config_;
  const deb::Snapshot& snapshot_;
  Read<State> read_;
};

}  // namespace

Read<State> load_state(sys::FileSystem& files, const Config& config, const deb::Snapshot& snapshot,
                       base::Instant now) {
  return StateReader(files, config, snapshot, now).read();
}

base::Result<void> save_state(sys::FileSystem& files, const Config& config, const State& before,
                              const Learned& learned) {
  constexpr std::string_view kContext = "saving the state of the policies";
  if (config.settings.rules == RuleSet::ubuntu) {
    auto saved = files.replace(source_ppa_file(config), source_ppas_text(learned.source_ppas));
    if (!saved) return base::fail_with(std::move(saved.error()), kContext);
  }
  if (!before.dates_read) return {};
  const auto text = dates_text(learned.known, learned.first_seen, calendar_of(config));
  if (auto saved = files.replace(dates_file(config), text); !saved)
    return base::fail_with(std::move(saved.error()), kContext);
  const auto old_file = old_dates_file(config);
  if (dates_file(config) == old_file || !files.exists(old_file)) return {};
  return base::with_context(files.remove(old_file), kContext);
}

}  // namespace sluice::britney
