#include "adt/evidence.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "adt/word_table.h"
#include "codec/utf8.h"

namespace sluice::adt {
namespace {

using base::ErrorKind;
using base::Result;
using codec::Map;
using codec::Value;
using std::string_view;

constexpr std::array kRunPhases = {
    std::pair{RunPhase::prepare, string_view("prepare")},
    std::pair{RunPhase::boot, string_view("boot")},
    std::pair{RunPhase::setup, string_view("setup")},
    std::pair{RunPhase::test_begin, string_view("test-begin")},
    std::pair{RunPhase::test_end, string_view("test-end")},
};
constexpr std::array kEvidenceKinds = {
    std::pair{EvidenceKind::phase, string_view("phase")},
    std::pair{EvidenceKind::exit_code, string_view("exit")},
    std::pair{EvidenceKind::limit, string_view("limit")},
    std::pair{EvidenceKind::summary, string_view("summary")},
    std::pair{EvidenceKind::rule, string_view("rule")},
    std::pair{EvidenceKind::disk, string_view("disk")},
    std::pair{EvidenceKind::testbed, string_view("testbed")},
    std::pair{EvidenceKind::store, string_view("store")},
};
constexpr std::array kEvidenceSources = {
    std::pair{EvidenceSource::log, string_view("log")},
    std::pair{EvidenceSource::output, string_view("output")},
    std::pair{EvidenceSource::summary, string_view("summary")},
    std::pair{EvidenceSource::tool, string_view("tool")},
    std::pair{EvidenceSource::store, string_view("store")},
    std::pair{EvidenceSource::worker, string_view("worker")},
};
constexpr std::array kEvidenceWeights = {
    std::pair{EvidenceWeight::decides, string_view("decides")},
    std::pair{EvidenceWeight::supports, string_view("supports")},
    std::pair{EvidenceWeight::doubts, string_view("doubts")},
    std::pair{EvidenceWeight::weak, string_view("weak")},
};

// Longer than any run.
constexpr std::int64_t kEvidenceAtMax = std::int64_t{366} * 24 * 3600;

std::unexpected<base::Error> wrong(string_view key, string_view expectation) {
  return base::fail(ErrorKind::invalid, fmt::format("\"{}\": expected {}", key, expectation));
}

Result<std::string> line_in(const Value& value, string_view key) {
  const auto* found = value.find(key);
  const auto* text = found == nullptr ? nullptr : found->string();
  if (text == nullptr || *text != quoted(*text))
    return wrong(key, fmt::format("one line of at most {} bytes", kEvidenceBytesMax));
  return *text;
}

template <class Table>
auto word_in(const Value& value, string_view key, const Table& table)
    -> Result<typename Table::value_type::first_type> {
  const auto word = find_in(table, value.text(key));
  if (!word) return wrong(key, "one of the known words");
  return *word;
}

Result<Evidence> parse_evidence(const Value& value) {
  const auto kind = word_in(value, "kind", kEvidenceKinds);
  if (!kind) return std::unexpected(kind.error());
  const auto source = word_in(value, "source", kEvidenceSources);
  if (!source) return std::unexpected(source.error());
  const auto weight = word_in(value, "weight", kEvidenceWeights);
  if (!weight) return std::unexpected(weight.error());
  auto detail = line_in(value, "detail");
  if (!detail) return std::unexpected(std::move(detail.error()));
  const auto* found = value.find("at");
  const auto* at = found == nullptr ? nullptr : std::get_if<std::int64_t>(found);
  if (at == nullptr || *at < 0 || *at > kEvidenceAtMax)
    return wrong("at", "whole seconds since the attempt began");
  return Evidence{*kind, *source, *weight, std::move(*detail), std::chrono::seconds(*at)};
}

Result<std::vector<Evidence>> evidence_list_in(const Value& value) {
  const auto* list = value.list();
  if (list == nullptr || list->size() > kEvidenceMax)
    return wrong("evidence", fmt::format("a list of at most {}", kEvidenceMax));
  std::vector<Evidence> all;
  for (const auto& each : *list) {
    auto evidence = parse_evidence(each);
    if (!evidence) return base::fail_with(std::move(evidence.error()), "\"evidence\"");
    all.push_back(std::move(*evidence));
  }
  return all;
}

}  // namespace

string_view text_of(RunPhase phase) { return text_in(kRunPhases, phase); }
std::optional<RunPhase> parse_run_phase(string_view text) { return find_in(kRunPhases, text); }
string_view text_of(EvidenceKind kind) { return text_in(kEvidenceKinds, kind); }
string_view text_of(EvidenceSource source) { return text_in(kEvidenceSources, source); }
string_view text_of(EvidenceWeight weight) { return text_in(kEvidenceWeights, weight); }

std::string quoted(string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto rune = codec::decode_utf8(text, at);
    const auto before = out.size();
    const bool is_control = rune.value < 0x20 || (rune.value >= 0x7f && rune.value < 0xa0);
    codec::append_utf8(out, is_control ? U' ' : rune.value);
    if (out.size() > kEvidenceBytesMax) {
      out.resize(before);
      break;
    }
    at += rune.bytes;
  }
  return out;
}

std::string text_of(const Evidence& evidence) {
  return fmt::format("{} (from {}): {}; {}", text_of(evidence.kind), text_of(evidence.source),
                     evidence.detail, text_of(evidence.weight));
}

void add_to(Map& map, const Proof& proof) {
  if (proof.phase) map.emplace("phase", text_of(*proof.phase));
  if (!proof.rule.empty()) map.emplace("rule", proof.rule);
  if (proof.evidence.empty()) return;
  codec::List list;
  for (const auto& each : proof.evidence)
    list.emplace_back(Map{{"kind", text_of(each.kind)},
                          {"source", text_of(each.source)},
                          {"weight", text_of(each.weight)},
                          {"detail", each.detail},
                          {"at", static_cast<std::int64_t>(each.at.count())}});
  map.emplace("evidence", std::move(list));
}

Result<Proof> parse_proof(const Value& value) {
  Proof proof;
  if (value.find("phase") != nullptr) {
    const auto phase = word_in(value, "phase", kRunPhases);
    if (!phase) return std::unexpected(phase.error());
    proof.phase = *phase;
  }
  if (value.find("rule") != nullptr) {
    auto rule = line_in(value, "rule");
    if (!rule) return std::unexpected(std::move(rule.error()));
    proof.rule = std::move(*rule);
  }
  if (const auto* list = value.find("evidence"); list != nullptr) {
    auto evidence = evidence_list_in(*list);
    if (!evidence) return std::unexpected(std::move(evidence.error()));
    proof.evidence = std::move(*evidence);
  }
  return proof;
}

}  // namespace sluice::adt
