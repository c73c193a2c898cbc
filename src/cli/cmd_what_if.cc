#include "cli/cmd_what_if.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "britney/config.h"
#include "cli/console_log.h"
#include "cli/summary.h"
#include "codec/json.h"

namespace sluice::cli {
namespace {

using migrate::Item;

std::vector<std::string> names_of(const std::vector<Item>& items, const deb::Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const auto& item : items) names.push_back(name_of(item, snapshot));
  return names;
}

void paragraph(std::string& text, std::string_view head, const std::vector<std::string>& lines) {
  if (lines.empty()) return;
  text += fmt::format("{} ({}):\n", head, lines.size());
  for (const auto& line : lines) text += "  " + line + "\n";
}

// "too young; a hint or a freeze": the reasons in words.
std::string meanings(const std::vector<std::string>& keys) {
  std::vector<std::string> words;
  for (const auto& key : keys) {
    const auto meaning = meaning_of_reason(key);
    words.emplace_back(meaning.empty() ? std::string_view(key) : meaning);
  }
  return base::join(words, "; ");
}

std::string excuse_line(const migrate::ExcuseChange& change) {
  auto line = change.uvname + ": ";
  if (change.was_valid != change.is_valid)
    line += change.is_valid ? "may migrate" : "may not migrate any more";
  else
    line += change.is_valid ? "may migrate as before" : "still may not migrate";
  if (!change.gone_reasons.empty()) line += "; no longer: " + meanings(change.gone_reasons);
  if (!change.new_reasons.empty()) line += "; now: " + meanings(change.new_reasons);
  return line;
}

}  // namespace

std::string what_if_text(const flow::WhatIf& answer) {
  const auto& snapshot = *answer.engine().archive().snapshot;
  const auto& difference = answer.difference;
  std::string text;
  for (const auto& removal : answer.refused)
    text += fmt::format("{} is refused: {}.\n", removal.item, meanings(removal.because));
  if (difference.empty()) return text + "Nothing would change.\n";
  std::vector<std::string> excuses;
  for (const auto& change : difference.excuses) excuses.push_back(excuse_line(change));
  paragraph(text, "Would move as well", names_of(difference.moves, snapshot));
  paragraph(text, "Would no longer move", names_of(difference.stays, snapshot));
  std::vector<std::string> leaves;
  for (const auto& [name, where] : answer.leaves)
    leaves.push_back(where == flow::Gone::kSource ? name + " (source)" : name + " on " + where);
  paragraph(text, "Would leave " + snapshot.suites[deb::kTarget].name, leaves);
  for (const auto& change : difference.uninstallable) {
    paragraph(text, "Would become uninstallable on " + change.arch, change.broken);
    paragraph(text, "Would become installable on " + change.arch, change.repaired);
  }
  paragraph(text, "Excuses that would change", excuses);
  text += fmt::format("{} items would move, {} do now.\n", answer.supposed->run.accepted.size(),
                      answer.present->run.accepted.size());
  return text;
}

codec::Value what_if_value(const flow::WhatIf& answer) {
  const auto& snapshot = *answer.engine().archive().snapshot;
  codec::List excuses;
  for (const auto& change : answer.difference.excuses)
    excuses.emplace_back(codec::Map{{"item", std::string_view(change.uvname)},
                                    {"was-candidate", codec::Value(change.was_valid)},
                                    {"is-candidate", codec::Value(change.is_valid)},
                                    {"new-reasons", codec::list_of(change.new_reasons)},
                                    {"gone-reasons", codec::list_of(change.gone_reasons)}});
  codec::List refused;
  for (const auto& removal : answer.refused)
    refused.emplace_back(codec::Map{{"item", std::string_view(removal.item)},
                                    {"because", codec::list_of(removal.because)}});
  codec::Map leaves;
  for (const auto& [name, where] : answer.leaves) {
    auto& names = leaves.try_emplace(where, codec::List()).first->second;
    std::get<codec::List>(names).emplace_back(std::string_view(name));
  }
  codec::Map uninstallable;
  for (const auto& change : answer.difference.uninstallable)
    uninstallable.emplace(change.arch, codec::Map{{"broken", codec::list_of(change.broken)},
                                                  {"repaired", codec::list_of(change.repaired)}});
  return codec::Map{{"moves", codec::list_of(names_of(answer.difference.moves, snapshot))},
                    {"stays", codec::list_of(names_of(answer.difference.stays, snapshot))},
                    {"excuses", std::move(excuses)},
                    {"refused", std::move(refused)},
                    {"leaves", std::move(leaves)},
                    {"uninstallable", std::move(uninstallable)},
                    {"accepted-now", codec::Value(answer.present->run.accepted.size())},
                    {"accepted-then", codec::Value(answer.supposed->run.accepted.size())}};
}

int run_what_if(const WhatIfArguments& arguments, Machine machine) {
  // Standard output belongs to the answer: what the inputs lack is told on standard error.
  ConsoleLog log(wanted_level(0, std::getenv("BRITNEY_DEBUG")), machine.clock, stderr);
  const britney::Overrides overrides{arguments.architectures, arguments.series,
                                     arguments.distribution,  arguments.rules,
                                     arguments.parsed_cache,  arguments.coinst};
  const auto config = britney::read_config(machine.files, arguments.config, overrides);
  if (!config) {
    log.error(config.error().text());
    return 1;
  }
  const auto answer =
      flow::suppose(config->value, arguments.supposition, machine.files, machine.clock, log);
  if (!answer) {
    log.error(answer.error().text());
    return 1;
  }
  const auto text = arguments.json
                        ? codec::to_json(what_if_value(*answer), codec::JsonStyle::indented) + "\n"
                        : what_if_text(*answer);
  (void)std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

}  // namespace sluice::cli
