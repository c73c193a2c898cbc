#include "case_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/text.h"
#include "britney/config.h"
#include "deb/snapshot_builder.h"
#include "migrate/hint_parser.h"

namespace sluice::cases {
namespace {

using base::Result;
using base::split_words;
using base::trim;

constexpr std::int64_t kNow = 1700864000;  // 2023-11-24 22:13:20; any fixed time does
constexpr std::int64_t kDay = 86400;
constexpr std::int64_t kOldEnough = 100;  // days; what no line of the case says otherwise

// Read after the lines of the case: the first assignment wins (migration 1.2).
constexpr std::string_view kDefaults =
    "TESTING = testing\nUNSTABLE = unstable\nNONINST_STATUS = noninst\n"
    "EXCUSES_OUTPUT = excuses.html\nNOBREAKALL_ARCHES = amd64\nOUTOFSYNC_ARCHES =\n"
    "BREAK_ARCHES =\nNEW_ARCHES =\nMINDAYS_LOW = 10\nMINDAYS_MEDIUM = 5\nMINDAYS_HIGH = 2\n"
    "MINDAYS_CRITICAL = 0\nDEFAULT_URGENCY = medium\nNO_PENALTIES = high\nSMOOTH_UPDATES = libs\n"
    "IGNORE_CRUFT = 0\nADT_ENABLE = no\nADT_PPAS =\nALL_BUILDARCH = amd64\nPIUPARTS_ENABLE = no\n";

constexpr std::array<std::string_view, 11> kFactWords = {
    "first-seen", "never-seen", "urgency", "bugs",       "piuparts", "signer",
    "block-bug",  "excuse-bug", "ppa",     "constraint", "faux"};

struct SuiteText {
  deb::SuiteClass suite_class;
  std::string name, short_name;
  std::string sources;
  std::map<std::string, std::string> packages;  // by architecture
  std::string last_source, last_version;
  bool used = false;
};

// "a b ; X: y ; Z: w": words before the first ` ; `, then whole fields.
struct Record {
  std::vector<std::string_view> words;
  std::string fields;
  bool has_section = false, has_source = false;
};

Record record_of(std::string_view text) {
  Record record;
  bool first = true;
  for (;;) {
    const auto end = text.find(" ; ");
    const auto part = trim(text.substr(0, end));
    if (first) {
      record.words = split_words(part);
    } else {
      record.fields.append(part).append("\n");
      record.has_section |= part.starts_with("Section:");
      record.has_source |= part.starts_with("Source:");
    }
    first = false;
    if (end == std::string_view::npos) return record;
    text.remove_prefix(end + 3);
  }
}

class Reader {
 public:
  explicit Reader(const Case& scenario) : case_(scenario) {
    suites_ = {{{deb::SuiteClass::target, "testing", "", "", {}, "", "", true},
                {deb::SuiteClass::primary, "unstable", "", "", {}, "", "", true},
                {deb::SuiteClass::additional, "pu", "pu", "", {}, "", "", false},
                {deb::SuiteClass::additional, "tpu", "tpu", "", {}, "", "", false}}};
  }

  Result<std::unique_ptr<Input>> read() {
    for (const auto& line : case_.given) {
      line_ = line.number;
      if (auto done = take(line); !done) return std::unexpected(done.error());
    }
    if (auto done = configure(); !done) return std::unexpected(done.error());
    build();
    read_hints();
    read_facts();
    return std::move(input_);
  }

 private:
  std::unexpected<base::Error> wrong(std::string what) const {
    return base::fail_with({base::ErrorKind::invalid, std::move(what), {}},
                           fmt::format("{}:{}", case_.file, line_));
  }

  Result<void> take(const Line& line) {
    const auto words = split_words(line.text);
    if (line.word == "archs") {
      archs_.assign(words.begin(), words.end());
      return {};
    }
    if (line.word == "rules") {
      if (line.text != "ubuntu" && line.text != "debian")
        return wrong("ubuntu or debian is expected");
      rules_ = line.text == "debian" ? migrate::RuleSet::debian : migrate::RuleSet::ubuntu;
      return {};
    }
    if (line.word == "config") {
      config_ += line.text + "\n";
      return {};
    }
    if (line.word == "distribution") {
      distribution_ = line.text;
      return {};
    }
    for (auto& suite : suites_) {
      if (suite.name != line.word) continue;
      suite_ = &suite;
      suite.used = true;
      return {};
    }
    if (line.word == "source" || line.word == "binary" || line.word == "package" ||
        line.word == "sources-text" || line.word == "packages-text")
      return take_record(line.word, line.text);
    if (line.word == "hint") return take_hint(line.text);
    if (std::ranges::find(kFactWords, line.word) == kFactWords.end())
      return wrong(fmt::format("the word '{}' is unknown", line.word));
    facts_.push_back(&line);
    return {};
  }

