// Expectations: one small function per word. Format: docs/formats/case.md.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "case_outcome.h"
#include "codec/yaml.h"
#include "migrate/finding_text.h"
#include "migrate/reports.h"

namespace sluice::cases {
namespace {

using Complaint = std::optional<std::string>;
using Names = std::set<std::string>;
using Texts = std::vector<std::string>;

Names names_of(std::string_view text) {
  Names names;
  for (const auto word : base::split_words(text))
    if (word != "nothing") names.emplace(word);
  return names;
}

Complaint same(const Names& found, const Names& wanted) {
  if (found == wanted) return std::nullopt;
  return fmt::format("found: {}",
                     found.empty() ? "nothing" : fmt::format("{}", fmt::join(found, " ")));
}

Complaint among(const Texts& texts, std::string_view wanted) {
  if (std::ranges::find(texts, wanted) != texts.end()) return std::nullopt;
  return "found:\n    " + base::join(texts, "\n    ");
}

Complaint nowhere(const Texts& texts, std::string_view unwanted) {
  for (const auto& text : texts)
    if (text.find(unwanted) != std::string::npos) return "found: " + text;
  return std::nullopt;
}

Names accepted(const Outcome& outcome, bool cruft) {
  Names names;
  for (const auto& item : outcome.accepted)
    if ((item.kind == migrate::ItemKind::cruft_removal) == cruft)
      names.insert(migrate::uvname(item, outcome.snapshot()));
  return names;
}

Complaint migrates(const Outcome& outcome, std::string_view text) {
  return same(accepted(outcome, false), names_of(text));
}

Complaint removes(const Outcome& outcome, std::string_view text) {
  return same(accepted(outcome, true), names_of(text));
}

Complaint excuses(const Outcome& outcome, std::string_view text) {
  Names names;
  for (const auto& excuse : outcome.judgement.excuses) names.insert(excuse.uvname);
  return same(names, names_of(text));
}

Complaint candidates(const Outcome& outcome, std::string_view text) {
  Names names;
  for (const auto& item : outcome.judgement.candidates)
    names.insert(migrate::uvname(item, outcome.snapshot()));
  return same(names, names_of(text));
}

Complaint output(const Outcome& outcome, std::string_view text) {
  Texts trimmed;
  for (const auto& line : outcome.output) trimmed.emplace_back(base::trim(line));
  return among(trimmed, text);
}

Complaint no_output(const Outcome& outcome, std::string_view text) {
  return nowhere(outcome.output, text);
}

// `A || B`: the line A stands before the line B.
Complaint output_order(const Outcome& outcome, std::string_view text) {
  const auto bar = text.find(" || ");
  if (bar == std::string_view::npos) return "A || B is expected";
  const auto position = [&](std::string_view wanted) {
    return std::ranges::find(outcome.output, wanted,
                             [](const std::string& line) { return base::trim(line); });
  };
  const auto first = position(base::trim(text.substr(0, bar)));
  const auto second = position(base::trim(text.substr(bar + 4)));
  if (first < second && second != outcome.output.end()) return std::nullopt;
  return "found:\n    " + base::join(outcome.output, "\n    ");
}

Complaint message(const Outcome& outcome, std::string_view text) {
  for (const auto& each : outcome.messages)
    if (each.find(text) != std::string::npos) return std::nullopt;
  return "found:\n    " + base::join(outcome.messages, "\n    ");
}

Texts heidi_lines(const Outcome& outcome) {
  const auto text = migrate::heidi_result(*outcome.target, outcome.input->settings);
  Texts lines;
  for (const auto line : base::split(text, '\n')) lines.emplace_back(line);
  return lines;
}

Complaint heidi(const Outcome& outcome, std::string_view text) {
  return among(heidi_lines(outcome), text);
}

Complaint no_heidi(const Outcome& outcome, std::string_view text) {
  return nowhere(heidi_lines(outcome), text);
}

// `a 1; -b 2 amd64`: all lines in order.
Complaint delta(const Outcome& outcome, std::string_view text) {
  std::string wanted = "#HeidiDelta\n";
  for (const auto part : base::split(text, ';')) wanted.append(base::trim(part)).append("\n");
  const auto found = migrate::heidi_delta(outcome.accepted, outcome.snapshot());
  if (found == wanted) return std::nullopt;
  return "found: " + found;
}

// `amd64 a b`: the counted uninstallable packages at the end.
Complaint uninstallable(const Outcome& outcome, std::string_view text) {
  const auto words = base::split_words(text);
  const auto arch = outcome.snapshot().find_arch(words.empty() ? "" : words.front());
  if (!arch) return "an architecture is expected first";
  Names found;
  for (const auto name : outcome.target->nuninst(*arch).counted)
    found.emplace(outcome.snapshot().text(name));
  return same(found, names_of(text.substr(words.front().size())));
}

Complaint noninst(const Outcome& outcome, std::string_view text) {
  Texts lines;
  for (const auto line : base::split(outcome.noninst, '\n')) lines.emplace_back(base::trim(line));
  return among(lines, text);
}

Complaint no_excuse(const Outcome& outcome, std::string_view text) {
  for (const auto& excuse : outcome.judgement.excuses)
    if (excuse.uvname == text) return "there is one";
  return std::nullopt;
}

struct RunWord {
  std::string_view word;
  Complaint (*check)(const Outcome&, std::string_view);
};
constexpr std::array<RunWord, 14> kRunWords = {{{"migrates", migrates},
                                                {"removes", removes},
                                                {"excuses", excuses},
                                                {"candidates", candidates},
                                                {"output", output},
                                                {"no-output", no_output},
                                                {"output-order", output_order},
                                                {"message", message},
                                                {"heidi", heidi},
                                                {"no-heidi", no_heidi},
                                                {"delta", delta},
                                                {"uninstallable", uninstallable},
                                                {"noninst", noninst},
                                                {"no-excuse", no_excuse}}};

// Expectations about one excuse: ITEM is the first word.
struct About {
  const Outcome& outcome;
  const migrate::Excuse& excuse;
};

Complaint verdict(const About& about, std::string_view text) {
  const auto found = migrate::text_of(about.excuse.verdict);
  if (found == text) return std::nullopt;
  return fmt::format(
      "found: {}\n    {}", found,
      base::join(migrate::excuse_texts(about.excuse, *about.outcome.world), "\n    "));
}

Complaint reasons(const About& about, std::string_view text) {
  return same({about.excuse.reasons.begin(), about.excuse.reasons.end()}, names_of(text));
}

Complaint text_line(const About& about, std::string_view text) {
  return among(migrate::excuse_texts(about.excuse, *about.outcome.world), text);
}

Complaint no_text(const About& about, std::string_view text) {
  return nowhere(migrate::excuse_texts(about.excuse, *about.outcome.world), text);
}

Complaint html(const About& about, std::string_view text) {
  return among(migrate::excuse_html_lines(about.excuse, *about.outcome.world), text);
}

Complaint detail(const About& about, std::string_view text) {
  Texts details;
  for (const auto& finding : about.excuse.findings)
    if (finding.place == migrate::Place::detail)
      details.push_back(migrate::text_of(finding, about.excuse, *about.outcome.world));
  return among(details, text);
}

// `a/b = VALUE` in flow style; `a/b = absent`.
Complaint yaml(const About& about, std::string_view text) {
  const auto equals = text.find(" = ");
  if (equals == std::string_view::npos) return "PATH = VALUE is expected";
  const auto whole = migrate::excuse_value(about.excuse, *about.outcome.world);
  const codec::Value* found = &whole;
  for (const auto key : base::split(base::trim(text.substr(0, equals)), '/'))
    if (found != nullptr) found = found->find(key);
  const auto wanted = base::trim(text.substr(equals + 3));
  if (found == nullptr)
    return wanted == "absent" ? std::nullopt
                              : Complaint("no such key in\n" + codec::to_yaml(whole));
  const auto value = codec::parse_yaml(wanted);
  if (!value) return value.error().text();
  if (*value == *found) return std::nullopt;
  return "found: " + codec::to_yaml(*found);
}

struct ExcuseWord {
  std::string_view word;
  Complaint (*check)(const About&, std::string_view);
};
constexpr std::array<ExcuseWord, 7> kExcuseWords = {{{"verdict", verdict},
                                                     {"reasons", reasons},
                                                     {"text", text_line},
                                                     {"no-text", no_text},
                                                     {"html", html},
                                                     {"detail", detail},
                                                     {"yaml", yaml}}};

Complaint check_excuse(const Outcome& outcome, const ExcuseWord& word, std::string_view text) {
  const auto end = text.find_first_of(" :");
  auto item = text.substr(0, end);
  auto rest = end == std::string_view::npos ? "" : text.substr(end);
  if (rest.starts_with(':')) rest.remove_prefix(1);
  for (const auto& excuse : outcome.judgement.excuses)
    if (excuse.uvname == item) return word.check({outcome, excuse}, base::trim(rest));
  return fmt::format("there is no excuse {}", item);
}

}  // namespace

std::optional<std::string> complaint(const Outcome& outcome, const Line& expectation) {
  for (const auto& each : kRunWords)
    if (each.word == expectation.word) return each.check(outcome, expectation.text);
  for (const auto& each : kExcuseWords)
    if (each.word == expectation.word) return check_excuse(outcome, each, expectation.text);
  return "the word is unknown";
}

}  // namespace sluice::cases
