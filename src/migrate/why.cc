#include "migrate/why.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "migrate/old_libraries.h"
#include "migrate/policy_queries.h"
#include "migrate/propagate.h"

namespace sluice::migrate {
namespace {

// Choices that are looked at for one item. Real archives need a few dozen.
constexpr std::size_t kStepsMax = 400;
constexpr std::size_t kAlternativesMax = 3;
// Rejected items that are tried for one answer, on one architecture; on several fewer. A trial is a
// hundredth of a second on each where much breaks, and who waits for more items than these reads no
// further.
constexpr std::size_t kRejectedTrialsMax = 60;
// How often a group that could go together is tried, found wanting and extended.
constexpr int kRoundsMax = 6;
// Larger groups than this are no hint that anybody writes.
constexpr std::size_t kGroupMax = 40;

constexpr std::array<std::string_view, 7> kStandings{
    "migrates", "held", "waits", "unplaced", "in-target", "only-in-target", "unknown"};

}  // namespace

std::string_view text_of(Standing standing) { return kStandings[std::size_t(standing)]; }

Why::Why(const WhyInput& input)
    : input_(input),
      trial_(input.world, input.target, tolerance_of(input.world, input.must_stay)),
      item_of_([this](deb::BinaryRef ref) { return item_bringing(ref); }) {
  add_old_libraries();
  accepted_.resize(size());
  nodes_.resize(2 * size());
  for (const auto& item : input_.result.accepted)
    if (const auto at = find(uvname(item, input_.world.snapshot)); at != kNoNumber)
      accepted_[at] = true;
  index_packages();
}

// Items of the run that no policy judges: they stand here as excuses that pass.
void Why::add_old_libraries() {
  const auto& snapshot = input_.world.snapshot;
  auto items =
      old_libraries_now(input_.world, [&](NameId name) { return input_.target.source(name); });
  for (const auto& item : input_.result.accepted)
    if (item.kind == ItemKind::cruft_removal) items.push_back(item);
  for (const auto& item : items) {
    Excuse made;
    made.item = item;
    made.uvname = uvname(item, snapshot);
    made.old_version = snapshot.text(item.version);
    made.verdict = Verdict::pass;
    made.valid = true;
    for (const auto package : snapshot.packages_named(item.arch, item.package)) {
      const auto& record = snapshot.record(item.arch, package);
      const auto* source = input_.target.source(record.source);
      if (record.version == item.version && source != nullptr)
        made.maintainer = snapshot.text(source->maintainer);
    }
    old_.push_back(std::move(made));
  }
  std::ranges::sort(old_, {}, &Excuse::uvname);
  const auto twice = std::ranges::unique(old_, {}, &Excuse::uvname);
  old_.erase(twice.begin(), twice.end());
}

// Package -> the excuses that bring it, in chains; source -> its excuses.
void Why::index_packages() {
  for (const auto& arch : input_.world.snapshot.archs)
    head_.emplace_back(arch.records.size(), kNoNumber);
  const auto& excuses = input_.judgement.excuses;
  for (auto i = static_cast<Number>(excuses.size()); i-- > 0;)
    for (const auto ref : excuses[i].packages) {
      auto& head = head_[ref.arch][ref.package.value];
      links_.emplace_back(i, head);
      head = static_cast<Number>(links_.size() - 1);
    }
  for (Number i = 0; i < excuses.size(); ++i) of_name_[excuses[i].item.package].push_back(i);
}

Why::Number Why::find(std::string_view uvname) const {
  const auto at = find_excuse(input_.judgement.excuses, uvname);
  if (at != input_.judgement.excuses.size()) return static_cast<Number>(at);
  const auto old = std::ranges::lower_bound(old_, uvname, {}, &Excuse::uvname);
  if (old == old_.end() || old->uvname != uvname) return kNoNumber;
  return static_cast<Number>(input_.judgement.excuses.size() +
                             static_cast<std::size_t>(old - old_.begin()));
}

std::vector<Why::Number> Why::bringing(deb::BinaryRef ref) const {
  std::vector<Number> found;
  for (auto at = head_[ref.arch][ref.package.value]; at != kNoNumber; at = links_[at].second)
    found.push_back(links_[at].first);
  return found;
}

std::string Why::item_bringing(deb::BinaryRef ref) const {
  const auto items = bringing(ref);
  return items.empty() ? std::string() : excuse(items.front()).uvname;
}

Why::Number Why::add_leaf(Leaf leaf) {
  leaves_.push_back(std::move(leaf));
  return static_cast<Number>(leaves_.size() - 1);
}

LeafSets Why::solve(Number number, const Node& root) {
  const LeafGraph graph{[&](Number at) -> const LeafNode& {
                          return at == number ? root.leaf_node : node(at).leaf_node;
                        },
                        [&](Number leaf) { return leaves_[leaf].cost; }, root.conditions};
  return minimal_leaf_sets(graph, number, kStepsMax);
}

// What each item breaks alone is not all: the items of the best set are tried together, and what
// breaks then, and nothing in the set remedies, is waited for as well. An empty set says that items
// wait for each other only; if they can go together, only a hint is missing. An answer that is not
// proved so is not called exact.
void Why::settle(Number number, Node& root, LeafSets& sets) {
  bool exact = sets.exact;
  for (int round = 0; !sets.sets.empty(); ++round) {
    const auto& best = sets.sets.front();
    std::vector<Number> group;
    for (const auto at : best.items)
      if (at < size() && !is_accepted(at)) group.push_back(at);
    if (round >= kRoundsMax || group.size() > kGroupMax) {
      exact = false;
      if (!best.leaves.empty()) break;
      root.leaf_node.leaves.push_back(force_number(number));
    } else if (!add_proof(number, root, best, group)) {
      break;
    }
    sets = solve(number, root);
    exact = exact && sets.exact;
  }
  sets.exact = sets.exact && exact;
}

// False: there is nothing to add to the root.
bool Why::add_proof(Number number, Node& root, const LeafSet& best, std::span<const Number> group) {
  bool all_valid = true;
  std::vector<Item> items;
  for (const auto at : group) {
    all_valid = all_valid && !is_rejected(excuse(at).verdict);
    items.push_back(excuse(at).item);
  }
  if (best.leaves.empty() && (!all_valid || group.size() < 2)) {
    root.leaf_node.leaves.push_back(add_leaf(next_run_leaf(number)));
    return true;
  }
  if (group.size() == 1 && root.tried) return false;
  const auto is_force = [&](Number leaf) { return leaves_[leaf].cost == Cost::force; };
  if (std::ranges::any_of(best.leaves, is_force)) {  // what may break is for the team to say
    root.cut = true;
    return false;
  }
  auto trouble = trial_.try_items(items, item_of_);
  drop_judged(trouble, group);
  if (add_conditions(number, root, best, group, trouble)) return true;
  root.cut = root.cut || trouble.cut || trouble.constraint || drags_others_along(group);
  if (!best.leaves.empty()) return false;
  root.conditions.push_back(
      {best.items, {{LeafChoice::Kind::leaf, add_leaf(together_leaf(group))}}});
  root.condition_because.emplace_back();
  return true;
}

// The run's own hints take in all items that the excuses of Debian's rules name (4.8, 8), needed or
// not: who goes without them may not be found.
bool Why::drags_others_along(std::span<const Number> group) const {
  if (input_.world.settings.rules != RuleSet::debian) return false;
  return std::ranges::any_of(group, [&](Number number) {
    return std::ranges::any_of(excuse(number).dependencies, [&](const auto& dependency) {
      return std::ranges::any_of(items_of(dependency), [&](const LeafChoice& choice) {
        const auto item = item_of_node(choice.number);
        return !is_accepted(item) && std::ranges::find(group, item) == group.end();
      });
    });
  });
}

// What breaks when the group goes, unless the set repairs it; it binds every group with the items
// that it is about.
bool Why::add_conditions(Number number, Node& root, const LeafSet& best,
                         std::span<const Number> group, const Trouble& trouble) {
  const auto before = root.conditions.size();
  for (const auto& breakage : trouble.breakages)
    for (std::size_t i = 0; i < breakage.reasons.size(); ++i) {
      const auto& facts = breakage.reasons[i];
      LeafCondition made{concerned(facts, breakage.binary.arch, group),
                         remedies(facts, breakage.binary, group)};
      if (made.clause.empty()) {
        const auto leaf = fix_leaf(number, breakage, i);
        const auto fix = fix_number(leaf, breakage, i);
        if (std::ranges::binary_search(best.leaves, fix)) continue;
        made.clause.push_back({LeafChoice::Kind::leaf, fix});
      }
      made.clause.push_back({LeafChoice::Kind::leaf, force_number(number)});
      if (std::ranges::find(root.conditions, made) != root.conditions.end()) continue;
      root.conditions.push_back(std::move(made));
      root.condition_because.push_back(fmt::format("else {} becomes uninstallable on {}",
                                                   breakage.chains[i].binary,
                                                   breakage.chains[i].arch));
      root.chains.push_back(breakage.chains[i]);
    }
  root.chains_left_out += before == root.conditions.size() ? 0 : trouble.unexplained;
  return before != root.conditions.size();
}

// Items of the group without which the facts would be others: those that bring a package, and those
// that take away one that would have done. Sorted; all of them where that cannot be told.
std::vector<Why::Number> Why::concerned(const std::vector<solve::Fact>& facts, ArchIndex arch,
                                        std::span<const Number> group) const {
  std::set<Number> found;
  bool all = false;
  const auto add_bringing = [&](deb::PackageIndex package) {
    if (!package.valid() || input_.target.has({arch, package})) return;
    const auto before = found.size();
    for (const auto number : bringing({arch, package}))
      if (std::ranges::find(group, number) != group.end()) found.insert(number);
    all = all || before == found.size();
  };
  for (const auto& fact : facts) {
    add_bringing(fact.package);
    add_bringing(fact.other);
    for (const auto package : fact.outside) {
      if (!input_.target.has({arch, package})) continue;
      const auto own = of_name_.find(input_.world.snapshot.record(arch, package).source);
      const auto before = found.size();
      for (const auto number : group)
        if (own != of_name_.end() && std::ranges::find(own->second, number) != own->second.end())
          found.insert(number);
      all = all || before == found.size();
    }
  }
  if (all || found.empty()) return {group.begin(), group.end()};
  return {found.begin(), found.end()};
}

// How the item hangs on the leaves of others: for each item with a leaf of the set the shortest way
// there.
void Why::fill_waits(Explanation& made, Number number, const Node& root, const LeafSet& best) {
  struct Step {
    Number from;
    std::string because;
  };
  std::map<Number, Step> reached = {{number, {kNoNumber, {}}}};
  std::vector<Number> queue = {number};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const auto at = queue[next];
    const auto reach = [&](const std::vector<LeafChoice>& clause, std::string_view because) {
      for (const auto& choice : clause)
        if (choice.kind == LeafChoice::Kind::item &&
            std::ranges::binary_search(best.items, choice.number) &&
            reached.try_emplace(choice.number, Step{at, std::string(because)}).second)
          queue.push_back(choice.number);
    };
    const auto& from = at == number ? root : node(at);
    for (std::size_t i = 0; i < from.leaf_node.clauses.size(); ++i)
      reach(from.leaf_node.clauses[i], from.because[i]);
    for (std::size_t i = 0; i < from.conditions.size(); ++i)
      if (std::ranges::includes(best.items, from.conditions[i].items))
        reach(from.conditions[i].clause, from.condition_because[i]);
  }
  std::set<Number> shown;
  for (const auto leaf : best.leaves) {
    auto at = find(leaf_told(leaf, number, best).item);
    if (at != kNoNumber && !reached.contains(at)) at = passing(at);
    while (at != kNoNumber && reached.contains(at) && at != number && shown.insert(at).second)
      at = reached[at].from;
  }
  for (const auto at : queue) {
    if (!shown.contains(at)) continue;
    const auto& step = reached[at];
    Waiting waiting{excuse(item_of_node(step.from)).uvname, excuse(item_of_node(at)).uvname,
                    step.because};
    const auto same = [&](const Waiting& each) {
      return each.item == waiting.item && each.on == waiting.on;
    };
    if (std::ranges::none_of(made.waits, same)) made.waits.push_back(std::move(waiting));
  }
}

