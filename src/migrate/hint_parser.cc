#include "migrate/hint_parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/text.h"

namespace sluice::migrate {
namespace {

using base::ErrorKind;
using base::fail;
using base::Level;
using base::Result;

using HintWords = std::vector<std::string_view>;

enum class Needs : std::uint8_t { any, versioned, unversioned };

// One row per hint of migration 6.2.
struct HintRule {
  HintType type;
  std::size_t arguments_min;
  Needs needs;
};
constexpr std::array kRules = {
    HintRule{HintType::remark, 0, Needs::any},
    HintRule{HintType::easy, 2, Needs::versioned},
    HintRule{HintType::hint, 1, Needs::versioned},
    HintRule{HintType::force_hint, 1, Needs::versioned},
    HintRule{HintType::block, 1, Needs::unversioned},
    HintRule{HintType::block_udeb, 1, Needs::unversioned},
    HintRule{HintType::block_all, 1, Needs::unversioned},
    HintRule{HintType::unblock, 1, Needs::versioned},
    HintRule{HintType::unblock_udeb, 1, Needs::versioned},
    HintRule{HintType::remove, 1, Needs::versioned},
    HintRule{HintType::force, 1, Needs::versioned},
    HintRule{HintType::allow_uninst, 1, Needs::unversioned},
    HintRule{HintType::allow_smooth_update, 1, Needs::versioned},
    HintRule{HintType::urgent, 1, Needs::versioned},
    HintRule{HintType::age_days, 2, Needs::versioned},
    HintRule{HintType::ignore_rc_bugs, 2, Needs::versioned},
    HintRule{HintType::ignore_piuparts, 1, Needs::versioned},
    HintRule{HintType::force_badtest, 1, Needs::versioned},
    HintRule{HintType::force_skiptest, 1, Needs::versioned},
    HintRule{HintType::force_reset_test, 1, Needs::versioned},
    HintRule{HintType::allow_archall_maintainer_upload, 1, Needs::unversioned},
};

constexpr std::string_view kHelpers =
    "easy hint remove block block-udeb unblock unblock-udeb approve remark ignore-piuparts "
    "ignore-rc-bugs force-skiptest force-badtest";
constexpr std::string_view kStandard = "urgent age-days";  // and the helpers

// `approve` is another word for `unblock` everywhere, permissions included (migration 1.2).
std::string_view without_alias(std::string_view word) {
  return word == "approve" ? "unblock" : word;
}

const HintRule* find_rule(std::string_view word, const KnownHints& known) {
  const auto rule =
      std::ranges::find_if(kRules, [&](const auto& each) { return text_of(each.type) == word; });
  return rule != kRules.end() && known.contains(rule->type) ? &*rule : nullptr;
}

// These name their items together; every other hint with several items is several hints.
bool is_group(HintType type) {
  return type == HintType::easy || type == HintType::hint || type == HintType::force_hint;
}

bool is_allowed(const HintPermissions& permissions, std::string_view word) {
  return permissions.all || permissions.words.contains(word);
}

// What stands before the items: days, or bugs. Takes it off the arguments.
Result<Hint> parse_prefix(HintType type, std::span<const std::string_view>& arguments) {
  Hint hint;
  hint.type = type;
  if (type == HintType::age_days) {
    const auto days = base::parse_int(arguments.front());
    if (!days)
      return fail(ErrorKind::invalid, "\"age-days\" needs a number of days, got \"" +
                                          std::string(arguments.front()) + "\"");
    hint.days = *days;
    arguments = arguments.subspan(1);
  } else if (type == HintType::ignore_rc_bugs) {
    for (const auto bug : base::split(arguments.front(), ','))
      if (!bug.empty()) hint.bugs.emplace_back(bug);
    arguments = arguments.subspan(1);
  }
  return hint;
}

Result<std::vector<ItemName>> parse_items(const HintRule& rule,
                                          std::span<const std::string_view> arguments,
                                          const deb::Snapshot& snapshot) {
  std::vector<ItemName> items;
  for (const auto argument : arguments) {
    auto item = parse_item(argument, Versioned::yes, snapshot);
    if (!item) return std::unexpected(item.error());
    const bool versioned = !item->version.empty();
    if (rule.needs != Needs::any && versioned != (rule.needs == Needs::versioned))
      return fail(ErrorKind::invalid,
                  "\"" + std::string(text_of(rule.type)) + "\" needs " +
                      (rule.needs == Needs::versioned ? "versioned" : "unversioned") +
                      " packages, got \"" + std::string(argument) + "\"");
    items.push_back(std::move(*item));
  }
  return items;
}

Result<std::vector<Hint>> make_hints(const HintRule& rule,
                                     std::span<const std::string_view> arguments,
                                     const deb::Snapshot& snapshot) {
  std::vector<Hint> hints;
  if (rule.type == HintType::remark) return hints;
  auto prototype = parse_prefix(rule.type, arguments);
  if (!prototype) return std::unexpected(prototype.error());
  auto items = parse_items(rule, arguments, snapshot);
  if (!items) return std::unexpected(items.error());
  if (is_group(rule.type)) {
    prototype->items = std::move(*items);
    hints.push_back(std::move(*prototype));
    return hints;
  }
  for (auto& item : *items) {
    auto hint = *prototype;
    if (rule.type == HintType::block_all) hint.word = item.package;
    hint.items.push_back(std::move(item));
    hints.push_back(std::move(hint));
  }
  return hints;
}

// Takes one file apart; a line that is no hint leaves a message instead.
class FileParser {
 public:
  FileParser(std::string_view user, std::string_view file, const HintPermissions& permissions,
             const KnownHints& known, const deb::Snapshot& snapshot)
      : user_(user), file_(file), permissions_(permissions), known_(known), snapshot_(snapshot) {}

