// What each item waits for: its own leaves, items that it depends on, and what would break.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "migrate/finding_text.h"
#include "migrate/policy_queries.h"
#include "migrate/why.h"

namespace sluice::migrate {
namespace {

// Packages that would satisfy a relation: a few tell enough.
constexpr std::size_t kSatisfiersMax = 3;

LeafChoice item_choice(std::uint32_t number) { return {LeafChoice::Kind::item, number}; }
LeafChoice leaf_choice(std::uint32_t number) { return {LeafChoice::Kind::leaf, number}; }

void add_choice(std::vector<LeafChoice>& choices, LeafChoice choice) {
  if (std::ranges::find(choices, choice) == choices.end()) choices.push_back(choice);
}

// The package has all relations of the fact, and to the same effect: a clause that an older version
// needed may be what a newer one breaks.
bool says_the_same(const deb::Snapshot& snapshot, const solve::Fact& fact,
                   const deb::BinaryPackage& package) {
  using enum deb::RelationField;
  const auto fields = fact.kind == solve::FactKind::needs ? std::array{pre_depends, depends}
                                                          : std::array{conflicts, breaks};
  const auto has = [&](const solve::ClauseReason& reason) {
    return std::ranges::any_of(fields, [&](deb::RelationField field) {
      const auto clauses = snapshot.clauses(package, field);
      return std::ranges::find(clauses, reason.relation) != clauses.end();
    });
  };
  return !fact.reasons.empty() && std::ranges::all_of(fact.reasons, has);
}

bool needs_one_of(const std::vector<solve::Fact>& facts, const std::set<deb::ClauseId>& relations) {
  return std::ranges::any_of(facts, [&](const solve::Fact& fact) {
    return fact.kind == solve::FactKind::needs &&
           std::ranges::any_of(fact.reasons, [&](const solve::ClauseReason& reason) {
             return relations.contains(reason.relation);
           });
  });
}

}  // namespace

// What the item waits for; made once.
const Why::Node& Why::node(Number number) {
  auto& made = nodes_[number];
  if (made) return *made;
  made = std::make_unique<Node>();  // while it is made, an item that asks for it finds nothing
  const auto item = item_of_node(number);
  const bool rejected = is_rejected(excuse(item).verdict);
  if (is_accepted(item)) return *made;
  if (number != item) {
    if (rejected) *made = passing_node(item);
    return *made;
  }
  if (!rejected) {
    *made = unplaced_node(item);
    return *made;
  }
  *made = node(passing(item));
  add_trial(*made, item);
  return *made;
}

// What its policies reject it for.
Why::Node Why::passing_node(Number number) {
  Node made;
  for (auto& leaf :
       own_leaves(excuse(number), input_.world, {input_.judgement.first_seen, input_.now}))
    made.leaf_node.leaves.push_back(add_leaf(std::move(leaf)));
  add_unsatisfiable(made, number);
  add_dependencies(made, number);
  add_groups(made, number);
  return made;
}

// What would break if the policies let the item pass. Debian's rules have no policy for that, so
// that any hold would hide it; Ubuntu's (4.5.1, 4.5.7) look at what breaks at first sight.
void Why::add_trial(Node& made, Number number) {
  if (trials_left_ == 0) {
    made.cut = true;
    return;
  }
  --trials_left_;
  const std::array items{excuse(number).item};
  auto trouble = trial_.try_items(items, item_of_);
  drop_judged(trouble, std::span(&number, 1));
  made.tried = true;
  add_trouble(made, number, trouble, std::span(&number, 1));
}

// Takes out what the items' own leaves say already, and what cannot be told of a version that is
// not built: the target would only lose binaries there.
void Why::drop_judged(Trouble& trouble, std::span<const Number> moved) const {
  std::set<deb::BinaryRef> said;
  std::set<deb::ClauseId> unmet;  // which no item brings
  std::set<std::string> unbuilt;  // architectures; "": all
  bool rejected = false;
  for (const auto number : moved) {
    for (const auto& dependency : excuse(number).dependencies)
      if (dependency.relation.valid() && !dependency.valid() && items_of(dependency).empty())
        unmet.insert(dependency.relation);
    for (const auto& finding : excuse(number).findings) {
      if (!is_rejected(finding.verdict)) continue;
      rejected = true;
      if (finding.kind == FindingKind::missing_build || finding.kind == FindingKind::not_yet_built)
        unbuilt.insert(finding.arch);
      if (finding.kind == FindingKind::no_binaries) unbuilt.emplace();
      if (finding.kind == FindingKind::implicit_breaks && !finding.binaries.empty())
        said.insert(finding.binaries.front());
    }
  }
  if (rejected && trouble.constraint) {
    trouble.constraint.reset();
    trouble.cut = true;
  }
  const auto is_unknown = [&](const Breakage& breakage) {
    return unbuilt.contains("") ||
           unbuilt.contains(std::string(input_.world.snapshot.arch_name(breakage.binary.arch)));
  };
  if (std::erase_if(trouble.breakages, is_unknown) > 0) trouble.cut = true;
  std::erase_if(trouble.breakages,
                [&](const Breakage& breakage) { return said.contains(breakage.binary); });
  for (auto& breakage : trouble.breakages)
    for (std::size_t i = breakage.reasons.size(); i-- > 0;) {
      const auto at = static_cast<std::ptrdiff_t>(i);
      if (!needs_one_of(breakage.reasons[i], unmet)) continue;
      breakage.reasons.erase(breakage.reasons.begin() + at);
      breakage.chains.erase(breakage.chains.begin() + at);
    }
}

// One more binary or architecture with the same trouble.
void Why::join(Leaf& leaf, const std::string& arch, const std::string& binary) {
  if (std::ranges::find(leaf.archs, arch) == leaf.archs.end()) leaf.archs.push_back(arch);
  if (!leaf.what.starts_with(binary + " ") && !leaf.what.contains(", " + binary + " too"))
    leaf.what += ", " + binary + " too";
}

// Binaries of the item that no suite can satisfy: the relation at the end of the chain is the leaf,
// once, however many binaries hang on it.
void Why::add_unsatisfiable(Node& made, Number number) {
  const auto& snapshot = input_.world.snapshot;
  for (const auto& finding : excuse(number).findings) {
    if (finding.kind != FindingKind::unsatisfiable_dependency || !is_rejected(finding.verdict) ||
        finding.binaries.empty())
      continue;
    const auto breakage =
        trial_.explain_in(excuse(number).item.suite, finding.binaries.front(), item_of_);
    if (breakage.chains.empty()) {
      auto leaf = force_leaf(number);
      leaf.key = "depends";
      leaf.cost = Cost::fix_package;
      leaf.turn = Turn::maintainer;
      leaf.who = excuse(number).maintainer;
      leaf.what = without_markup(text_of(finding, excuse(number), input_.world));
      leaf.action = "upload a version whose dependencies exist";
      made.leaf_node.leaves.push_back(add_leaf(std::move(leaf)));
      continue;
    }
    for (std::size_t i = 0; i < breakage.chains.size(); ++i) {
      const auto& chain = breakage.chains[i];
      auto leaf = fix_leaf(number, breakage, i);
      leaf.key = "depends";
      const auto& blamed = blamed_step(breakage, i);
      leaf.what = sentence_of(blamed, snapshot.suites[kPrimary].name);
      const auto at = fix_number(leaf, breakage, i);
      const auto [told, added] = fix_texts_[at].try_emplace(number, FixText{leaf, leaf.what});
      if (!added) {
        join(told->second.leaf, finding.arch, blamed.package);
        continue;
      }
      made.leaf_node.leaves.push_back(at);
      if (chain.steps.size() > 2) made.chains.push_back(chain);
    }
  }
}

std::vector<LeafChoice> Why::items_of(const ExcuseDependency& dependency) const {
  std::vector<LeafChoice> choices;
  for (const auto& alternative : dependency.alternatives)
    for (const auto& name : {alternative.item, alternative.item + "_tpu"})
      if (const auto at = find(name); at != kNoNumber)
        add_choice(choices, item_choice(passing(at)));
  return choices;
}

// Dependencies on other items: all of them, each by one of its alternatives.
void Why::add_dependencies(Node& made, Number number) {
  const auto& snapshot = input_.world.snapshot;
  std::set<std::string> said;  // several binaries need the same, on several architectures
  for (const auto& dependency : excuse(number).dependencies) {
    auto choices = items_of(dependency);
    const auto relation =
        dependency.relation.valid()
            ? deb::text_of(snapshot.relations.atoms(dependency.relation), snapshot.symbols)
            : std::string();
    const auto type = std::string(words_of(dependency.type).display);
    if (choices.empty()) {
      if (dependency.valid()) continue;  // Debian's rules: no excuse for the name is no rejection
      Leaf leaf{excuse(number).uvname,
                std::string(words_of(dependency.type).reason),
                Cost::fix_package,
                Turn::maintainer,
                excuse(number).maintainer,
                fmt::format("no item brings what {} needs{}{}", excuse(number).uvname,
                            relation.empty() ? "" : ": " + type + " ", relation),
                "upload a version without that dependency, or get the missing package in",
                ""};
      std::vector<std::string> would_do;
      for (const auto& alternative : dependency.alternatives)
        if (alternative.package.package.valid() && would_do.size() < kSatisfiersMax)
          would_do.push_back(package_text(snapshot, alternative.package));
      if (!would_do.empty())
        leaf.what += fmt::format(" ({} would do)",
                                 base::join(std::span<const std::string>(would_do), " or "));
      if (!said.insert(leaf.what).second) continue;
      choices.push_back(leaf_choice(add_leaf(std::move(leaf))));
    }
    if (std::ranges::find(choices, item_choice(passing(number))) != choices.end()) continue;
    auto because = relation.empty() ? type : type + ": " + relation;
    if (std::ranges::find(made.leaf_node.clauses, choices) != made.leaf_node.clauses.end())
      continue;
    made.leaf_node.clauses.push_back(std::move(choices));
    made.because.push_back(std::move(because));
  }
}

// Items that go with others by rule: the meta package of a kernel, the members of a PPA.
void Why::add_groups(Node& made, Number number) {
  const auto add = [&](std::string_view name, std::string because) {
    const auto at = find(name);
    if (at == kNoNumber || at == number) return;
    made.leaf_node.clauses.push_back({item_choice(passing(at))});
    made.because.push_back(std::move(because));
  };
  for (const auto& finding : excuse(number).findings) {
    if (finding.words.empty()) continue;
    if (finding.kind == FindingKind::meta_not_candidate)
      add(finding.words.front(), "meta package of the kernel");
    if (finding.kind != FindingKind::ppa_group) continue;
    const auto info = excuse(number).policy_info.find(PolicyId::source_ppa);
    if (info == excuse(number).policy_info.end()) continue;
    for (const auto& [member, ppa] : info->second) add(member, "same PPA " + finding.words.front());
  }
}

// A valid candidate that did not move: what would break if it did.
Why::Node Why::unplaced_node(Number number) {
  Node made;
  const std::array items{excuse(number).item};
  const auto trouble = trial_.try_items(items, item_of_);
  made.tried = true;
  if (trouble.accepted) {
    made.leaf_node.leaves.push_back(add_leaf(next_run_leaf(number)));
    return made;
  }
  add_trouble(made, number, trouble, std::span(&number, 1));
  return made;
}

// Each binary that would break, and each of its reasons, is a clause: something has to come along,
// or somebody has to fix it, or the release team accepts the breakage.
void Why::add_trouble(Node& made, Number number, const Trouble& trouble,
                      std::span<const Number> moved) {
  if (trouble.constraint) {
    Leaf leaf = force_leaf(number);
    leaf.key = "constraint";
    leaf.cost = Cost::fix_package;
    leaf.turn = Turn::maintainer;
    leaf.who = excuse(number).maintainer;
    leaf.what = "it cannot be applied: " + trouble.constraint->text;
    leaf.action = "upload a version that is higher than the target's";
    made.leaf_node.leaves.push_back(add_leaf(std::move(leaf)));
  }
  if (trouble.breakages.empty()) {
    made.cut = made.cut || trouble.cut;
    return;
  }
  const auto force = leaf_choice(force_number(number));
  for (const auto& breakage : trouble.breakages)
    for (std::size_t i = 0; i < breakage.reasons.size(); ++i) {
      auto choices = remedies(breakage.reasons[i], breakage.binary, moved);
      const auto& chain = breakage.chains[i];
      made.chains.push_back(chain);
      if (choices.empty()) choices.push_back(leaf_choice(fix_leaf_number(number, breakage, i)));
      choices.push_back(force);
      auto& clauses = made.leaf_node.clauses;
      if (std::ranges::find(clauses, choices) != clauses.end()) continue;
      clauses.push_back(std::move(choices));
      made.because.push_back(
          chain.with.empty()
              ? fmt::format("else {} becomes uninstallable on {}", chain.binary, chain.arch)
              : fmt::format("else {} and {} cannot be installed together on {} any more",
                            chain.binary, chain.with, chain.arch));
    }
  made.chains_left_out += trouble.unexplained;
  made.cut = made.cut || trouble.cut;
}

// The same fix is one leaf, whichever item it is found for.
Why::Number Why::fix_number(const Leaf& leaf, const Breakage& breakage, std::size_t reason) {
  const auto& relation = blamed_step(breakage, reason).relation;
  const auto [at, added] = fixes_.try_emplace({leaf.action, relation}, 0);
  if (added) at->second = add_leaf(leaf);
  const auto& binary = breakage.binary;
  if (input_.world.universes[binary.arch]->broken(binary.package))
    never_installable_.insert(at->second);
  return at->second;
}

// The leaf that says who has to fix what; one for all architectures and binaries with that cause.
// The text names the architectures once, where it named the first, and other binaries at its end.
Why::Number Why::fix_leaf_number(Number number, const Breakage& breakage, std::size_t reason) {
  auto leaf = fix_leaf(number, breakage, reason);
  const auto& chain = breakage.chains[reason];
  const auto at = fix_number(leaf, breakage, reason);
  const auto binary = chain.with.empty() ? chain.binary : chain.binary + " and " + chain.with;
  const auto [told, added] = fix_texts_[at].try_emplace(number, FixText{leaf, leaf.what, {binary}});
  auto& fix = told->second;
  if (added || fix.binaries.empty()) return at;  // a policy says it already
  auto& known = fix.leaf;
  const auto add = [](std::vector<std::string>& names, const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  add(known.archs, chain.arch);
  add(fix.binaries, binary);
  known.what = fix.what;
  const auto first = "on " + known.archs.front();
  if (const auto found = known.what.find(first); found != std::string::npos)
    known.what.replace(found, first.size(),
                       "on " + base::join(std::span<const std::string>(known.archs), ", "));
  if (fix.binaries.size() > 1)
    known.what +=
        fmt::format(" (the same for {})",
                    base::join(std::span<const std::string>(fix.binaries).subspan(1), ", "));
  return at;
}

Why::Number Why::force_number(Number number) {
  const auto [at, added] = forces_.try_emplace(number, 0);
  if (added) at->second = add_leaf(force_leaf(number));
  return at->second;
}

// Items that would change one of the facts: bring what is missing, or replace or remove a package
// that has a relation in the chain.
std::vector<LeafChoice> Why::remedies(const std::vector<solve::Fact>& facts, deb::BinaryRef binary,
                                      std::span<const Number> moved) const {
  std::vector<LeafChoice> choices;
  const auto usable = [&](Number number) {
    return !is_accepted(number) && std::ranges::find(moved, number) == moved.end();
  };
  for (const auto& fact : facts)
    for (const auto package : fact.outside)
      for (const auto number : bringing({binary.arch, package}))
        if (usable(number)) add_choice(choices, item_choice(number));
  for (const auto& fact : facts) {
    if (fact.kind != solve::FactKind::needs && fact.kind != solve::FactKind::excludes) continue;
    add_upgrades(choices, {binary.arch, fact.package}, facts, moved);
    if (fact.other.valid()) add_upgrades(choices, {binary.arch, fact.other}, facts, moved);
  }
  return choices;
}

// Items of the package's source that put another version in its place or take it away, unless the
// new one has the same relation as the old one.
void Why::add_upgrades(std::vector<LeafChoice>& choices, deb::BinaryRef ref,
                       const std::vector<solve::Fact>& facts, std::span<const Number> moved) const {
  const auto& snapshot = input_.world.snapshot;
  const auto& record = snapshot.record(ref);
  if (!input_.target.has(ref)) return;  // it comes with the item itself
  const auto own = of_name_.find(record.source);
  if (own == of_name_.end()) return;
  for (const auto number : own->second) {
    const auto& item = excuse(number).item;
    if (is_accepted(number) || std::ranges::find(moved, number) != moved.end()) continue;
    if (item.has_arch() && item.arch != ref.arch) continue;
    if (!item.is_removal()) {
      const auto next = input_.world.suite(item.suite).binary(ref.arch, record.name);
      if (next == ref.package) continue;
      const bool same = next.valid() && std::ranges::any_of(facts, [&](const solve::Fact& fact) {
                          const auto says = fact.said_by_other ? fact.other : fact.package;
                          return says == ref.package &&
                                 says_the_same(snapshot, fact, snapshot.record(ref.arch, next));
                        });
      if (same) continue;
    }
    add_choice(choices, item_choice(number));
  }
}

// `reason`: which of the breakage's reasons nothing remedies.
Leaf Why::fix_leaf(Number number, const Breakage& breakage, std::size_t reason) const {
  const auto& snapshot = input_.world.snapshot;
  const auto& facts = breakage.reasons[reason];
  const auto& chain = breakage.chains[reason];
  // Who has the relation is who can change it.
  const auto& blamed = blamed_step(breakage, reason);
  auto culprit = breakage.binary;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts[i].kind == solve::FactKind::needs || facts[i].kind == solve::FactKind::malformed)
      culprit.package = facts[i].package;
    if (&chain.steps[i] == &blamed) break;
  }
  const auto source = snapshot.record(culprit).source;
  const auto* record = input_.target.source(source);
  if (const auto* newer = input_.world.suite(kPrimary).source(source)) record = newer;
  Leaf leaf = force_leaf(number);
  leaf.key = "uninstallable";
  leaf.cost = Cost::fix_package;
  leaf.turn = Turn::maintainer;
  if (record != nullptr) leaf.who = snapshot.text(record->maintainer);
  const auto sentence = sentence_of(blamed, input_.world.target().name);
  leaf.what = fmt::format("{} would be uninstallable on {}", chain.binary, chain.arch);
  if (!chain.with.empty())
    leaf.what = fmt::format("{} and {} could not be installed together any more on {}: {}",
                            chain.binary, chain.with, chain.arch, sentence);
  else if (blamed.kind != solve::FactKind::wanted && blamed.package == chain.binary)
    leaf.what = fmt::format("on {}, {}", chain.arch, sentence);
  else if (blamed.kind != solve::FactKind::wanted)
    leaf.what += ": " + sentence;
  leaf.action = fmt::format("upload {} with a dependency that can be met, or have it removed",
                            snapshot.text(source));
  if (!chain.with.empty())
    leaf.action =
        fmt::format("upload {} so that both can be installed, or have one of them removed",
                    snapshot.text(source));
  leaf.archs = {chain.arch};
  return leaf;
}

