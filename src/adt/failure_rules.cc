#include "adt/failure_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "adt/exit_code.h"
#include "adt/glob.h"
#include "adt/word_table.h"
#include "base/text.h"
#include "codec/yaml.h"

namespace sluice::adt {
namespace {

using base::ErrorKind;
using base::Result;
using codec::Value;

constexpr std::array kScopes = {
    std::pair{RuleScope::testbed, std::string_view("testbed")},
    std::pair{RuleScope::tool, std::string_view("tool")},
    std::pair{RuleScope::setup, std::string_view("setup")},
    std::pair{RuleScope::test, std::string_view("test")},
};

bool matches_line(std::string_view pattern, std::string_view line) {
  for (const auto part : base::split(pattern, '*')) {
    const auto at = line.find(part);
    if (at == std::string_view::npos) return false;
    line.remove_prefix(at + part.size());
  }
  return true;
}

// One rule's mapping with its errors collected: the first one counts.
class RuleReader {
 public:
  explicit RuleReader(const codec::Map& map) : map_(map) {}

  Result<FailureRule> read() {
    FailureRule rule;
    rule.id = text("id");
    if (rule.id.empty()) wrong("expected an id");
    rule.scope = word("scope", kScopes, RuleScope::setup);
    rule.outcome = outcome();
    const auto blame = parse_blame(map_.contains("blame") ? text("blame") : "unknown");
    if (!blame) wrong("no such blame: " + text("blame"));
    rule.blame = blame.value_or(Blame::unknown);
    rule.exit_codes = exit_codes();
    for (const auto& phase : texts("phases"))
      rule.phases.push_back(parse_run_phase(phase).value_or(RunPhase::prepare));
    for (const auto& phase : texts("phases"))
      if (!parse_run_phase(phase)) wrong("no such phase: " + phase);
    rule.failures = failures();
    rule.patterns = texts("patterns");
    rule.packages = texts("packages");
    rule.except = texts("except");
    check_scope(rule);
    check_patterns(rule);
    check_examples(rule);
    check_keys();
    if (error_.empty()) return rule;
    return base::fail(ErrorKind::invalid, fmt::format("rule {}: {}", rule.id, error_));
  }

 private:
  void wrong(const std::string& what) {
    if (error_.empty()) error_ = what;
  }

  std::string text(std::string_view key) const {
    const auto at = map_.find(key);
    const auto* text = at == map_.end() ? nullptr : at->second.string();
    return text == nullptr ? "" : *text;
  }

  std::vector<std::string> texts(std::string_view key) {
    std::vector<std::string> all;
    const auto at = map_.find(key);
    if (at == map_.end()) return all;
    if (at->second.list() == nullptr) wrong(fmt::format("{}: expected a list", key));
    if (at->second.list() != nullptr)
      for (const auto& each : *at->second.list()) {
        if (each.string() == nullptr) wrong(fmt::format("{}: expected texts", key));
        if (each.string() != nullptr) all.push_back(*each.string());
      }
    return all;
  }

  template <class Table, class Word>
  Word word(std::string_view key, const Table& table, Word otherwise) {
    const auto found = find_in(table, text(key));
    if (!found) wrong(fmt::format("no such {}: {}", key, text(key)));
    return found.value_or(otherwise);
  }

  Outcome outcome() {
    const auto found = parse_outcome(text("outcome"));
    if (!found || !is_for_rules(*found)) wrong("outcome: expected one of INFRA or UNTESTABLE");
    return found.value_or(Outcome::infra_unknown);
  }

  std::vector<Outcome> failures() {
    std::vector<Outcome> all;
    for (const auto& name : texts("failures")) {
      const auto found = parse_outcome(name);
      if (found == Outcome::fail || found == Outcome::fail_timeout)
        all.push_back(*found);
      else
        wrong("failures: expected FAIL or FAIL_TIMEOUT");
    }
    return all;
  }

