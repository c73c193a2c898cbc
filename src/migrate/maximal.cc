#include "migrate/maximal.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "migrate/maximal_presence.h"
#include "solve/sat.h"

namespace sluice::migrate {
namespace {

using deb::BinaryRef;
using deb::PackageIndex;
using solve::Prefer;
using solve::SatLiteral;

using Chosen = MaximalPresence::Chosen;

// A constraint with what it was learnt from.
struct Learnt {
  std::vector<SatLiteral> clause;
  BinaryRef package;  // would be uninstallable; invalid: the items exclude each other
};

class Search {
 public:
  Search(const World& world, TargetState& target, const Tolerance& tolerance,
         std::vector<Item> items, const ArchNames& break_archs)
      : world_(world),
        target_(target),
        tolerance_(tolerance),
        break_archs_(break_archs),
        trial_(world, target, tolerance),
        base_(target.nuninst()),
        items_(sorted(std::move(items))),
        sat_(items_.size()),
        presence_(world, items_) {
    for (const auto i : presence_.inapplicable()) sat_.add({{i, false}});
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
  std::vector<Item> sorted(std::vector<Item> items) const {
    std::ranges::sort(items, {}, [&](const Item& i) { return name_of(i, world_.snapshot); });
    return items;
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
    const auto attempt = trial_.attempt(items, base_, Judging::later, break_archs_);
    if (attempt.constraint) {
      target_.rollback(mark);
      learn_exclusion(chosen);
      return false;
    }
    for (ArchIndex arch = 0; arch < target_.arch_count(); ++arch) {
      if (break_archs_.contains(world_.snapshot.arch_name(arch))) continue;
      for (const auto name : trial_.newly_broken(arch, base_))
        if (!tolerance_.allow_uninst[arch].contains(name) || tolerance_.must_stay.contains(name))
          learn({arch, target_.binary(arch, name)}, chosen);
    }
    after_ = target_.nuninst();
    target_.rollback(mark);
    return learnt_.size() == known;
  }

  // The items cannot even be applied together: the first that fails excludes one of those before
  // it that touch the same binaries, unless one comes that touches them too.
  void learn_exclusion(const Chosen& chosen) {
    Chosen some(items_.size());
    for (std::uint32_t i = 0; i < items_.size(); ++i) {
      if (!chosen[i]) continue;
      some[i] = true;
      const auto mark = target_.mark();
      const auto attempt = trial_.attempt(items_of(some), base_, Judging::later, break_archs_);
      target_.rollback(mark);
      if (!attempt.constraint) continue;
      std::vector<SatLiteral> clause{{i, false}};
      for (std::uint32_t k = 0; k < i; ++k)
        if (presence_.touch_same(i, k)) clause.push_back({k, !chosen[k]});
      add({std::move(clause), {}}, chosen);
      return;
    }
    add({{}, {}}, chosen);
  }

  // `broken` is uninstallable now and stays so as long as it is there, none of the packages
  // appears that its search asked for, and no Essential package goes that stands in its way.
  void learn(BinaryRef broken, const Chosen& chosen) {
    std::vector<SatLiteral> clause;
    presence_.add_leaving(clause, broken, chosen);
    const auto wanted = wanted_by(broken);
    for (const auto missing : wanted.missing) presence_.add_coming(clause, missing, chosen);
    if (wanted.also_essentials)
      for (const auto package : presence_.essentials(broken.arch))
        if (world_.installability[broken.arch]->present(package))
          presence_.add_leaving(clause, {broken.arch, package}, chosen);
    add({std::move(clause), broken}, chosen);
  }

  struct Wanted {
    std::set<BinaryRef> missing;   // could help if they came
    bool also_essentials = false;  // the departure of an Essential package could help
  };

  // Absent packages that could help, also through packages that are uninstallable themselves.
  Wanted wanted_by(BinaryRef broken) const {
    const auto& universe = *world_.universes[broken.arch];
    const auto& tester = *world_.installability[broken.arch];
    Wanted wanted;
    std::set<PackageIndex> seen{broken.package};
    std::vector<PackageIndex> open{broken.package};
    const auto look_at = [&](PackageIndex present) {
      if (!tester.installable(present) && seen.insert(present).second) open.push_back(present);
    };
    while (!open.empty()) {
      const auto package = open.back();
      open.pop_back();
      const auto obstacles = tester.obstacles(package);
      if (!wanted.also_essentials && !is_own_dead_end(universe, tester, package, obstacles)) {
        wanted.also_essentials = true;
        for (const auto essential : presence_.essentials(broken.arch))
          if (tester.present(essential)) look_at(essential);
      }
      for (const auto set : obstacles)
        for (const auto member : universe.members(set)) {
          if (tester.present(member))
            look_at(member);
          else
            wanted.missing.insert({broken.arch, member});
        }
    }
    return wanted;
  }

  // Nothing that is installable meets a clause of the package itself: no matter what is Essential,
  // but for what is said about the members.
  static bool is_own_dead_end(const solve::Universe& universe, const solve::Installability& tester,
                              PackageIndex package, std::span<const solve::SetIndex> obstacles) {
    if (obstacles.size() != 1) return false;
    const auto clauses = universe.depends(package);
    return std::ranges::any_of(clauses,
                               [&](const auto& c) { return c.set == obstacles.front(); }) &&
           std::ranges::none_of(universe.members(obstacles.front()),
                                [&](PackageIndex member) { return tester.installable(member); });
  }

  // All literals are false for `chosen`, so every constraint rules out something. That nothing
  // moves is always allowed; a constraint that would forbid it was learnt from too little and says
  // no more than that some of `chosen` stay.
  void add(Learnt learnt, const Chosen& chosen) {
    if (std::ranges::all_of(learnt.clause, &SatLiteral::positive))
      for (std::uint32_t i = 0; i < items_.size(); ++i)
        if (chosen[i]) learnt.clause.push_back({i, false});
    std::ranges::sort(learnt.clause);
    learnt.clause.erase(std::ranges::unique(learnt.clause).begin(), learnt.clause.end());
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
      if (!model) return all;  // by what is known no smaller group works
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
  const ArchNames& break_archs_;
  Trial trial_;
  std::vector<Nuninst> base_, after_;
  std::vector<Item> items_;
  solve::Sat sat_;
  MaximalPresence presence_;
  std::vector<Learnt> learnt_;
  std::int64_t rounds_ = 0;
};

}  // namespace

std::vector<Item> MaximalSet::items() const {
  std::vector<Item> all;
  for (const auto& group : groups) all.insert(all.end(), group.items.begin(), group.items.end());
  return all;
}

// As the run does (7.4): first all but the rebuilds of break architectures, then these, one
// architecture after the other, which is no break architecture then.
MaximalSet maximal_set(const World& world, TargetState& target, const Tolerance& tolerance,
                       std::span<const Item> leftover) {
  auto break_archs = world.settings.break_archs;
  std::vector<Item> main;
  std::map<std::string, std::vector<Item>> of_break_arch;
  for (const auto& item : leftover) {
    if (item.kind == ItemKind::cruft_removal) continue;  // they leave when they can; no wish
    const auto arch =
        item.has_arch() ? std::string(world.snapshot.arch_name(item.arch)) : std::string();
    (break_archs.contains(arch) ? of_break_arch[arch] : main).push_back(item);
  }
  const auto mark = target.mark();
  auto result = Search(world, target, tolerance, std::move(main), break_archs).run();
  auto fresh = result.items();
  for (auto& [arch, items] : of_break_arch) {
    if (!fresh.empty())
      (void)Trial(world, target, tolerance)
          .attempt(fresh, target.nuninst(), Judging::later, break_archs);  // tried before
    auto others = break_archs;
    others.erase(arch);
    auto more = Search(world, target, tolerance, std::move(items), others).run();
    fresh = more.items();
    std::ranges::move(more.groups, std::back_inserter(result.groups));
    result.after = more.after;
    result.rounds += more.rounds;
    result.constraints += more.constraints;
  }
  target.rollback(mark);
  return result;
}

}  // namespace sluice::migrate
