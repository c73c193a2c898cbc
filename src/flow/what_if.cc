#include "flow/what_if.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <set>
#include <utility>

#include "base/text.h"
#include "britney/hint_files.h"
#include "migrate/hint_parser.h"
#include "migrate/policy_queries.h"
#include "migrate/propagate.h"
#include "migrate/rejection_reasons.h"
#include "migrate/target.h"

namespace sluice::flow {
namespace {

using base::Result;

// Hint lines of a supposition; the first package that is in no such suite is the error.
class Lines {
 public:
  explicit Lines(const deb::Snapshot& snapshot) : snapshot_(snapshot) {}

  // `type`: the hint and what stands before the package.
  void add(std::string_view type, const std::vector<std::string>& sources, deb::SuiteIndex suite) {
    for (const auto& name : sources) {
      const auto* source = snapshot_.suites[suite].source(snapshot_.symbols.find_name(name));
      if (source == nullptr) {
        missing_ =
            "'" + name + "': a source package of " + snapshot_.suites[suite].name + " expected";
        return;
      }
      put(std::string(type) + name + "/" + std::string(snapshot_.text(source->version)));
    }
  }

  // SOURCE or SOURCE/ARCH; tests are those of the target's packages and of new ones.
  void ignore_test(const std::string& test) {
    const auto slash = test.find('/');
    const auto source = test.substr(0, slash);
    const auto name = snapshot_.symbols.find_name(source);
    const bool known = std::ranges::any_of(
        snapshot_.suites, [&](const deb::Suite& suite) { return suite.source(name) != nullptr; });
    if (!known) {
      missing_ = "'" + source + "': a source package expected";
    } else if (slash != std::string::npos && !snapshot_.find_arch(test.substr(slash + 1))) {
      missing_ = "'" + test + "': an architecture of the configuration expected";
    } else {
      put("force-badtest " + source + "/all" +
          (slash == std::string::npos ? "" : test.substr(slash)));
    }
  }

  void put(const std::string& line) { (text_ += line) += ";"; }

  Result<std::string> take() {
    if (!missing_.empty()) return base::fail(base::ErrorKind::invalid, missing_);
    return std::move(text_);
  }

 private:
  const deb::Snapshot& snapshot_;
  std::string text_, missing_;
};

// A run only warns of a line that is no hint; who supposes one wants to know.
Result<void> check_hint(const std::string& line, const deb::Snapshot& snapshot,
                        const migrate::Settings& settings) {
  const auto parsed = migrate::parse_hints(line, "what-if", "what-if", {true, {}},
                                           migrate::known_hints(settings), snapshot);
  if (!parsed.messages.empty())
    return base::fail(base::ErrorKind::invalid, parsed.messages.front().text);
  if (parsed.hints.empty())
    return base::fail(base::ErrorKind::invalid, "'" + line + "': a hint expected");
  return {};
}

// What a policy would look for that does not work here would change nothing, whatever the answer
// is.
Result<void> check_policies(const Supposition& supposition, const migrate::Settings& settings) {
  if (settings.adt.enabled != migrate::Switch::off) return {};
  for (const auto& [tests, what] : {std::pair(&supposition.ignore_tests, "failures of tests"),
                                    std::pair(&supposition.skip_tests, "tests of an upload")})
    if (!tests->empty())
      return base::fail(base::ErrorKind::invalid,
                        "'" + tests->front() + "': " + what +
                            " hold nothing, as the policy autopkgtest is off (ADT_ENABLE)");
  return {};
}

Result<std::string> hint_text(const Supposition& supposition, const deb::Snapshot& snapshot,
                              const migrate::Settings& settings) {
  if (auto useful = check_policies(supposition, settings); !useful)
    return std::unexpected(useful.error());
  Lines lines(snapshot);
  for (const auto& line : supposition.hints) {
    if (auto good = check_hint(line, snapshot, settings); !good)
      return std::unexpected(good.error());
    lines.put(line);
  }
  lines.add("unblock ", supposition.unblock, migrate::kPrimary);
  lines.add("force ", supposition.waive, migrate::kPrimary);
  lines.add("remove ", supposition.remove, deb::kTarget);
  // A run refuses a removal that breaks something; here it is asked what that is.
  lines.add("force-hint -", supposition.remove, deb::kTarget);
  lines.add("force-skiptest ", supposition.skip_tests, migrate::kPrimary);
  for (const auto& test : supposition.ignore_tests) lines.ignore_test(test);
  return lines.take();
}

// What is supposed counts against what the files say; who is overruled by them is told.
migrate::HintSet supposed_hints(const britney::Config& config, const std::string& lines,
                                const deb::Snapshot& snapshot, sys::FileSystem& files,
                                base::Log& log) {
  const auto present = britney::read_hints(files, config, "", snapshot).messages;
  auto supposed = britney::read_hints(files, config, lines, snapshot, britney::HintsPlace::last);
  for (const auto& message : supposed.messages)
    if (message.level >= base::Level::warning &&
        std::ranges::find(present, message) == present.end())
      log.warn("what-if: " + message.text);
  return std::move(supposed.value);
}

std::vector<RefusedRemoval> refused_removals(const std::vector<std::string>& sources,
                                             const migrate::Decision& decision,
                                             const deb::Snapshot& snapshot) {
  std::set<std::string, std::less<>> accepted;
  for (const auto& item : decision.run.accepted) accepted.insert(uvname(item, snapshot));
  std::vector<RefusedRemoval> refused;
  for (const auto& name : sources) {
    RefusedRemoval removal{"-" + name, {}};
    if (accepted.contains(removal.item)) continue;
    const auto& excuses = decision.judgement.excuses;
    const auto at = find_excuse(excuses, removal.item);
    if (at == excuses.size()) {
      removal.because = {"another item of " + name + " may migrate"};
    } else if (excuses[at].valid) {
      removal.because = {"it cannot be applied"};
    } else {
      const auto reasons = rejection_reasons(excuses[at]);
      removal.because.assign(reasons.begin(), reasons.end());
    }
    refused.push_back(std::move(removal));
  }
  return refused;
}

// What the target has when a run has ended.
class TargetEnd {
 public:
  void note(const migrate::TargetState& target) {
    binaries_ = target.binaries();
    sources_.clear();
    for (std::uint32_t n = 0; n < target.snapshot().symbols.name_count(); ++n)
      sources_.push_back(target.source(deb::NameId(n)));
  }

