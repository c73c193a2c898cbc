#include "adt/classify.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "adt/exit_code.h"
#include "base/text.h"

namespace sluice::adt {
namespace {

constexpr std::size_t kNamesShown = 5;
constexpr int kBadPackage = 12;  // the tool's exit code of an erroneous package
constexpr std::size_t kDetailBytesMax = 300;

int count_of(const Summary& summary, TestStatus status) {
  return static_cast<int>(std::ranges::count(summary.tests, status, &TestLine::status));
}

bool any_ran(const Summary& summary) {
  return std::ranges::any_of(summary.tests, [](const auto& test) { return test.ran(); });
}

struct PhaseReached {
  RunPhase phase;
  EvidenceSource source;
};

PhaseReached phase_of(const RunEvidence& evidence) {
  if (any_ran(evidence.summary)) return {RunPhase::test_end, EvidenceSource::summary};
  if (!evidence.test_log.empty()) return {RunPhase::test_begin, EvidenceSource::log};
  if (evidence.has_source) return {RunPhase::setup, EvidenceSource::output};
  if (evidence.booted) return {RunPhase::boot, EvidenceSource::output};
  return {RunPhase::prepare, EvidenceSource::worker};
}

EvidenceSource source_of(RuleScope scope) {
  const bool is_summary = scope == RuleScope::testbed || scope == RuleScope::tool;
  return is_summary ? EvidenceSource::summary : EvidenceSource::log;
}

// The text that a scope means.
std::string_view evidence_in(const RunEvidence& evidence, RuleScope scope) {
  switch (scope) {
    case RuleScope::testbed: return evidence.summary.testbed_failure;
    case RuleScope::tool: return evidence.summary.quitting;
    case RuleScope::setup: return evidence.setup_log;
    case RuleScope::test: return evidence.test_log;
  }
  return {};
}

template <class T>
bool allows(const std::vector<T>& listed, const T& value) {
  return listed.empty() || std::ranges::find(listed, value) != listed.end();
}

// `failure`: the verdict that is to be doubted, if there is one.
const FailureRule* find_rule(const RunEvidence& evidence, const FailureRules& rules, RunPhase phase,
                             std::optional<Outcome> failure = {}) {
  const auto fits = [&](const FailureRule& rule) {
    return allows(rule.exit_codes, evidence.exit_code) && allows(rule.phases, phase) &&
           (!failure || allows(rule.failures, *failure)) && concerns(rule, evidence.sources) &&
           matches_text(rule, evidence_in(evidence, rule.scope));
  };
  const auto at = std::ranges::find_if(rules, fits);
  return at == rules.end() ? nullptr : &*at;
}

// Whose package is in doubt when its test fails: with a foreign trigger that one.
Blame failing_party(const RunEvidence& evidence) {
  const auto& sources = evidence.sources;
  const bool foreign =
      sources.size() > 1 && sources[1] != sources[0] && sources[1] != "migration-reference";
  return foreign ? Blame::trigger : Blame::package;
}

std::string names_of(const Summary& summary, TestStatus a, TestStatus b) {
  std::vector<std::string> names;
  for (const auto& test : summary.tests)
    if (test.status == a || test.status == b) names.push_back(test.name);
  const auto count = names.size();
  if (count > kNamesShown) names.resize(kNamesShown);
  return base::join(names, ", ") + (count > kNamesShown ? ", …" : "");
}

// The kind of a time-out: "timed out on command "…" (kind: install)". The end of the line is the
// tool's; the command before it may be the package's.
std::string timeout_kind(std::string_view failure) {
  constexpr std::string_view kKind = "(kind: ";
  if (!failure.starts_with("timed out on command") || !failure.ends_with(')')) return "";
  const auto at = failure.rfind(kKind);
  if (at == std::string_view::npos) return "";
  failure.remove_prefix(at + kKind.size());
  return std::string(failure.substr(0, failure.size() - 1));
}

class Classifier {
 public:
  Classifier(const RunEvidence& evidence, const FailureRules& rules)
      : evidence_(evidence), rules_(rules) {
    const auto [phase, source] = phase_of(evidence);
    out_.proof.phase = phase;
    out_.exit_code = evidence.exit_code;
    for (const auto& [seen, at] : evidence.seen)
      out_.proof.evidence.push_back({EvidenceKind::phase, EvidenceSource::log, EvidenceWeight::weak,
                                     std::string(text_of(seen)), at});
    note(EvidenceKind::phase, source, EvidenceWeight::supports, text_of(phase));
  }