  HintFileContent parse(std::string_view text) {
    for (const auto raw : base::split(text, '\n')) {
      ++line_;
      const auto line = base::trim(raw);
      if (line.empty() || line.starts_with('#')) continue;
      const auto words = base::split_words(line);
      if (words.front() == "finished") break;
      parse_line(line, words);
    }
    return std::move(content_);
  }

 private:
  std::string place() const {
    return "found in " + file_ + " (line " + std::to_string(line_) + ")";
  }

  void say(Level level, std::string text) { content_.messages.push_back({level, std::move(text)}); }

  void malformed(const std::string& why) {
    say(Level::warning, "Malformed hint " + place() + ": " + why);
  }

  void parse_line(std::string_view line, const HintWords& words) {
    const auto word = without_alias(words.front());
    const auto* rule = find_rule(word, known_);
    if (rule == nullptr)
      return say(Level::warning, "Unknown hint " + place() + ": '" + std::string(line) + "'");
    if (!is_allowed(permissions_, word))
      return say(Level::info, "Ignoring \"" + std::string(word) + "\" hint from " + user_ + " " +
                                  place() + ": The hint is not a part of the permitted hints for " +
                                  user_);
    const auto arguments = std::span(words).subspan(1);
    if (arguments.size() < rule->arguments_min)
      return malformed("Needs at least " + std::to_string(rule->arguments_min) +
                       " argument(s), got " + std::to_string(arguments.size()));
    auto hints = make_hints(*rule, arguments, snapshot_);
    if (!hints) return malformed("\"" + hints.error().what + "\"");
    for (auto& hint : *hints) {
      hint.user = user_;
      hint.file = file_;
      hint.line = line_;
      content_.hints.push_back(std::move(hint));
    }
  }

