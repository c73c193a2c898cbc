#include "migrate/why_chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace sluice::migrate {
namespace {

using solve::Fact;
using solve::FactKind;

// More names than this do not help.
constexpr std::size_t kChainNamesMax = 4;

class StepMaker {
 public:
  explicit StepMaker(const ChainContext& context)
      : context_(context), snapshot_(context.world.snapshot) {}

  ChainStep make(const Fact& fact) const {
    ChainStep step;
    step.kind = fact.kind;
    step.package = text(fact.package);
    step.said_by_other = fact.said_by_other;
    if (fact.other.valid()) step.other = text(fact.other);
    if (!fact.reasons.empty()) step.field = text_of(fact.reasons.front().field);
    step.relation = relation(fact);
    for (const auto choice : fact.choices) step.choices.push_back(text(choice));
    if (fact.kind != FactKind::needs) return step;
    add_instead(step, fact);
    for (const auto outside : fact.outside) step.offers.push_back(offer(outside));
    return step;
  }

 private:
  std::string text(deb::PackageIndex package) const {
    return package_text(snapshot_, {context_.arch, package});
  }

  std::string relation(const Fact& fact) const {
    std::vector<std::string> all;
    for (const auto& reason : fact.reasons)
      all.push_back(deb::text_of(snapshot_.relations.atoms(reason.relation), snapshot_.symbols));
    return base::join(std::span<const std::string>(all), ", ");
  }

  // What has the name but not the version.
  void add_instead(ChainStep& step, const Fact& fact) const {
    for (const auto& reason : fact.reasons)
      for (const auto& atom : snapshot_.relations.atoms(reason.relation)) {
        const auto there = context_.named(atom.name);
        if (!there.valid() || std::ranges::find(fact.choices, there) != fact.choices.end())
          continue;
        auto name = text(there);
        if (is_hidden(there, atom)) name += " (itself not installable)";
        if (std::ranges::find(step.instead, name) == step.instead.end())
          step.instead.push_back(std::move(name));
      }
  }

  // It would do, but no suite together can satisfy its own relations.
  bool is_hidden(deb::PackageIndex there, const deb::Atom& atom) const {
    return context_.world.universes[context_.arch]->broken(there) &&
           deb::satisfies(snapshot_.symbols, snapshot_.record(context_.arch, there).version, atom);
  }

  Offer offer(deb::PackageIndex package) const {
    const auto name = snapshot_.record(context_.arch, package).name;
    // In the suite now, but not in what was looked at: it leaves, though its item's suite has it
    // too.
    if (snapshot_.suites[context_.suite].binary(context_.arch, name) == package)
      return {text(package), "", ""};
    Offer made{text(package), "", context_.item_of({context_.arch, package})};
    for (SuiteIndex i = 0; i < snapshot_.suites.size(); ++i)
      if (i != context_.suite && snapshot_.suites[i].binary(context_.arch, name) == package)
        made.suite = snapshot_.suites[i].name;
    return made;
  }

  const ChainContext& context_;
  const deb::Snapshot& snapshot_;
};

std::string joined_names(const std::vector<std::string>& all) {
  const auto shown = std::min(all.size(), kChainNamesMax);
  auto text = base::join(std::span<const std::string>(all).first(shown), ", ");
  if (shown < all.size()) text += fmt::format(" and {} more", all.size() - shown);
  return text;
}

std::string offer_text(const Offer& offer, std::string_view target) {
  if (!offer.item.empty()) return fmt::format("{} comes with {}", offer.package, offer.item);
  if (!offer.suite.empty())
    return fmt::format("{} is in {}, but no item brings it", offer.package, offer.suite);
  return fmt::format("{} leaves {}", offer.package, target);
}

// What there is instead of what is needed.
std::string missing_text(const ChainStep& step, std::string_view target) {
  auto text = step.instead.empty() ? fmt::format("nothing in {} satisfies that", target)
                                   : fmt::format("{} has {}", target, joined_names(step.instead));
  // Those that an item brings say more than those that nobody brings.
  std::vector<std::string> texts;
  for (const auto& offer : step.offers)
    if (!offer.item.empty()) texts.push_back(offer_text(offer, target));
  for (const auto& offer : step.offers)
    if (offer.item.empty()) texts.push_back(offer_text(offer, target));
  if (texts.empty()) return text + "; no suite has a package that does";
  return text + "; " + joined_names(texts);
}

}  // namespace

std::string sentence_of(const ChainStep& step, std::string_view target) {
  switch (step.kind) {
    case FactKind::wanted: return step.package + " is to be installable";
    case FactKind::essential:
      return fmt::format("{} is essential, so it is installed with everything", step.package);
    case FactKind::absent: return fmt::format("{} is not in {}", step.package, target);
    case FactKind::malformed:
      return fmt::format("{} has a relation that cannot be parsed", step.package);
    case FactKind::needs: {
      const auto needs = fmt::format("{} needs {} ({})", step.package, step.relation, step.field);
      if (step.choices.empty()) return needs + ": " + missing_text(step, target);
      return needs + ", which only " + joined_names(step.choices) +
             (step.choices.size() > 1 ? " satisfy" : " satisfies");
    }
    case FactKind::excludes: {
      const auto& who = step.said_by_other ? step.other : step.package;
      const auto& whom = step.said_by_other ? step.package : step.other;
      return fmt::format("{} cannot be there with {} ({}: {})", who, whom, step.field,
                         step.relation);
    }
  }
  return {};
}

std::string package_text(const deb::Snapshot& snapshot, deb::BinaryRef ref) {
  const auto& record = snapshot.record(ref);
  return fmt::format("{} {}", snapshot.text(record.name), snapshot.text(record.version));
}

Chain chain_of(std::span<const Fact> facts, deb::PackageIndex binary, const ChainContext& context) {
  Chain chain;
  chain.arch = context.world.snapshot.arch_name(context.arch);
  chain.binary = package_text(context.world.snapshot, {context.arch, binary});
  const StepMaker steps(context);
  for (const auto& fact : facts) chain.steps.push_back(steps.make(fact));
  return chain;
}

// That the package itself is wanted goes without saying.
std::vector<std::string> sentences_of(const Chain& chain, std::string_view target) {
  std::vector<std::string> sentences;
  for (const auto& step : chain.steps)
    if (step.kind != FactKind::wanted) sentences.push_back(sentence_of(step, target));
  return sentences;
}

}  // namespace sluice::migrate
