// why_leaves: which facts keep an item from migrating, when items wait for each other. An item
// waits for all of its own leaves and, clause by clause, for one of some items or leaves. Items
// that wait for each other in a circle and for nothing else can go together, so a circle is no
// reason. Pure functions of a graph of numbers. Source: testgrid 5.4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace sluice::migrate {

// What it takes to get rid of a leaf, cheapest first (testgrid 5.4). A hint that lets something
// break comes after those that break nothing.
enum class Cost : std::uint8_t { wait, retry, fix_test, fix_package, hint, force };
std::string_view text_of(Cost cost);  // "wait", "retry", "fix-test", ...

// What a set of leaves costs is the sum of these. One step up is worth a few of the step below, so
// that nobody is sent to fix a package where three waits would do.
std::int64_t weight_of(Cost cost);

// One way to satisfy a clause.
struct LeafChoice {
  enum class Kind : std::uint8_t { item, leaf } kind = Kind::item;
  std::uint32_t number = 0;

  friend auto operator<=>(const LeafChoice&, const LeafChoice&) = default;
};

// An item: all of the leaves have to go, and of each clause one choice has to come true.
struct LeafNode {
  std::vector<std::uint32_t> leaves;
  std::vector<std::vector<LeafChoice>> clauses;
};

// A clause that holds where all of some items go along, though for none of them alone.
struct LeafCondition {
  std::vector<std::uint32_t> items;  // sorted
  std::vector<LeafChoice> clause;

  friend bool operator==(const LeafCondition&, const LeafCondition&) = default;
};

// Items are asked for when they are reached, leaves for their cost. What `node` returns must stay
// valid during the search, and `conditions` too.
struct LeafGraph {
  std::function<const LeafNode&(std::uint32_t item)> node;
  std::function<Cost(std::uint32_t leaf)> cost;
  std::span<const LeafCondition> conditions = {};
};

struct LeafSet {
  std::vector<std::uint32_t> leaves;  // sorted
  std::vector<std::uint32_t> items;   // that go along, the asked one too; sorted
  std::int64_t weight = 0;
};

struct LeafSets {
  std::vector<LeafSet> sets;  // each minimal, none twice; by weight, then size, then numbers
  bool exact = true;          // false: the search was cut short, so there may be better ones
};

// Nothing in `sets`: some clause has no choice that can come true. `steps_max` bounds the number of
// choices that are looked at.
LeafSets minimal_leaf_sets(const LeafGraph& graph, std::uint32_t item, std::size_t steps_max);

}  // namespace sluice::migrate
