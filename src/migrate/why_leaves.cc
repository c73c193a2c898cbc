#include "migrate/why_leaves.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace sluice::migrate {
namespace {

// More sets than these nobody reads; what is dropped is not called exact.
constexpr std::size_t kSetsMax = 64;

struct CostRow {
  std::string_view text;
  std::int64_t weight;
};
constexpr std::array<CostRow, 6> kCosts{{
    {"wait", 1},
    {"retry", 4},
    {"fix-test", 16},
    {"fix-package", 64},
    {"hint", 256},
    {"force", 1024},
}};

// Depth first over the choices: an item that is needed brings its leaves; a clause that something
// needed already satisfies costs nothing; a clause with one choice is no choice.
class LeafSearch {
 public:
  LeafSearch(const LeafGraph& graph, std::size_t steps_max) : graph_(graph), left_(steps_max) {}

  LeafSets run(std::uint32_t item) {
    State state;
    if (require_item(state, item)) explore(std::move(state));
    std::ranges::sort(found_, {}, [](const LeafSet& set) {
      return std::tuple(set.weight, set.leaves.size(), set.leaves);
    });
    return {std::move(found_), exact_};
  }

 private:
  using Clause = const std::vector<LeafChoice>*;
  struct State {
    std::set<std::uint32_t> items, leaves;
    std::int64_t weight = 0;
    std::vector<Clause> open;  // clauses that nothing needed so far satisfies, in order
  };

  static bool is_met(const State& state, const LeafChoice& choice) {
    return choice.kind == LeafChoice::Kind::item ? state.items.contains(choice.number)
                                                 : state.leaves.contains(choice.number);
  }

  void require_leaf(State& state, std::uint32_t leaf) const {
    if (state.leaves.insert(leaf).second) state.weight += weight_of(graph_.cost(leaf));
  }

  // The item with everything that follows without a choice. False: it can never go.
  bool require_item(State& state, std::uint32_t item) const {
    std::vector<std::uint32_t> queue;
    if (state.items.insert(item).second) queue.push_back(item);
    while (!queue.empty()) {
      const auto& node = graph_.node(queue.back());
      queue.pop_back();
      for (const auto leaf : node.leaves) require_leaf(state, leaf);
      for (const auto& clause : node.clauses) {
        if (clause.empty()) return false;
        if (clause.size() > 1) {
          state.open.push_back(&clause);
        } else if (clause.front().kind == LeafChoice::Kind::leaf) {
          require_leaf(state, clause.front().number);
        } else if (state.items.insert(clause.front().number).second) {
          queue.push_back(clause.front().number);
        }
      }
    }
    return true;
  }

  // A set that was found is contained in this one: whatever follows cannot be minimal.
  bool is_covered(const State& state) const {
    return std::ranges::any_of(found_, [&](const LeafSet& set) {
      return std::ranges::includes(state.leaves, set.leaves);
    });
  }

  void record(const State& state) {
    LeafSet set{{state.leaves.begin(), state.leaves.end()},
                {state.items.begin(), state.items.end()},
                state.weight};
    std::erase_if(
        found_, [&](const LeafSet& old) { return std::ranges::includes(old.leaves, set.leaves); });
    found_.push_back(std::move(set));
    if (found_.size() <= kSetsMax) return;
    found_.erase(std::ranges::max_element(found_, {}, &LeafSet::weight));
    exact_ = false;
  }

  // The choice at hand taken, unless it can never come true.
  std::optional<State> with(const State& state, const LeafChoice& choice) const {
    auto next = state;
    if (choice.kind == LeafChoice::Kind::leaf)
      require_leaf(next, choice.number);
    else if (!require_item(next, choice.number))
      return std::nullopt;
    return next;
  }

  // The next clause that nothing needed so far satisfies; null: there is none.
  Clause take_open(State& state) const {
    const auto met = [&](const std::vector<LeafChoice>& clause) {
      return std::ranges::any_of(clause, [&](const auto& each) { return is_met(state, each); });
    };
    while (!state.open.empty()) {
      const auto* clause = state.open.back();
      state.open.pop_back();
      if (!met(*clause)) return clause;
    }
    for (const auto& condition : graph_.conditions)
      if (std::ranges::includes(state.items, condition.items) && !met(condition.clause))
        return &condition.clause;
    return nullptr;
  }

  void explore(State state) {
    if (is_covered(state)) return;
    const auto* open = take_open(state);
    if (open == nullptr) {
      record(state);
      return;
    }
    const auto& clause = *open;
    // The cheapest first: a small set that is found early spares the rest of the work.
    std::vector<State> ways;
    std::vector<std::pair<std::int64_t, std::size_t>> order;  // weight, position
    for (const auto& choice : clause) {
      if (left_ == 0) {
        exact_ = false;
        if (!found_.empty() || !ways.empty()) break;
      } else {
        --left_;
      }
      if (auto next = with(state, choice)) ways.push_back(std::move(*next));
    }
    for (std::size_t i = 0; i < ways.size(); ++i) order.emplace_back(ways[i].weight, i);
    std::ranges::sort(order);
    for (const auto& [weight, position] : order) {
      explore(std::move(ways[position]));
      if (left_ == 0 && !found_.empty()) {
        exact_ = false;
        return;
      }
    }
  }

  const LeafGraph& graph_;
  std::size_t left_;  // choices that may still be looked at
  bool exact_ = true;
  std::vector<LeafSet> found_;
};

}  // namespace

std::string_view text_of(Cost cost) { return kCosts[std::size_t(cost)].text; }

std::int64_t weight_of(Cost cost) { return kCosts[std::size_t(cost)].weight; }

LeafSets minimal_leaf_sets(const LeafGraph& graph, std::uint32_t item, std::size_t steps_max) {
  return LeafSearch(graph, steps_max).run(item);
}

}  // namespace sluice::migrate