  // What is here and of which the other has nothing of that name.
  std::vector<Gone> missing_in(const TargetEnd& other, const deb::Snapshot& snapshot) const {
    std::vector<Gone> gone;
    for (std::size_t n = 0; n < sources_.size(); ++n)
      if (sources_[n] != nullptr && other.sources_[n] == nullptr)
        gone.push_back({std::string(snapshot.text(sources_[n]->name)), Gone::kSource});
    for (deb::ArchIndex arch = 0; arch < binaries_.size(); ++arch)
      for (const auto package : binaries_[arch])
        if (package.valid() && !other.has_name_of({arch, package}, snapshot))
          gone.push_back({std::string(snapshot.text(snapshot.record({arch, package}).name)),
                          std::string(snapshot.arch_name(arch))});
    std::ranges::sort(gone);
    return gone;
  }

 private:
  bool has_name_of(deb::BinaryRef ref, const deb::Snapshot& snapshot) const {
    const auto& table = binaries_[ref.arch];
    const auto at = snapshot.record(ref).name.value;
    return at < table.size() && table[at].valid();
  }

  std::vector<std::vector<deb::PackageIndex>> binaries_;
  std::vector<const deb::SourcePackage*> sources_;  // of the snapshot
};

// Time passes for everything that was seen until now.
migrate::Facts later(migrate::Facts facts, const migrate::Judgement& now, std::int64_t days) {
  for (const auto& [source, seen] : now.first_seen)
    facts.age.first_seen.insert_or_assign(source, seen);
  facts.now += std::chrono::days(days);
  facts.age_now += std::chrono::days(days);
  return facts;
}

}  // namespace

Result<WhatIf> suppose(const britney::Config& config, const Supposition& supposition,
                       sys::FileSystem& files, sys::Clock& clock, base::Log& log) {
  auto loaded = load_engine(config, "", files, clock, log);
  if (!loaded) return std::unexpected(loaded.error());
  WhatIf result;
  result.loaded = std::move(*loaded);
  auto& engine = result.engine();
  const auto snapshot = engine.archive().snapshot;
  const auto lines = hint_text(supposition, *snapshot, config.settings);
  if (!lines) return std::unexpected(lines.error());
  TargetEnd end;
  const auto note_end = [&](const migrate::World&, migrate::TargetState& target) {
    end.note(target);
  };
  result.present = engine.decide({}, note_end);
  if (const auto& fatal = result.present->judgement.fatal) return std::unexpected(*fatal);
  if (!lines->empty()) engine.replace_hints(supposed_hints(config, *lines, *snapshot, files, log));
  engine.replace_facts(later(engine.facts(), result.present->judgement, supposition.days));
  const auto present_end = end;  // and if nothing new is tried, the other one, too
  result.supposed = engine.decide({}, note_end);
  // More items may be asked about than before.
  if (const auto& fatal = result.supposed->judgement.fatal) return std::unexpected(*fatal);
  result.difference = migrate::difference(*result.present, *result.supposed, *snapshot);
  result.leaves = present_end.missing_in(end, *snapshot);
  result.refused = refused_removals(supposition.remove, *result.supposed, *snapshot);
  return result;
}

}  // namespace sluice::flow