  std::string user_, file_;
  const HintPermissions& permissions_;
  const KnownHints& known_;
  const deb::Snapshot& snapshot_;
  HintFileContent content_;
  int line_ = 0;
};

SuiteIndex primary_index(const deb::Snapshot& snapshot) {
  for (std::size_t i = 0; i < snapshot.suites.size(); ++i)
    if (snapshot.suites[i].suite_class == deb::SuiteClass::primary)
      return static_cast<SuiteIndex>(i);
  return deb::kTarget;
}

std::optional<SuiteIndex> find_suite(std::string_view name, const deb::Snapshot& snapshot) {
  for (std::size_t i = 0; i < snapshot.suites.size(); ++i) {
    const auto& suite = snapshot.suites[i];
    if (!name.empty() && (suite.name == name || suite.short_name == name))
      return static_cast<SuiteIndex>(i);
  }
  return std::nullopt;
}

// "text_suite": takes the suffix off and moves the item to that suite. At most one suffix each.
Result<std::string_view> take_suite(std::string_view text, ItemName& item,
                                    const deb::Snapshot& snapshot) {
  const auto parts = base::split(text, '_');
  if (parts.size() == 1) return text;
  if (parts.size() > 2)
    return fail(ErrorKind::invalid, "more than one suite in \"" + std::string(text) + "\"");
  const auto suite = find_suite(parts[1], snapshot);
  if (!suite)
    return fail(ErrorKind::invalid,
                "unknown suite \"" + std::string(parts[1]) + "\" in \"" + std::string(text) + "\"");
  item.suite = *suite;
  return parts[0];
}

bool has_version(const deb::Suite& suite, const ItemName& item, const deb::Snapshot& snapshot) {
  const auto* source = suite.source(snapshot.symbols.find_name(item.package));
  return source != nullptr && snapshot.text(source->version) == item.version;
}

// This is how `approve foo/1+squeeze1` finds the additional suite: if the suite that was meant has
// another version, the first source suite that has this one is taken (migration 4.1).
void correct_suite(ItemName& item, const deb::Snapshot& snapshot) {
  if (item.version.empty() || item.suite >= snapshot.suites.size()) return;
  if (has_version(snapshot.suites[item.suite], item, snapshot)) return;
  for (std::size_t i = 0; i < snapshot.suites.size(); ++i) {
    if (i == deb::kTarget || !has_version(snapshot.suites[i], item, snapshot)) continue;
    item.suite = static_cast<SuiteIndex>(i);
    return;
  }
}

}  // namespace

HintPermissions parse_permissions(std::string_view tokens) {
  HintPermissions permissions;
  const auto add = [&](std::string_view words) {
    for (const auto word : base::split_words(words)) permissions.words.emplace(without_alias(word));
  };
  for (const auto token : base::split_words(tokens)) {
    if (token == "ALL") permissions.all = true;
    if (token == "STANDARD") add(kStandard);
    if (token == "STANDARD" || token == "HELPERS") add(kHelpers);
    // A permission for `approve` alone permits nothing in the peer: a list must say `unblock`.
    if (token != "ALL" && token != "STANDARD" && token != "HELPERS")
      permissions.words.emplace(token);
  }
  return permissions;
}

// Hints of a policy exist only while it is enabled (migration 6.2).
KnownHints known_hints(const Settings& settings) {
  using enum HintType;
  KnownHints known = {remark,     easy,         hint,    force_hint,   block,
                      block_udeb, block_all,    unblock, unblock_udeb, remove,
                      force,      allow_uninst, urgent,  age_days,     ignore_rc_bugs};
  const bool ubuntu = settings.rules == RuleSet::ubuntu;
  if (ubuntu) known.insert(allow_smooth_update);
  if (settings.piuparts) known.insert(ignore_piuparts);
  if (settings.adt.enabled != Switch::off) {
    known.insert({force_badtest, force_skiptest});
    if (ubuntu) known.insert(force_reset_test);
  }
  if (ubuntu && settings.check_buildd) known.insert(allow_archall_maintainer_upload);
  return known;
}

HintFileContent parse_hints(std::string_view text, std::string_view user, std::string_view file,
                            const HintPermissions& permissions, const KnownHints& known,
                            const deb::Snapshot& snapshot) {
  return FileParser(user, file, permissions, known, snapshot).parse(text);
}

Result<ItemName> parse_item(std::string_view text, Versioned versioned,
                            const deb::Snapshot& snapshot) {
  const auto malformed = [&](std::string_view why) {
    return fail(ErrorKind::invalid, std::string(why) + " in \"" + std::string(text) + "\"");
  };
  ItemName item;
  item.removal = text.starts_with('-');
  item.suite = item.removal ? deb::kTarget : primary_index(snapshot);
  const auto parts = base::split(item.removal ? text.substr(1) : text, '/');
  if (parts.size() > 3) return malformed("more than three parts");
  const auto package = take_suite(parts[0], item, snapshot);
  if (!package) return std::unexpected(package.error());
  if (package->empty()) return malformed("no package name");
  item.package = *package;
  std::string_view arch, version;
  if (parts.size() == 3) arch = parts[1], version = parts[2];
  if (parts.size() == 2) (versioned == Versioned::yes ? version : arch) = parts[1];
  if (snapshot.find_arch(version.substr(0, version.find('_')))) std::swap(arch, version);
  const auto arch_name = take_suite(arch, item, snapshot);
  if (!arch_name) return std::unexpected(arch_name.error());
  if (!arch_name->empty()) item.architecture = *arch_name;
  item.version = version;
  if (item.removal)
    item.suite = deb::kTarget;
  else
    correct_suite(item, snapshot);
  return item;
}

}  // namespace sluice::migrate