  Classification take() {
    const bool ended_by_worker = evidence_.over_limit || evidence_.disk_short;
    const auto exit_weight = ended_by_worker ? EvidenceWeight::supports : EvidenceWeight::decides;
    note(EvidenceKind::exit_code, EvidenceSource::tool, exit_weight,
         std::to_string(evidence_.exit_code));
    if (evidence_.disk_short)
      disk_short(*evidence_.disk_short);
    else if (evidence_.over_limit)
      over_limit();
    else
      by_exit_code();
    if (is_verdict(out_.outcome) && !evidence_.other_source.empty()) wrong_source();
    out_.detail =
        fmt::format("exit {} after {}: {}", evidence_.exit_code, text_of(phase()), out_.detail);
    if (!out_.suspicion.empty()) out_.detail += "; suspect: " + out_.suspicion;
    if (evidence_.testbed == TestbedKind::this_machine &&
        class_of(out_.outcome) == OutcomeClass::ran) {
      constexpr std::string_view kOwn = "the tests ran on the worker's own machine";
      out_.detail += fmt::format("; weak evidence: {}", kOwn);
      note(EvidenceKind::testbed, EvidenceSource::worker, EvidenceWeight::doubts, kOwn);
    }
    out_.detail = base::replace_all(out_.detail, "\n", " ");
    if (out_.detail.size() > kDetailBytesMax) out_.detail.resize(kDetailBytesMax);
    return std::move(out_);
  }

 private:
  RunPhase phase() const { return out_.proof.phase.value_or(RunPhase::prepare); }

  void note(EvidenceKind kind, EvidenceSource source, EvidenceWeight weight,
            std::string_view detail) {
    out_.proof.evidence.push_back({kind, source, weight, quoted(detail), evidence_.duration});
  }

  // What the summary says, in the words that went into the detail or the tool's own.
  void note_summary(EvidenceWeight weight, std::string_view said) {
    if (!said.empty()) note(EvidenceKind::summary, EvidenceSource::summary, weight, said);
  }

  void note_rule(const FailureRule& rule, EvidenceWeight weight) {
    note(EvidenceKind::rule, source_of(rule.scope), weight,
         fmt::format("{}: {}", rule.id, matched_line(rule, evidence_in(evidence_, rule.scope))));
  }

  bool is_disk_full(EvidenceWeight weight) {
    const auto free = evidence_.disk_free_bytes.value_or(kDiskFreeMin);
    if (free < kDiskFreeMin)
      note(EvidenceKind::disk, EvidenceSource::worker, weight, fmt::format("{} bytes free", free));
    return free < kDiskFreeMin;
  }

  void disk_short(const DiskShortage& shortage) {
    set(Outcome::infra_disk_worker, Blame::worker,
        fmt::format("ended for want of room on the worker, {}", text_of(shortage)));
    note(EvidenceKind::disk, EvidenceSource::worker, EvidenceWeight::decides, text_of(shortage));
  }

  void over_limit() {
    set(Outcome::infra_timeout, Blame::worker, "over the limit for a whole run");
    note(EvidenceKind::limit, EvidenceSource::worker, EvidenceWeight::decides, out_.detail);
  }

  void set(Outcome outcome, Blame blame, std::string detail) {
    out_.outcome = outcome;
    out_.blame = blame;
    out_.detail = std::move(detail);
  }

  // What the exit code means when nothing says more.
  Outcome usual() const { return outcome_of_exit(evidence_.exit_code); }

  void by_exit_code() {
    switch (end_of_exit(evidence_.exit_code)) {
      case ToolEnd::passed: passed(); return;
      case ToolEnd::failed: failed(); return;
      case ToolEnd::neutral: neutral_run(); return;
      case ToolEnd::bad_package: untestable(); return;
      case ToolEnd::testbed_failed: testbed_failed(); return;
      case ToolEnd::gave_up: gave_up(); return;
      case ToolEnd::never_run: set(usual(), Blame::oper, "not run by rule"); return;
      case ToolEnd::crashed: crashed(); return;
      case ToolEnd::unknown:
        set(usual(), Blame::unknown, "an exit code that the tool does not have");
        return;
    }
  }

  // Whatever became of them, they were not the tests that were asked for: a changelog of another
  // name, or an index that answers with another source. Source: autopkgtest 3.
  void wrong_source() {
    const auto wanted = evidence_.sources.empty() ? "" : evidence_.sources.front();
    set(Outcome::untestable_control, Blame::package,
        fmt::format("testpkg-version names {}, and {} was asked for", evidence_.other_source,
                    wanted));
    note(EvidenceKind::rule, EvidenceSource::output, EvidenceWeight::decides, out_.detail);
    out_.exit_code = kBadPackage;
    out_.suspicion.clear();
    out_.proof.rule.clear();
  }

  // Exit code and summary contradict each other: something is wrong with the run and not with the
  // package.
  void contradiction(std::string_view wanted) {
    set(Outcome::infra_unknown, Blame::unknown, fmt::format("the summary has {}", wanted));
    note_summary(EvidenceWeight::decides, out_.detail);
  }

