// MaximalPresence: on which items it depends whether a package is in the target, as literals for
// the constraints of the maximal set. Belongs to maximal.cc. Source: migration 3.6, 7.1, 7.2;
// method: docs/adr/0013-maximal-set.md.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "migrate/groups.h"
#include "solve/sat.h"

namespace sluice::migrate {

class MaximalPresence {
 public:
  using Number = std::uint32_t;      // position in the list of items
  using Chosen = std::vector<bool>;  // by number
  using Clause = std::vector<solve::SatLiteral>;

  // `items`: in the order in which they are applied; must outlive this, as `world`.
  MaximalPresence(const World& world, std::span<const Item> items);

  // Items that cannot be applied to the target at all, ascending.
  const std::vector<Number>& inapplicable() const { return inapplicable_; }
  // Essential packages of all suites, sorted.
  const std::vector<deb::PackageIndex>& essentials(ArchIndex arch) const {
    return essentials_[arch];
  }
  // They bring or take packages of one name, or are about one source.
  bool touch_same(Number a, Number b) const;

  // While `chosen` are applied, `ref` is there, or is not. Adds what has to be different, each
  // false for `chosen`, for it to leave, or to come; nothing: that is in nobody's hand.
  void add_leaving(Clause& clause, deb::BinaryRef ref, const Chosen& chosen) const;
  void add_coming(Clause& clause, deb::BinaryRef ref, const Chosen& chosen) const;

 private:
  using Name = std::pair<ArchIndex, NameId>;
  using Bringing = std::pair<Number, deb::BinaryRef>;

  void note(Number item, const Group& group);
  std::vector<Number> takers(deb::BinaryRef ref) const;
  void add_keepers(Clause& clause, deb::BinaryRef ref, const Chosen& chosen) const;
  Name name_of_package(deb::BinaryRef ref) const;

  const World& world_;
  std::span<const Item> items_;
  std::vector<Number> inapplicable_;
  std::vector<Group> groups_;  // by number; empty for those that are inapplicable
  std::map<deb::BinaryRef, std::vector<Number>> adders_, removers_;
  std::map<Name, std::vector<Bringing>> bringing_;
  std::vector<std::vector<Name>> names_;  // by number: of what it brings and takes, sorted
  std::vector<std::vector<deb::PackageIndex>> essentials_;  // by arch
};

}  // namespace sluice::migrate