// A package that nobody can install yet is no choice of any relation. Once it is repaired it may
// spare another thing of the set.
bool Why::may_serve_others(const LeafSet& set) const {
  std::set<Number> items;
  for (const auto at : set.items)
    if (!is_accepted(item_of_node(at))) items.insert(item_of_node(at));
  return set.leaves.size() > 1 && items.size() > 1 &&
         std::ranges::any_of(set.leaves,
                             [&](Number leaf) { return never_installable_.contains(leaf); });
}

// As it shows for the item that is asked about, else for the first that goes along and is held.
Leaf Why::leaf_told(Number leaf, Number number, const LeafSet& set) const {
  const auto texts = fix_texts_.find(leaf);
  const auto fix =
      std::ranges::any_of(fixes_, [&](const auto& each) { return each.second == leaf; });
  if (!fix) return leaves_[leaf];
  if (texts != fix_texts_.end()) {
    const auto own = texts->second.find(number);
    if (own != texts->second.end()) return own->second.leaf;
    for (const auto& [item, text] : texts->second)
      if (std::ranges::binary_search(set.items, item) ||
          std::ranges::binary_search(set.items, passing(item)))
        return text.leaf;
  }
  auto told = leaves_[leaf];
  told.item = excuse(number).uvname;
  return told;
}