  void passed() {
    const auto& summary = evidence_.summary;
    if (count_of(summary, TestStatus::pass) == 0) return contradiction("no test that passed");
    if (failures() > 0) return contradiction("failed tests");
    set(usual(), Blame::unknown,
        fmt::format("{} of {} tests passed", count_of(summary, TestStatus::pass),
                    summary.tests.size()));
    note_summary(EvidenceWeight::decides, out_.detail);
  }

  int failures() const {
    return count_of(evidence_.summary, TestStatus::fail) +
           count_of(evidence_.summary, TestStatus::timed_out);
  }

  void failed() {
    const auto& summary = evidence_.summary;
    if (failures() == 0) return contradiction("no test that failed");
    const bool only_late = count_of(summary, TestStatus::fail) == 0;
    set(only_late ? Outcome::fail_timeout : usual(), failing_party(evidence_),
        fmt::format("{} of {} tests {}: {}", failures(), summary.tests.size(),
                    only_late ? "timed out" : "failed",
                    names_of(summary, TestStatus::fail, TestStatus::timed_out)));
    note_summary(EvidenceWeight::decides, out_.detail);
    if (const auto* rule = find_rule(evidence_, rules_, phase(), out_.outcome)) {
      out_.suspicion = rule->id;
      note_rule(*rule, EvidenceWeight::doubts);
    }
    if (is_disk_full(EvidenceWeight::doubts)) out_.suspicion = "worker-disk";
  }

  void neutral_run() {
    if (evidence_.summary.tests.empty()) return contradiction("no line for a test");
    set(usual(), Blame::unknown, "nothing but skipped or superficial tests");
    note_summary(EvidenceWeight::decides, out_.detail);
  }

  bool by_rule(std::string_view said) {
    const auto* rule = find_rule(evidence_, rules_, phase());
    note_summary(rule == nullptr ? EvidenceWeight::decides : EvidenceWeight::supports, said);
    if (rule == nullptr) return false;
    out_.proof.rule = rule->id;
    note_rule(*rule, EvidenceWeight::decides);
    set(rule->outcome, rule->blame, fmt::format("rule {}: {}", rule->id, said));
    return true;
  }

  void untestable() {
    const auto& said = evidence_.summary.erroneous;
    if (by_rule(said)) return;
    if (said.starts_with("rules ") || said.contains("dpkg-buildpackage"))
      return set(Outcome::untestable_build, Blame::package, said);
    if (said.contains("depend") || said.contains("installation of basic binaries"))
      return set(Outcome::untestable_deps, Blame::archive, said);
    set(usual(), Blame::package, said.empty() ? "no reason given" : said);
  }

  void testbed_failed() {
    const auto& said = evidence_.summary.testbed_failure;
    if (is_disk_full(EvidenceWeight::decides)) {
      note_summary(EvidenceWeight::supports, said);
      return set(Outcome::infra_disk_worker, Blame::worker, said);
    }
    if (by_rule(said)) return;
    const auto kind = timeout_kind(said);
    if (!kind.empty()) return set(Outcome::infra_timeout, Blame::test_env, kind + ": " + said);
    switch (phase()) {
      case RunPhase::prepare: return set(Outcome::infra_provision, Blame::worker, said);
      case RunPhase::boot: return set(Outcome::infra_boot, Blame::worker, said);
      case RunPhase::setup: return set(usual(), Blame::unknown, said);
      case RunPhase::test_begin:
      case RunPhase::test_end: return set(Outcome::infra_testbed_lost, Blame::worker, said);
    }
  }

  void gave_up() {
    const auto& said = evidence_.summary.quitting;
    if (by_rule(said)) return;
    // Its own words about the package, and not a traceback or a wrong call of ours.
    const bool about_tests = said.contains("control") || said.contains("parse");
    if (about_tests) return set(Outcome::untestable_control, Blame::package, said);
    set(usual(), Blame::grid_bug, said.empty() ? "wrong usage" : said);
  }

  void crashed() {
    const auto code = evidence_.exit_code;
    set(usual(), Blame::worker,
        code > 128 ? fmt::format("killed by signal {}", code - 128) : "the tool crashed");
  }

  const RunEvidence& evidence_;
  const FailureRules& rules_;
  Classification out_;
};

}  // namespace

SplitLog split_log(std::string_view log) {
  constexpr std::string_view kBegin = "autopkgtest [";
  for (std::size_t begin = 0; begin < log.size();) {
    const auto end = std::min(log.find('\n', begin), log.size());
    const auto line = log.substr(begin, end - begin);
    if (line.starts_with(kBegin) && line.contains("]: test ") && line.contains(": [-----------"))
      return {std::string(log.substr(0, begin)), std::string(log.substr(begin))};
    begin = end + 1;
  }
  return {std::string(log), ""};
}

Classification classify(const RunEvidence& evidence, const FailureRules& rules) {
  return Classifier(evidence, rules).take();
}

}  // namespace sluice::adt
