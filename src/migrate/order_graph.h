// OrderGraph: which groups of a list go before which others. Kept from list to list: where lists
// differ little, only what hangs on the difference is worked out again. Source: migration 7.5.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "migrate/groups.h"

namespace sluice::migrate {

// Which groups name a package: mostly one, so the first stands in a table and others are chained.
class GroupOwners {
 public:
  explicit GroupOwners(const World& world);
  void add(deb::BinaryRef ref, std::uint32_t group);
  void remove(deb::BinaryRef ref, std::uint32_t group);
  bool any(deb::BinaryRef ref) const { return first(ref) != kNone; }
  template <class Each>
  void each(deb::BinaryRef ref, const Each& call) const {
    for (auto at = first(ref); at != kNone; at = links_[at].next) call(links_[at].group);
  }

 private:
  static constexpr std::uint32_t kNone = 0xffffffffU;
  struct Link {
    std::uint32_t group, next;
  };
  std::uint32_t first(deb::BinaryRef ref) const { return first_[ref.arch][ref.package.value]; }

  std::vector<std::vector<std::uint32_t>> first_;  // [arch][PackageIndex]: in links_
  std::vector<Link> links_;
  std::vector<std::uint32_t> free_;  // links that are not used
};

class OrderGraph {
 public:
  using Edge = std::pair<std::uint32_t, std::uint32_t>;  // positions: the first goes before

  explicit OrderGraph(const World& world);

  // The graph of these groups. What the world consists of, and the target, must be as at the first
  // call.
  void update(const World& world, std::span<const GroupRef> groups);

  // Of the last list: an edge may be there more than once, and all positions by the length of their
  // uvname, then by its text.
  std::vector<Edge> edges() const;
  std::vector<std::uint32_t> by_name() const;

 private:
  // A group stands in one slot for as long as it is in the lists.
  struct Slot {
    GroupRef group;  // null: free
    std::uint32_t position = 0;
    std::vector<Edge> edges;  // that it is the reason for; of slots
  };
  using Known = std::pair<const Group*, std::uint32_t>;  // and its slot

  struct Difference {
    std::vector<GroupRef> gone;
    std::vector<std::uint32_t> fresh;  // slots
  };
  Difference place(std::span<const GroupRef> groups);
  void take_out(std::uint32_t slot);
  std::uint32_t put_in(const GroupRef& group);
  void sort_names(std::vector<std::uint32_t> fresh);
  std::vector<std::uint32_t> stale(const Difference& difference);
  void add_stale(const Group& group, std::vector<std::uint32_t>& slots);

  void work_out(std::uint32_t slot);
  void before(std::uint32_t first, std::uint32_t second);
  bool is_loose(ArchIndex arch, solve::SetIndex set);
  bool has_loose_clause(deb::BinaryRef ref);
  void free_conflicts(std::uint32_t slot);
  void order_user(std::uint32_t slot, deb::BinaryRef user);
  void order_addition(std::uint32_t slot, deb::BinaryRef ref);
  const solve::Universe& universe(ArchIndex arch) const { return *world_->universes[arch]; }

  const World* world_;  // during update()
  GroupOwners adding_, removing_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;               // slots
  std::vector<Known> known_;                      // sorted
  std::vector<std::uint32_t> names_;              // slots, as by_name()
  std::vector<std::vector<std::uint8_t>> loose_;  // [arch][SetIndex]: no, yes, unknown
  std::vector<Edge>* found_ = nullptr;            // where the edges of one slot go
};

}  // namespace sluice::migrate