  std::vector<int> exit_codes() {
    std::vector<int> codes;
    const auto at = map_.find("exit");
    if (at == map_.end()) return codes;
    if (at->second.list() == nullptr) wrong("exit: expected a list");
    if (at->second.list() != nullptr)
      for (const auto& each : *at->second.list()) {
        const auto* code = std::get_if<std::int64_t>(&each);
        if (code == nullptr || *code < 0 || *code > 255) wrong("exit: expected numbers to 255");
        if (code != nullptr) codes.push_back(static_cast<int>(*code));
      }
    return codes;
  }

  // What a test prints may cast doubt on its failure and may name the kind of a testbed's loss, and
  // no more.
  void check_scope(const FailureRule& rule) {
    const auto harmless = [](int code) { return code == 4 || code == 6 || code == 16; };
    if (rule.scope == RuleScope::test &&
        (rule.exit_codes.empty() || !std::ranges::all_of(rule.exit_codes, harmless)))
      wrong("scope test: expected exit codes of 4, 6, 16");
  }

  void check_patterns(const FailureRule& rule) {
    if (rule.patterns.empty()) wrong("expected patterns");
    for (const auto& pattern : rule.patterns)
      if (base::replace_all(pattern, "*", "").size() < 4)
        wrong("a pattern of fewer than four characters fits by chance: " + pattern);
  }

  void check_examples(const FailureRule& rule) {
    const auto hits = texts("hits");
    if (hits.empty()) wrong("expected hits: texts that the rule has to find");
    for (const auto& hit : hits)
      if (!matches_text(rule, hit)) wrong("does not find: " + hit);
    for (const auto& miss : texts("misses"))
      if (matches_text(rule, miss)) wrong("must not find: " + miss);
  }

  void check_keys() {
    constexpr std::array<std::string_view, 12> kKeys = {
        "id",       "scope",    "outcome",  "blame",  "exit", "phases",
        "failures", "patterns", "packages", "except", "hits", "misses"};
    for (const auto& [key, value] : map_)
      if (std::ranges::find(kKeys, key) == kKeys.end()) wrong("unknown key " + key);
  }

  const codec::Map& map_;
  std::string error_;
};

}  // namespace

std::string_view matched_line(const FailureRule& rule, std::string_view text) {
  for (std::size_t begin = 0; begin <= text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    const auto line = text.substr(begin, end - begin);
    for (const auto& pattern : rule.patterns)
      if (matches_line(pattern, line)) return line;
    begin = end + 1;
  }
  return {};
}

// No pattern is empty, so no empty line has one.
bool matches_text(const FailureRule& rule, std::string_view text) {
  return !matched_line(rule, text).empty();
}

bool concerns(const FailureRule& rule, const std::vector<std::string>& sources) {
  const auto named = [&](const std::vector<std::string>& globs, const std::string& source) {
    return std::ranges::any_of(globs, [&](const auto& glob) { return matches_glob(glob, source); });
  };
  if (!sources.empty() && named(rule.except, sources.front())) return false;
  return rule.packages.empty() || std::ranges::any_of(sources, [&](const auto& source) {
           return named(rule.packages, source);
         });
}

Result<FailureRules> parse_failure_rules(std::string_view yaml) {
  const auto document = codec::parse_yaml(yaml);
  if (!document) return std::unexpected(document.error());
  if (document->list() == nullptr)
    return base::fail(ErrorKind::invalid, "expected a list of rules");
  FailureRules rules;
  for (const auto& each : *document->list()) {
    if (each.map() == nullptr) return base::fail(ErrorKind::invalid, "expected a list of rules");
    auto rule = RuleReader(*each.map()).read();
    if (!rule) return std::unexpected(std::move(rule.error()));
    if (std::ranges::find(rules, rule->id, &FailureRule::id) != rules.end())
      return base::fail(ErrorKind::invalid, "rule " + rule->id + " stands there twice");
    rules.push_back(std::move(*rule));
  }
  return rules;
}

}  // namespace sluice::adt