void Why::fill(Explanation& made, Number number, const Node& root, const LeafSets& sets) {
  made.exact = sets.exact && !root.cut;
  made.chains = root.chains;
  made.chains_left_out = root.chains_left_out;
  if (sets.sets.empty()) return;
  const auto leaves_of = [&](const LeafSet& set) {
    std::vector<Leaf> leaves;
    for (const auto leaf : set.leaves) leaves.push_back(leaf_told(leaf, number, set));
    std::ranges::stable_partition(
        leaves, [&](const Leaf& leaf) { return leaf.item == made.item; });  // its own first
    return leaves;
  };
  const auto& best = sets.sets.front();
  if (may_serve_others(best)) made.exact = false;
  for (const auto at : best.items)
    if (at != number && nodes_[at] && nodes_[at]->cut) made.exact = false;
  made.leaves = leaves_of(best);
  for (std::size_t i = 1; i < sets.sets.size() && i <= kAlternativesMax; ++i)
    made.alternatives.push_back(leaves_of(sets.sets[i]));
  for (const auto at : best.items)
    if (at != number && at < size() && !is_accepted(at)) made.together.push_back(excuse(at).uvname);
  fill_waits(made, number, root, best);
}

Explanation Why::about(Number number) const {
  const auto& own = excuse(number);
  Explanation made;
  made.item = own.uvname;
  made.package = input_.world.snapshot.text(own.item.package);
  made.old_version = own.old_version;
  made.new_version = own.new_version;
  made.maintainer = own.maintainer;
  made.days_old = own.days_old;
  return made;
}

