#include "migrate/why_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace sluice::migrate {
namespace {

// More items than these are a number.
constexpr std::size_t kItemsShown = 8;
constexpr std::size_t kChainsShown = 6;

std::string date_of(base::Instant instant) { return base::yaml_time_of(instant).substr(0, 10); }

std::string counted(std::size_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string names_text(const std::vector<std::string>& all) {
  const auto shown = std::min(all.size(), kItemsShown);
  auto text = base::join(std::span<const std::string>(all).first(shown), ", ");
  if (shown < all.size()) text += fmt::format(" and {} more", all.size() - shown);
  return text;
}

std::string turn_text(const Leaf& leaf) {
  switch (leaf.turn) {
    case Turn::nobody: return "nobody's: it goes at the next run";
    case Turn::time:
      return leaf.until ? "time, until " + date_of(*leaf.until) : std::string("time");
    case Turn::maintainer:
      return leaf.who.empty() ? "the maintainer" : "the maintainer, " + leaf.who;
    case Turn::release_team:
      return leaf.who.empty() ? "the release team" : "the release team (" + leaf.who + ")";
    case Turn::builders: return "the administrators of the builders";
    case Turn::archive_admins: return "the administrators of the archive";
    case Turn::test_admins: return "the administrators of the tests";
  }
  return {};
}

// What the item is about: "foo 2-1 (testing has 1-1)".
std::string subject_line(const Explanation& e, const WhyNames& names) {
  if (e.item.starts_with('-')) return fmt::format("The removal of {} {}", e.package, e.old_version);
  const auto what = e.item == e.package ? e.item : fmt::format("{} ({})", e.package, e.item);
  if (e.old_version == "-")
    return fmt::format("{} {} (new in {})", what, e.new_version, names.target);
  if (e.old_version == e.new_version) return fmt::format("{} {} (rebuilt)", what, e.new_version);
  return fmt::format("{} {} ({} has {})", what, e.new_version, names.target, e.old_version);
}

std::string waits(const Explanation& e) {
  if (!e.days_old || *e.days_old < 1) return "waits";
  return fmt::format("has waited for {}", counted(static_cast<std::size_t>(*e.days_old), "day"));
}

// The sentence that everything else unfolds.
std::string sentence(const Explanation& e, const WhyNames& names) {
  switch (e.standing) {
    case Standing::migrates:
      return fmt::format("{} migrates with this run.", subject_line(e, names));
    case Standing::in_target:
      return fmt::format("{} {} is in {}, and {} has nothing newer.", e.package, e.old_version,
                         names.target, names.source);
    case Standing::only_in_target:
      return fmt::format("{} {} is in {} and not in {}, and no item is about it.", e.package,
                         e.old_version, names.target, names.source);
    case Standing::unknown:
      if (e.new_version != "-")
        return fmt::format("{} {} is in {}, and no item is about it.", e.package, e.new_version,
                           names.source);
      return fmt::format("No suite has a package {}.", e.package);
    case Standing::held:
    case Standing::waits:
    case Standing::unplaced: break;
  }
  auto text = fmt::format("{} {}.", subject_line(e, names), waits(e));
  if (e.standing == Standing::unplaced)
    text +=
        fmt::format(" Its policies let it pass, but it cannot move as {} is now.", names.target);
  if (e.standing == Standing::waits) text += " It waits for other items only.";
  if (e.leaves.empty()) return text + " Nothing that is known would let it go.";
  return text + fmt::format(" It needs {}.", counted(e.leaves.size(), "thing"));
}

std::string leaf_text(const Leaf& leaf, const Explanation& e, std::string_view indent) {
  auto text = leaf.what + "\n";
  text += fmt::format("{}whose turn:  {}\n", indent, turn_text(leaf));
  text += fmt::format("{}what to do:  {}\n", indent, leaf.action);
  if (leaf.since) text += fmt::format("{}since:       {}\n", indent, date_of(*leaf.since));
  if (!leaf.link.empty()) text += fmt::format("{}see:         {}\n", indent, leaf.link);
  if (leaf.item != e.item) text += fmt::format("{}it holds:    {}\n", indent, leaf.item);
  return text;
}

std::string waits_text(const Explanation& e) {
  if (e.waits.empty()) return {};
  std::string text = "\nHow it hangs on that:\n";
  for (const auto& wait : e.waits)
    text += fmt::format("  {} needs {}  ({})\n", wait.item, wait.on, wait.because);
  return text;
}

std::string chains_text(const std::vector<Chain>& chains, std::size_t left_out,
                        std::string_view target) {
  std::string text;
  const auto shown = std::min(chains.size(), kChainsShown);
  for (const auto& chain : std::span(chains).first(shown)) {
    const auto with = chain.with.empty() ? std::string() : " with " + chain.with;
    text += fmt::format("  {}{} on {}:\n", chain.binary, with, chain.arch);
    for (const auto& step : sentences_of(chain, target)) text += "    " + step + "\n";
  }
  left_out += chains.size() - shown;
  if (left_out > 0) text += fmt::format("  and {} more\n", left_out);
  return text;
}

std::string alternatives_text(const Explanation& e) {
  if (e.alternatives.empty()) return {};
  std::string text = "\nInstead of that, one of these would do:\n";
  for (const auto& leaves : e.alternatives) {
    std::string_view bullet = "  - ";
    for (const auto& leaf : leaves) {
      text += fmt::format("{}{} (turn: {})\n", std::exchange(bullet, "    and "), leaf.what,
                          turn_text(leaf));
    }
  }
  return text;
}

bool is_dated(const Leaf& leaf) { return leaf.until.has_value() || leaf.turn == Turn::nobody; }

// The last date if dates are all that is missing.
std::optional<base::Instant> end_of(const Explanation& e, base::Instant now) {
  if (e.leaves.empty() || !std::ranges::all_of(e.leaves, is_dated)) return std::nullopt;
  auto last = now;
  for (const auto& leaf : e.leaves)
    if (leaf.until) last = std::max(last, *leaf.until);
  return last;
}

std::string eta_text(const Explanation& e, base::Instant now) {
  if (e.leaves.empty()) return {};
  if (const auto end = end_of(e, now))
    return fmt::format("\nIt may go from {} on.\n", date_of(*end));
  const bool waits = std::ranges::all_of(
      e.leaves, [](const Leaf& leaf) { return is_dated(leaf) || leaf.turn == Turn::time; });
  return waits ? "\nNo date is known.\n" : "\nThere is no date: somebody has to act.\n";
}

codec::Value leaf_value(const Leaf& leaf) {
  codec::Map out;
  out["action"] = leaf.action;
  out["architectures"] = codec::list_of(leaf.archs);
  out["cost"] = text_of(leaf.cost);
  out["item"] = leaf.item;
  out["key"] = leaf.key;
  out["link"] = leaf.link;
  if (leaf.since) out["since"] = base::yaml_time_of(*leaf.since);
  out["turn"] = text_of(leaf.turn);
  if (leaf.until) out["until"] = base::yaml_time_of(*leaf.until);
  out["what"] = leaf.what;
  out["who"] = leaf.who;
  return out;
}

codec::List leaf_values(const std::vector<Leaf>& leaves) {
  codec::List list;
  for (const auto& leaf : leaves) list.push_back(leaf_value(leaf));
  return list;
}

codec::Value chain_value(const Chain& chain, std::string_view target) {
  codec::List steps;
  const auto sentences = sentences_of(chain, target);
  for (const auto& sentence : sentences) steps.emplace_back(sentence);
  return codec::Map{
      {"architecture", chain.arch}, {"binary", chain.binary}, {"steps", std::move(steps)}};
}

}  // namespace

std::string text_of(const Explanation& e, const WhyNames& names) {
  auto text = sentence(e, names) + "\n";
  std::size_t number = 0;
  for (const auto& leaf : e.leaves)
    text += fmt::format("\n{}. {}", ++number, leaf_text(leaf, e, "   "));
  if (!e.exact) text += "\n(This is not proved: it may not be minimal, and there may be more.)\n";
  text += waits_text(e);
  if (!e.together.empty())
    text += "\nItems that have to go before or with it: " + names_text(e.together) + "\n";
  if (!e.chains.empty())
    text += "\nIf it moved now, these would become uninstallable:\n" +
            chains_text(e.chains, e.chains_left_out, names.target);
  return text + alternatives_text(e) + eta_text(e, names.now);
}

codec::Value value_of(const Explanation& e, const WhyNames& names) {
  codec::Map out;
  codec::List alternatives, chains, waits;
  for (const auto& leaves : e.alternatives) alternatives.emplace_back(leaf_values(leaves));
  for (const auto& chain : e.chains) chains.push_back(chain_value(chain, names.target));
  for (const auto& wait : e.waits)
    waits.emplace_back(codec::Map{{"because", wait.because}, {"item", wait.item}, {"on", wait.on}});
  out["alternatives"] = std::move(alternatives);
  out["chains"] = std::move(chains);
  out["chains-left-out"] = e.chains_left_out;
  if (e.days_old) out["days-old"] = *e.days_old;
  out["exact"] = e.exact;
  out["item"] = e.item;
  out["leaves"] = leaf_values(e.leaves);
  out["maintainer"] = e.maintainer;
  out["may-go-from"] = nullptr;
  if (const auto end = end_of(e, names.now)) out["may-go-from"] = base::yaml_time_of(*end);
  out["new-version"] = e.new_version;
  out["old-version"] = e.old_version;
  out["package"] = e.package;
  out["sentence"] = sentence(e, names);
  out["standing"] = text_of(e.standing);
  out["together"] = codec::list_of(e.together);
  out["waits"] = std::move(waits);
  return out;
}

std::string text_of(const Breakage& breakage, std::string_view binary, std::string_view suite) {
  if (breakage.chains.empty()) return fmt::format("{} is installable in {}.\n", binary, suite);
  auto text = fmt::format("{} is not installable in {}:\n", binary, suite);
  return text + chains_text(breakage.chains, 0, suite);
}

codec::Value value_of(const Breakage& breakage, std::string_view binary, std::string_view suite) {
  codec::List chains;
  for (const auto& chain : breakage.chains) chains.push_back(chain_value(chain, suite));
  return codec::Map{{"binary", binary},
                    {"chains", std::move(chains)},
                    {"installable", breakage.chains.empty()},
                    {"suite", suite}};
}

}  // namespace sluice::migrate
