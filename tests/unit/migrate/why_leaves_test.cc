#include "migrate/why_leaves.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "support/rounds.h"

using namespace sluice;
using migrate::Cost;
using migrate::LeafChoice;
using migrate::LeafNode;

namespace {

constexpr std::size_t kSteps = 100000;
using Sets = std::vector<std::vector<std::uint32_t>>;

LeafChoice leaf_item(std::uint32_t number) { return {LeafChoice::Kind::item, number}; }
LeafChoice numbered_leaf(std::uint32_t number) { return {LeafChoice::Kind::leaf, number}; }

struct Graph {
  std::vector<LeafNode> nodes;
  std::vector<Cost> costs;

  migrate::LeafSets solve(std::size_t steps = kSteps) const {
    return migrate::minimal_leaf_sets(
        {[this](std::uint32_t at) -> const LeafNode& { return nodes[at]; },
         [this](std::uint32_t at) { return costs[at]; }},
        0, steps);
  }
  Sets sets() const {
    Sets all;
    for (const auto& set : solve().sets) all.push_back(set.leaves);
    return all;
  }
  // Whether item 0 can go once the leaves in `gone` are repaired: the largest set of items that
  // need nothing else, by throwing out items until nothing changes.
  bool can_go(unsigned gone) const {
    std::set<std::uint32_t> going;
    for (std::uint32_t i = 0; i < nodes.size(); ++i) going.insert(i);
    const auto is_gone = [&](std::uint32_t number) { return (gone >> number & 1) != 0; };
    const auto holds = [&](const LeafChoice& choice) {
      return choice.kind == LeafChoice::Kind::leaf ? is_gone(choice.number)
                                                   : going.contains(choice.number);
    };
    for (bool changed = true; changed;) {
      changed = std::erase_if(going, [&](std::uint32_t i) {
                  return !std::ranges::all_of(nodes[i].leaves, is_gone) ||
                         !std::ranges::all_of(nodes[i].clauses, [&](const auto& clause) {
                           return std::ranges::any_of(clause, holds);
                         });
                }) > 0;
    }
    return going.contains(0);
  }
};

unsigned below(std::mt19937& random, unsigned end) { return static_cast<unsigned>(random() % end); }

Graph random_graph(std::mt19937& random, unsigned leaves) {
  Graph graph;
  for (unsigned i = 0; i < leaves; ++i) graph.costs.push_back(static_cast<Cost>(below(random, 6)));
  const auto items = 1 + below(random, 7);
  for (unsigned i = 0; i < items; ++i) {
    LeafNode node;
    if (below(random, 3) == 0) node.leaves.push_back(below(random, leaves));
    for (auto n = below(random, 4); n-- > 0;) {
      auto& clause = node.clauses.emplace_back();
      const auto choices = below(random, 12) == 0 ? 0 : 1 + below(random, 3);
      for (unsigned c = 0; c < choices; ++c)
        clause.push_back(below(random, 4) == 0 ? numbered_leaf(below(random, leaves))
                                               : leaf_item(below(random, items)));
    }
    graph.nodes.push_back(std::move(node));
  }
  return graph;
}

// Every minimal set of leaves, as bits, by trying all subsets.
std::set<unsigned> minimal_by_force(const Graph& graph) {
  std::set<unsigned> minimal;
  for (unsigned gone = 0; gone < 1U << graph.costs.size(); ++gone) {
    if (!graph.can_go(gone)) continue;
    bool smaller = false;
    for (std::size_t i = 0; i < graph.costs.size(); ++i)
      smaller = smaller || ((gone >> i & 1) != 0 && graph.can_go(gone & ~(1U << i)));
    if (!smaller) minimal.insert(gone);
  }
  return minimal;
}

}  // namespace

