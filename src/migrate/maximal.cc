#include "migrate/maximal.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/check.h"
#include "solve/sat.h"

namespace sluice::migrate {
namespace {

using deb::BinaryRef;
using deb::PackageIndex;
using solve::Prefer;
using solve::SatLiteral;

using Chosen = std::vector<bool>;  // by position in the list of items

// What the presence of packages depends on: items that bring or take each of them.
struct Presence {
  std::map<BinaryRef, std::vector<std::uint32_t>> adders, removers;
  static std::span<const std::uint32_t> in(
      const std::map<BinaryRef, std::vector<std::uint32_t>>& map, BinaryRef ref) {
    const auto at = map.find(ref);
    if (at == map.end()) return {};
    return at->second;
  }
};

// A constraint with what it was learnt from.
struct Learnt {
  std::vector<SatLiteral> clause;
  BinaryRef package;  // would be uninstallable; invalid: the items exclude each other
};

class Search {
 public:
  Search(const World& world, TargetState& target, const Tolerance& tolerance,
         std::span<const Item> leftover)
      : world_(world),
        target_(target),
        tolerance_(tolerance),
        trial_(world, target, tolerance),
        base_(target.nuninst()),
        items_(candidates(leftover)),
        sat_(items_.size()) {
    for (std::uint32_t i = 0; i < items_.size(); ++i) note_presence(i);
  }

  MaximalSet run() {
    MaximalSet result;
    result.before = counters_of(base_);
    auto chosen = grow();
    while (!try_all(chosen)) chosen = grow();
    result.after = counters_of(after_);
    result.groups = split(chosen);
    result.rounds = rounds_;
    result.constraints = static_cast<std::int64_t>(learnt_.size());
    return result;
  }

 private:
  // Old libraries leave when they can; they are nobody's wish.
  std::vector<Item> candidates(std::span<const Item> leftover) const {
    std::vector<Item> items;
    for (const auto& item : leftover)
      if (item.kind != ItemKind::cruft_removal) items.push_back(item);
    std::ranges::sort(items, {}, [&](const Item& i) { return name_of(i, world_.snapshot); });
    return items;
  }

  void note_presence(std::uint32_t i) {
    const auto group = group_of(world_, items_[i], SmoothUpdates::ignore, {});
    if (!group) {
      sat_.add({{i, false}});
      return;
    }
    for (const auto ref : group->adds) presence_.adders[ref].push_back(i);
    for (const auto ref : group->removes) presence_.removers[ref].push_back(i);
  }

  // A set to which no constraint that is known lets anything be added.
  Chosen grow() {
    Chosen chosen(items_.size());
    std::vector<SatLiteral> fixed;
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      if (chosen[i]) continue;
      fixed.push_back({i, true});
      const auto model = sat_.solve(fixed, Prefer::yes);
      fixed.pop_back();
      if (!model) continue;
      for (std::uint32_t k = 0; k < items_.size(); ++k)
        if ((*model)[k] && !chosen[k]) {
          chosen[k] = true;
          fixed.push_back({k, true});
        }
    }
    return chosen;
  }

  std::vector<Item> items_of(const Chosen& chosen) const {
    std::vector<Item> items;
    for (std::size_t i = 0; i < items_.size(); ++i)
      if (chosen[i]) items.push_back(items_[i]);
    return items;
  }

  // Moves them all for a moment. False: something broke, and constraints were learnt from it.
  bool try_all(const Chosen& chosen) {
    ++rounds_;
    const auto mark = target_.mark();
    const auto known = learnt_.size();
    const auto items = items_of(chosen);
    const auto attempt = trial_.attempt(items, base_, Judging::later, world_.settings.break_archs);
    if (attempt.constraint) {
      target_.rollback(mark);
      learn_exclusion(chosen);
      return false;
    }
    for (ArchIndex arch = 0; arch < target_.arch_count(); ++arch) {
      if (world_.settings.break_archs.contains(world_.snapshot.arch_name(arch))) continue;
      for (const auto name : trial_.newly_broken(arch, base_))
        if (!tolerance_.allow_uninst[arch].contains(name))
          learn({arch, target_.binary(arch, name)}, chosen);
    }
    after_ = target_.nuninst();
    target_.rollback(mark);
    return learnt_.size() == known;
  }

  // The items cannot even be applied together: the first that fails excludes one of those before
  // it that touch the same binaries.
  void learn_exclusion(const Chosen& chosen) {
    Chosen some(items_.size());
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      if (!chosen[i]) continue;
      some[i] = true;
      const auto mark = target_.mark();
      const auto attempt =
          trial_.attempt(items_of(some), base_, Judging::later, world_.settings.break_archs);
      target_.rollback(mark);
      if (!attempt.constraint) continue;
      std::vector<SatLiteral> clause{{i, false}};
      for (std::uint32_t k = 0; k < i; ++k)
        if (some[k] && touch_same(i, k)) clause.push_back({k, false});
      add({std::move(clause), {}});
      return;
    }
    base::check(false, "I2: items that cannot be applied together contain a first such item");
  }

  bool touch_same(std::uint32_t a, std::uint32_t b) const {
    const auto names = [&](std::uint32_t i) {
      std::set<std::pair<ArchIndex, NameId>> all;
      for (const auto* map : {&presence_.adders, &presence_.removers})
        for (const auto& [ref, items] : *map)
          if (std::ranges::find(items, i) != items.end())
            all.emplace(ref.arch, world_.snapshot.record(ref).name);
      return all;
    };
    const auto of_a = names(a);
    return items_[a].package == items_[b].package ||
           std::ranges::any_of(names(b), [&](const auto& n) { return of_a.contains(n); });
  }

