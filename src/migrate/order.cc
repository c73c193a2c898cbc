#include "migrate/order.h"

#include <algorithm>
#include <functional>
#include <queue>

#include "base/check.h"

namespace sluice::migrate {
namespace {

constexpr std::uint32_t kNone = 0xffffffffU;

// Nodes that come after each node, as compressed rows; one can be there more than once.
class Successors {
 public:
  Successors(std::size_t nodes, std::span<const OrderGraph::Edge> edges)
      : begin_(nodes + 1), nodes_(edges.size()) {
    for (const auto& [first, second] : edges) ++begin_[first + 1];
    for (std::size_t node = 0; node < nodes; ++node) begin_[node + 1] += begin_[node];
    auto at = begin_;
    for (const auto& [first, second] : edges) nodes_[at[first]++] = second;
  }
  std::span<const std::uint32_t> operator[](std::size_t node) const {
    return {nodes_.data() + begin_[node], begin_[node + 1] - begin_[node]};
  }
  std::size_t size() const { return begin_.size() - 1; }

 private:
  std::vector<std::uint32_t> begin_, nodes_;
};

// Tarjan's strongly connected components without recursion; component numbers by node.
class Components {
 public:
  explicit Components(const Successors& after)
      : after_(after), index_(after.size(), kNone), low_(after.size()), of_(after.size(), kNone) {
    for (std::uint32_t node = 0; node < after.size(); ++node)
      if (index_[node] == kNone) walk(node);
  }
  std::uint32_t of(std::size_t node) const { return of_[node]; }
  std::uint32_t count() const { return count_; }

 private:
  void open(std::uint32_t node) {
    index_[node] = low_[node] = next_++;
    stack_.push_back(node);
    path_.emplace_back(node, 0);
  }
  void walk(std::uint32_t root) {
    open(root);
    while (!path_.empty()) {
      const auto node = path_.back().first;
      auto& edge = path_.back().second;
      if (edge < after_[node].size()) {
        const auto next = after_[node][edge++];
        if (index_[next] == kNone) {
          open(next);
        } else if (of_[next] == kNone) {
          low_[node] = std::min(low_[node], index_[next]);
        }
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) low_[path_.back().first] = std::min(low_[path_.back().first], low_[node]);
      if (low_[node] == index_[node]) close(node);
    }
  }
  void close(std::uint32_t root) {
    for (std::uint32_t node = kNone; node != root;) {
      node = stack_.back();
      stack_.pop_back();
      of_[node] = count_;
    }
    ++count_;
  }

  const Successors& after_;
  std::vector<std::uint32_t> index_, low_, of_, stack_;
  std::vector<std::pair<std::uint32_t, std::size_t>> path_;
  std::uint32_t next_ = 0, count_ = 0;
};

}  // namespace

std::vector<std::vector<std::size_t>> order_of(const World& world,
                                               std::span<const GroupRef> groups) {
  OrderGraph graph(world);
  return order_of(world, groups, graph);
}

std::vector<std::vector<std::size_t>> order_of(const World& world, std::span<const GroupRef> groups,
                                               OrderGraph& graph) {
  graph.update(world, groups);
  const Successors after(groups.size(), graph.edges());
  const Components components(after);
  const auto by_name = graph.by_name();
  std::vector<std::vector<std::size_t>> members(components.count());
  std::vector<std::uint32_t> rank(groups.size()), waiting(components.count());
  for (std::uint32_t r = 0; r < by_name.size(); ++r) rank[by_name[r]] = r;
  for (std::size_t node = 0; node < groups.size(); ++node) {
    members[components.of(node)].push_back(node);
    for (const auto next : after[node])
      if (components.of(next) != components.of(node)) ++waiting[components.of(next)];
  }
  for (auto& component : members)
    std::ranges::sort(component, {},
                      [&](auto node) -> const auto& { return groups[node]->uvname; });

  // The first by rank is on top; its component is that of the node with this rank.
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
  const auto push = [&](std::uint32_t c) { ready.push(rank[members[c].front()]); };
  for (std::uint32_t c = 0; c < components.count(); ++c)
    if (waiting[c] == 0) push(c);
  std::vector<std::vector<std::size_t>> ordered;
  ordered.reserve(components.count());
  while (!ready.empty()) {
    const auto component = components.of(by_name[ready.top()]);
    ready.pop();
    for (const auto node : members[component])
      for (const auto next : after[node])
        if (components.of(next) != component && --waiting[components.of(next)] == 0)
          push(components.of(next));
    ordered.push_back(std::move(members[component]));
  }
  base::check(ordered.size() == components.count(), "components have no cycles");
  return ordered;
}

}  // namespace sluice::migrate