  Result<void> take_record(std::string_view word, std::string_view text) {
    if (suite_ == nullptr) return wrong("a suite's name comes before its packages");
    const auto record = record_of(text);
    const auto& words = record.words;
    if (word == "binary") {
      if (words.size() < 3) return wrong("binary NAME VERSION ARCH... [; Field: value]...");
      for (std::size_t i = 2; i < words.size(); ++i) add_binary(record, words[i]);
      return {};
    }
    if (words.size() != 2) return wrong(fmt::format("{} NAME VERSION [; Field: value]...", word));
    add_source(record, word == "package" ? "" : record.fields);
    if (word == "package")
      for (const auto& arch : archs_) add_binary(record, arch);
    return {};
  }

  void add_source(const Record& record, std::string_view fields) {
    suite_->last_source = record.words[0];
    suite_->last_version = record.words[1];
    suite_->sources += fmt::format("Package: {}\nVersion: {}\nMaintainer: Jo Doe <jo@x.example>\n",
                                   record.words[0], record.words[1]);
    if (fields.find("Section:") == std::string_view::npos) suite_->sources += "Section: misc\n";
    suite_->sources.append(fields).append("\n");
  }

  // Architecture `all` stands in the index of every architecture; `all@amd64` only in that one's.
  void add_binary(const Record& record, std::string_view place) {
    const auto at = place.find('@');
    const auto arch = place.substr(0, at);
    auto text = fmt::format("Package: {}\nVersion: {}\nArchitecture: {}\n", record.words[0],
                            record.words[1], arch);
    if (!record.has_source && !suite_->last_source.empty())
      text += fmt::format("Source: {} ({})\n", suite_->last_source, suite_->last_version);
    if (!record.has_section) text += "Section: misc\n";
    text += record.fields + "\n";
    for (const auto& each : archs_) {
      const bool wanted = at != std::string_view::npos ? each == place.substr(at + 1)
                                                       : arch == "all" || arch == each;
      if (wanted) suite_->packages[each] += text;
    }
  }

  Result<void> take_hint(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return wrong("hint USER: TEXT is expected");
    const std::string user(trim(text.substr(0, colon)));
    if (hint_files_.empty() || hint_files_.back().first != user) hint_files_.emplace_back(user, "");
    hint_files_.back().second.append(trim(text.substr(colon + 1))).append("\n");
    return {};
  }

  Result<void> configure() {
    std::string text = config_ + "ARCHITECTURES = " + base::join(archs_, " ") + "\n";
    text += kDefaults;
    britney::Overrides overrides;
    overrides.rules = rules_;
    if (!distribution_.empty()) overrides.distribution = distribution_;
    overrides.series = "testing";
    auto config = britney::parse_config(text, case_.file, overrides);
    if (!config) return std::unexpected(config.error());
    input_->settings = config->value.settings;
    for (const auto& message : config->messages) input_->messages.push_back(message.text);
    return {};
  }

  void build() {
    deb::SnapshotBuilder builder({archs_, deb::BuildRelations::keep});
    std::vector<std::pair<deb::SuiteIndex, SuiteText*>> used;
    for (auto& suite : suites_)
      if (suite.used)
        used.emplace_back(builder.add_suite(suite.name, suite.short_name, suite.suite_class),
                          &suite);
    for (const auto& [index, suite] : used)
      builder.add_sources(index, suite->sources, suite->name + "/Sources");
    const bool overlay = input_->settings.partial_unstable;
    if (overlay) builder.overlay_sources(1);
    for (const auto& [index, suite] : used) {
      for (std::size_t i = 0; i < archs_.size(); ++i)
        builder.add_packages(index, static_cast<deb::ArchIndex>(i), suite->packages[archs_[i]],
                             suite->name + "/Packages_" + archs_[i]);
      if (overlay && index == 1) builder.overlay_packages(1);
    }
    for (const auto* line : facts_)
      if (line->word == "constraint" || line->word == "faux") add_faux(builder, *line);
    for (const auto& problem : builder.take_problems()) input_->messages.push_back(problem.text);
    input_->snapshot = builder.finish();
  }

