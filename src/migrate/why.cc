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
// Rejected items that are tried for one answer. A trial is a hundredth of a second where much
// breaks, and who waits for more items than these reads no further.
constexpr std::size_t kRejectedTrialsMax = 60;
// How often a group that could go together is tried, found wanting and extended.
constexpr int kRoundsMax = 3;
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
  nodes_.resize(size());
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
                        [&](Number leaf) { return leaves_[leaf].cost; }};
  return minimal_leaf_sets(graph, number, kStepsMax);
}

// An empty set says that items wait for each other only. They are tried together: if that works,
// only a hint is missing; if not, what breaks is waited for as well.
void Why::settle_circle(Number number, Node& root, LeafSets& sets) {
  for (int round = 0; round < kRoundsMax; ++round) {
    if (sets.sets.empty() || !sets.sets.front().leaves.empty()) return;
    std::vector<Number> group;
    std::vector<Item> items;
    bool all_valid = true;
    for (const auto at : sets.sets.front().items) {
      if (is_accepted(at)) continue;
      all_valid = all_valid && !is_rejected(excuse(at).verdict);
      group.push_back(at);
      items.push_back(excuse(at).item);
    }
    if (!all_valid || group.size() < 2) {
      root.leaf_node.leaves.push_back(add_leaf(next_run_leaf(number)));
    } else if (group.size() > kGroupMax || round + 1 == kRoundsMax) {
      sets.exact = false;
      root.leaf_node.leaves.push_back(add_leaf(force_leaf(number)));
    } else if (const auto trouble = trial_.try_items(items, item_of_); trouble.accepted) {
      root.leaf_node.leaves.push_back(add_leaf(together_leaf(group)));
    } else {
      add_trouble(root, number, trouble, group);
    }
    const bool exact = sets.exact;
    sets = solve(number, root);
    sets.exact = sets.exact && exact;
  }
}

// How the item hangs on the leaves of others: for each item with a leaf of the set the shortest way
// there.
void Why::fill_waits(Explanation& made, Number number, const Node& root, const LeafSet& best) {
  struct Step {
    Number from;
    std::size_t clause;
  };
  std::map<Number, Step> reached = {{number, {kNoNumber, 0}}};
  std::vector<Number> queue = {number};
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const auto at = queue[next];
    const auto& clauses = (at == number ? root : node(at)).leaf_node.clauses;
    for (std::size_t i = 0; i < clauses.size(); ++i)
      for (const auto& choice : clauses[i])
        if (choice.kind == LeafChoice::Kind::item &&
            std::ranges::binary_search(best.items, choice.number) &&
            reached.try_emplace(choice.number, Step{at, i}).second)
          queue.push_back(choice.number);
  }
  std::set<Number> shown;
  for (const auto leaf : best.leaves) {
    auto at = find(leaves_[leaf].item);
    while (at != kNoNumber && reached.contains(at) && at != number && shown.insert(at).second)
      at = reached[at].from;
  }
  for (const auto at : queue) {
    if (!shown.contains(at)) continue;
    const auto& step = reached[at];
    const auto& from = step.from == number ? root : node(step.from);
    made.waits.push_back({excuse(step.from).uvname, excuse(at).uvname, from.because[step.clause]});
  }
}

void Why::fill(Explanation& made, Number number, const Node& root, const LeafSets& sets) {
  made.exact = sets.exact && !root.cut;
  made.chains = root.chains;
  made.chains_left_out = root.chains_left_out;
  if (sets.sets.empty()) return;
  const auto leaves_of = [&](const LeafSet& set) {
    std::vector<Leaf> leaves;  // its own first
    for (const auto leaf : set.leaves)
      if (leaves_[leaf].item == made.item) leaves.push_back(leaves_[leaf]);
    for (const auto leaf : set.leaves)
      if (leaves_[leaf].item != made.item) leaves.push_back(leaves_[leaf]);
    return leaves;
  };
  const auto& best = sets.sets.front();
  for (const auto at : best.items)
    if (at != number && nodes_[at] && nodes_[at]->cut) made.exact = false;
  made.leaves = leaves_of(best);
  for (std::size_t i = 1; i < sets.sets.size() && i <= kAlternativesMax; ++i)
    made.alternatives.push_back(leaves_of(sets.sets[i]));
  for (const auto at : best.items)
    if (at != number && !is_accepted(at)) made.together.push_back(excuse(at).uvname);
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
  trials_left_ = kRejectedTrialsMax;
  if (nodes_[number] && nodes_[number]->cut && !nodes_[number]->tried) nodes_[number].reset();
  Node root = node(number);
  auto sets = solve(number, root);
  settle_circle(number, root, sets);
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