Explanation Why::of_excuse(std::size_t position) {
  const auto number = static_cast<Number>(position);
  auto made = about(number);
  if (is_accepted(number)) {
    made.standing = Standing::migrates;
    return made;
  }
  trials_left_ = kRejectedTrialsMax / std::max<std::size_t>(1, input_.world.snapshot.archs.size());
  if (nodes_[number] && nodes_[number]->cut && !nodes_[number]->tried) nodes_[number].reset();
  Node root = node(number);
  auto sets = solve(number, root);
  settle(number, root, sets);
  fill(made, number, root, sets);
  const bool own =
      std::ranges::any_of(made.leaves, [&](const Leaf& leaf) { return leaf.item == made.item; });
  made.standing = !is_rejected(excuse(number).verdict) ? Standing::unplaced
                  : own                                ? Standing::held
                                                       : Standing::waits;
  return made;
}

// No item: the package is where it should be, or nowhere.
Explanation Why::without_item(std::string_view name) const {
  const auto& snapshot = input_.world.snapshot;
  Explanation made;
  made.item = made.package = name;
  made.old_version = made.new_version = "-";
  const auto id = snapshot.symbols.find_name(name);
  if (!id.valid()) return made;
  if (const auto* there = input_.world.target().source(id)) {
    made.old_version = snapshot.text(there->version);
    made.maintainer = snapshot.text(there->maintainer);
    made.standing = Standing::only_in_target;
  }
  if (const auto* newer = input_.world.suite(kPrimary).source(id)) {
    made.new_version = snapshot.text(newer->version);
    if (made.standing == Standing::only_in_target) made.standing = Standing::in_target;
  }
  return made;
}