  // `constraint NAME PACKAGE...`: a package of no archive that has to stay installable.
  // `faux NAME VERSION [PROVIDED...]`: one that is simply there.
  void add_faux(deb::SnapshotBuilder& builder, const Line& line) {
    const auto words = split_words(line.text);
    const bool constraint = line.word == "constraint";
    deb::FauxPackage faux;
    faux.name = words.front();
    faux.version = constraint ? "1" : std::string(words.size() > 1 ? words[1] : "1.0-1");
    faux.section = "faux";
    const auto rest =
        std::span(words).subspan(std::min<std::size_t>(words.size(), constraint ? 1 : 2));
    (constraint ? faux.depends : faux.provides) = base::join(rest, ", ");
    const std::array<deb::SuiteIndex, 2> suites = {deb::kTarget, 1};
    builder.add_faux(faux, suites);
    if (constraint) input_->constraints.push_back(faux.name);
  }

  void read_hints() {
    const auto known = migrate::known_hints(input_->settings);
    migrate::HintPermissions all;
    all.all = true;
    for (const auto& [user, text] : hint_files_) {
      auto content = migrate::parse_hints(text, user, user, all, known, *input_->snapshot);
      for (auto& hint : content.hints) input_->hints.add(std::move(hint));
      for (const auto& message : content.messages) input_->messages.push_back(message.text);
    }
    for (const auto& message : input_->hints.settle_duplicates())
      input_->messages.push_back(message);
  }

  void read_facts() {
    auto& facts = input_->facts;
    facts.now = base::instant_of_seconds(kNow);
    facts.age_now = facts.now;
    for (const auto& source : input_->snapshot->suites[1].sources)
      facts.age.first_seen[std::string(input_->snapshot->text(source.name))] = {
          std::string(input_->snapshot->text(source.version)), kNow - kOldEnough * kDay};
    for (const auto* line : facts_) add_fact(line->word, split_words(line->text));
  }

  void add_fact(std::string_view word, const std::vector<std::string_view>& words);

  const Case& case_;
  int line_ = 0;
  std::array<SuiteText, 4> suites_;
  SuiteText* suite_ = nullptr;
  std::vector<std::string> archs_ = {"amd64"};
  migrate::RuleSet rules_ = migrate::RuleSet::ubuntu;
  std::string config_, distribution_;
  std::vector<std::pair<std::string, std::string>> hint_files_;
  std::vector<const Line*> facts_;
  std::unique_ptr<Input> input_ = std::make_unique<Input>();
};

void Reader::add_fact(std::string_view word, const std::vector<std::string_view>& words) {
  auto& facts = input_->facts;
  const auto at = [&](std::size_t i) { return std::string(i < words.size() ? words[i] : ""); };
  const auto number = [&](std::size_t i) { return base::parse_int(at(i)).value_or(0); };
  const bool target = at(0) == "testing";
  if (word == "first-seen") {
    facts.age.first_seen[at(0)] = {at(1), kNow - number(2) * kDay};
  } else if (word == "never-seen") {
    facts.age.first_seen.erase(at(0));
  } else if (word == "urgency") {
    facts.age.urgency[at(0)] = at(1);
  } else if (word == "bugs") {
    auto& bugs = (target ? facts.bugs_in_target : facts.bugs_in_source)[at(1)];
    for (std::size_t i = 2; i < words.size(); ++i) bugs.insert(at(i));
  } else if (word == "piuparts") {
    (target ? facts.piuparts_in_target : facts.piuparts_in_source)[at(1)] = {at(2)[0], at(3)};
  } else if (word == "signer") {
    facts.signers[at(0)][at(1)][at(2)] = {at(3) == "buildd", at(4)};
  } else if (word == "block-bug") {
    facts.blocks[at(0)].push_back({at(1), number(2)});
  } else if (word == "excuse-bug") {
    facts.excuse_bugs[at(0)].push_back({at(1), number(2)});
  } else if (word == "ppa") {
    facts.source_ppas[at(0)][at(1)] = at(2);
  }
}

}  // namespace

Result<std::unique_ptr<Input>> read_input(const Case& scenario) { return Reader(scenario).read(); }

}  // namespace sluice::cases