Leaf Why::force_leaf(Number number) const {
  const auto& own = excuse(number);
  return {
      own.uvname,
      "force-hint",
      Cost::force,
      Turn::release_team,
      "",
      fmt::format("{} would break other packages, which the release team may accept", own.uvname),
      fmt::format("ask the release team for: force-hint {}",
                  name_of(own.item, input_.world.snapshot)),
      ""};
}

Leaf Why::next_run_leaf(Number number) const {
  return {excuse(number).uvname,
          "next-run",
          Cost::wait,
          Turn::nobody,
          "",
          fmt::format("nothing keeps {} any more; what it waited for went later in this run",
                      excuse(number).uvname),
          "nothing; it goes at the next run",
          ""};
}

Leaf Why::together_leaf(std::span<const Number> items) const {
  std::vector<std::string> names, versions;
  for (const auto number : items) {
    names.push_back(excuse(number).uvname);
    versions.push_back(name_of(excuse(number).item, input_.world.snapshot));
  }
  return {names.front(),
          "easy-hint",
          Cost::hint,
          Turn::release_team,
          "",
          fmt::format("{} can only go together, which the run did not try",
                      base::join(std::span<const std::string>(names), " and ")),
          fmt::format("ask the release team for: easy {}",
                      base::join(std::span<const std::string>(versions), " ")),
          ""};
}

}  // namespace sluice::migrate