// A source's name, or that of the source of a binary with this name, the newest first; invalid:
// neither.
NameId Why::source_named(std::string_view name) const {
  const auto& snapshot = input_.world.snapshot;
  const auto id = snapshot.symbols.find_name(name);
  if (!id.valid()) return id;
  for (const auto& suite : snapshot.suites)
    if (suite.source(id) != nullptr) return id;
  for (auto suite = snapshot.suites.rbegin(); suite != snapshot.suites.rend(); ++suite)
    for (ArchIndex arch = 0; arch < snapshot.archs.size(); ++arch)
      if (const auto package = suite->binary(arch, id); package.valid())
        return snapshot.record(arch, package).source;
  return {};
}

std::vector<Explanation> Why::of_package(std::string_view name) {
  std::vector<Explanation> all;
  const bool is_item = name.starts_with('-') || name.find_first_of("/_") != std::string_view::npos;
  if (const auto exact = find(name); is_item && exact != kNoNumber) {
    all.push_back(of_excuse(exact));
    return all;
  }
  // "foo/2-1", as hints and logs have it.
  if (const auto slash = name.find('/');
      slash != std::string_view::npos && !name.starts_with('-')) {
    all = of_package(name.substr(0, slash));
    std::erase_if(all, [&](const Explanation& each) {
      return each.new_version != name.substr(slash + 1) || each.item != each.package;
    });
    if (!all.empty()) return all;
  }
  const auto source = source_named(name);
  const auto own = of_name_.find(source);
  if (source.valid() && own != of_name_.end())
    for (const auto number : own->second) all.push_back(of_excuse(number));
  const auto binary =
      input_.world.snapshot.symbols.find_name(name.starts_with('-') ? name.substr(1) : name);
  for (std::size_t i = input_.judgement.excuses.size(); i < size(); ++i)
    if (excuse(static_cast<Number>(i)).item.package == binary) all.push_back(of_excuse(i));
  if (all.empty())
    all.push_back(without_item(source.valid() ? input_.world.snapshot.text(source) : name));
  return all;
}

std::optional<Breakage> Why::of_binary(SuiteIndex suite, ArchIndex arch, std::string_view name) {
  const auto id = input_.world.snapshot.symbols.find_name(name);
  if (!id.valid()) return std::nullopt;
  const auto package = input_.world.suite(suite).binary(arch, id);
  if (!package.valid()) return std::nullopt;
  return trial_.explain_in(suite, {arch, package}, item_of_);
}

}  // namespace sluice::migrate