// testgrid 5.4
TEST_CASE("leaves: on random graphs the sets are exactly the minimal ones of brute force") {
  constexpr unsigned kSeed = 1954;
  INFO("seed " << kSeed);
  std::mt19937 random(kSeed);
  int with_several = 0;
  const auto rounds = test::rounds(4000);
  for (int round = 0; round < rounds; ++round) {
    INFO("round " << round);
    const auto graph = random_graph(random, 2 + below(random, 9));
    const auto found = graph.solve();
    std::set<unsigned> bits;
    std::int64_t before = 0;
    for (const auto& set : found.sets) {
      unsigned gone = 0;
      std::int64_t weight = 0;
      for (const auto each : set.leaves) {
        gone |= 1U << each;
        weight += migrate::weight_of(graph.costs[each]);
      }
      CHECK(weight == set.weight);
      CHECK(before <= weight);
      before = weight;
      bits.insert(gone);
    }
    CHECK(found.exact);
    CHECK(bits.size() == found.sets.size());
    CHECK(bits == minimal_by_force(graph));
    with_several += bits.size() > 1 ? 1 : 0;
  }
  CHECK(with_several > test::rounds(300));
}

// testgrid 5.4
TEST_CASE("leaves: an item that waits for another shows the other's leaf") {
  const Graph graph{{{{}, {{leaf_item(1)}}}, {{}, {{leaf_item(2)}}}, {{0}, {}}}, {Cost::wait}};
  CHECK(graph.sets() == Sets{{0}});
  CHECK(graph.solve().sets.front().items == std::vector<std::uint32_t>{0, 1, 2});
}

// testgrid 5.4
TEST_CASE("leaves: the cheapest alternative comes first") {
  const Graph graph{{{{}, {{leaf_item(1), leaf_item(2), numbered_leaf(2)}}}, {{0}, {}}, {{1}, {}}},
                    {Cost::fix_package, Cost::wait, Cost::hint}};
  CHECK(graph.sets() == Sets{{1}, {0}, {2}});
}

// testgrid 5.4
TEST_CASE("leaves: a circle is no reason, but what its members wait for is") {
  Graph graph{{{{}, {{leaf_item(1)}}}, {{}, {{leaf_item(0)}}}}, {Cost::retry}};
  CHECK(graph.sets() == Sets{{}});
  graph.nodes[1].leaves = {0};
  CHECK(graph.sets() == Sets{{0}});
}

TEST_CASE("leaves: a clause without choices leaves no way") {
  const Graph graph{{{{0}, {{}}}}, {Cost::wait}};
  CHECK(graph.sets().empty());
}

// testgrid 5.4
TEST_CASE("leaves: a search that is cut short still answers, and says that it was") {
  Graph graph;
  LeafNode root;
  for (std::uint32_t i = 0; i < 12; ++i) {
    root.clauses.push_back({numbered_leaf(i * 2), numbered_leaf(i * 2 + 1)});
    graph.costs.insert(graph.costs.end(), 2, Cost::wait);
  }
  graph.nodes = {root};
  const auto found = graph.solve(20);
  CHECK(!found.exact);
  REQUIRE(!found.sets.empty());
  CHECK(found.sets.front().leaves.size() == 12);
  CHECK(!graph.solve().exact);  // more minimal sets than anybody reads
}

TEST_CASE("leaves: costs have words and grow") {
  CHECK(migrate::text_of(Cost::fix_package) == "fix-package");
  CHECK(migrate::weight_of(Cost::wait) < migrate::weight_of(Cost::retry));
  CHECK(migrate::weight_of(Cost::fix_package) < migrate::weight_of(Cost::hint));
  CHECK(migrate::weight_of(Cost::hint) < migrate::weight_of(Cost::force));
}

// testgrid 5.4
TEST_CASE("leaves: a clause of several items holds only where all of them go along") {
  const Graph graph{{{{}, {{leaf_item(1), leaf_item(2)}}}, {{0}, {}}, {{1}, {}}},
                    {Cost::wait, Cost::retry, Cost::hint}};
  const std::vector<migrate::LeafCondition> conditions = {{{0, 1}, {numbered_leaf(2)}}};
  const auto found = migrate::minimal_leaf_sets(
      {[&](std::uint32_t at) -> const LeafNode& { return graph.nodes[at]; },
       [&](std::uint32_t at) { return graph.costs[at]; }, conditions},
      0, kSteps);
  REQUIRE(found.sets.size() == 2);
  CHECK(found.sets.front().leaves == std::vector<std::uint32_t>{1});
  CHECK(found.sets.back().leaves == std::vector<std::uint32_t>{0, 2});
}