  // `broken` is uninstallable now and stays so as long as it is there and none of the packages
  // appears that its search asked for.
  void learn(BinaryRef broken, const Chosen& chosen) {
    std::vector<SatLiteral> clause;
    if (target_was_without(broken)) {
      for (const auto i : Presence::in(presence_.adders, broken))
        if (chosen[i]) {
          clause.push_back({i, false});
          break;
        }
    }
    for (const auto i : Presence::in(presence_.removers, broken))
      if (!chosen[i]) clause.push_back({i, true});
    for (const auto missing : wanted_by(broken)) {
      for (const auto i : Presence::in(presence_.adders, missing))
        if (!chosen[i]) clause.push_back({i, true});
      for (const auto i : Presence::in(presence_.removers, missing))
        if (chosen[i]) {
          clause.push_back({i, false});
          break;
        }
    }
    add({std::move(clause), broken});
  }

  // Did somebody of `chosen` bring it? A package of the base needs nobody.
  bool target_was_without(BinaryRef ref) const {
    return !Presence::in(presence_.adders, ref).empty();
  }

  // Absent packages that could help, also through packages that are uninstallable themselves.
  std::set<BinaryRef> wanted_by(BinaryRef broken) const {
    const auto& universe = *world_.universes[broken.arch];
    const auto& tester = *world_.installability[broken.arch];
    std::set<BinaryRef> wanted;
    std::set<PackageIndex> seen{broken.package};
    std::vector<PackageIndex> open{broken.package};
    while (!open.empty()) {
      const auto package = open.back();
      open.pop_back();
      for (const auto set : tester.obstacles(package))
        for (const auto member : universe.members(set)) {
          if (!tester.present(member)) {
            wanted.insert({broken.arch, member});
          } else if (!tester.installable(member) && seen.insert(member).second) {
            open.push_back(member);
          }
        }
    }
    return wanted;
  }

  void add(Learnt learnt) {
    std::ranges::sort(learnt.clause);
    learnt.clause.erase(std::ranges::unique(learnt.clause).begin(), learnt.clause.end());
    base::check(std::ranges::any_of(learnt.clause, [](auto l) { return !l.positive; }),
                "I2: what the run left behind breaks nothing by staying");
    sat_.add(learnt.clause);
    learnt_.push_back(std::move(learnt));
  }

  // The smallest set found that contains item `i` and, with `done`, breaks nothing; within `all`.
  Chosen group_with(std::uint32_t i, const Chosen& done, const Chosen& all) {
    while (true) {
      std::vector<SatLiteral> fixed{{i, true}};
      for (std::uint32_t k = 0; k < items_.size(); ++k) {
        if (k == i) continue;
        if (done[k]) fixed.push_back({k, true});
        if (!all[k]) fixed.push_back({k, false});
      }
      auto model = sat_.solve(fixed, Prefer::no);
      base::check(model.has_value(), "I2: a group exists within the set that contains it");
      for (std::uint32_t k = 0; k < items_.size(); ++k) {
        if (!(*model)[k] || done[k] || k == i) continue;
        fixed.push_back({k, false});
        auto smaller = sat_.solve(fixed, Prefer::no);
        if (smaller) {
          model = std::move(smaller);
        } else {
          fixed.back().positive = true;
        }
      }
      if (try_all(*model)) return *model;
    }
  }

  std::vector<MaximalGroup> split(const Chosen& all) {
    const auto after = after_;
    std::vector<MaximalGroup> groups;
    Chosen done(items_.size());
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      if (!all[i] || done[i]) continue;
      const auto with = group_with(i, done, all);
      MaximalGroup group;
      for (std::uint32_t k = 0; k < items_.size(); ++k)
        if (with[k] && !done[k]) group.items.push_back(items_[k]);
      group.needs = needs_of(with, done);
      groups.push_back(std::move(group));
      done = with;
    }
    after_ = after;
    return groups;
  }

  // One constraint for each item that says why it cannot go alone.
  std::vector<MaximalNeed> needs_of(const Chosen& with, const Chosen& done) const {
    std::vector<MaximalNeed> needs;
    Chosen explained(items_.size());
    for (const auto& learnt : learnt_) {
      if (!learnt.package.package.valid()) continue;
      MaximalNeed need{{}, learnt.package, {}};
      std::uint32_t needs_it = 0;
      int negative = 0;
      bool met = false;  // by what moved before
      for (const auto literal : learnt.clause) {
        const auto v = literal.variable;
        if (!literal.positive && !done[v]) {
          ++negative;
          needs_it = v;
        }
        met = met || (literal.positive && done[v]);
        if (literal.positive && with[v] && !done[v]) need.one_of.push_back(items_[v]);
      }
      if (negative != 1 || met || !with[needs_it] || explained[needs_it] || need.one_of.empty())
        continue;
      explained[needs_it] = true;
      need.item = items_[needs_it];
      needs.push_back(std::move(need));
    }
    return needs;
  }

  const World& world_;
  TargetState& target_;
  const Tolerance& tolerance_;
  Trial trial_;
  std::vector<Nuninst> base_, after_;
  std::vector<Item> items_;
  solve::Sat sat_;
  Presence presence_;
  std::vector<Learnt> learnt_;
  std::int64_t rounds_ = 0;
};

}  // namespace

std::vector<Item> MaximalSet::items() const {
  std::vector<Item> all;
  for (const auto& group : groups) all.insert(all.end(), group.items.begin(), group.items.end());
  return all;
}

MaximalSet maximal_set(const World& world, TargetState& target, const Tolerance& tolerance,
                       std::span<const Item> leftover) {
  return Search(world, target, tolerance, leftover).run();
}

}  // namespace sluice::migrate
