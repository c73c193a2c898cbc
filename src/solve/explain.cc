#include "solve/explain.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "solve/core.h"

namespace sluice::solve {
namespace {

constexpr std::uint32_t kFar = 0xffffffffU;

bool is_relation(const Fact& fact) {
  return fact.kind != FactKind::wanted && fact.kind != FactKind::essential;
}

}  // namespace

// Facts about some packages, and the same as clauses, position by position. Facts are bare: what a
// reader wants to know of them is filled in for the few that matter.
struct Explainer::Problem {
  std::vector<Fact> facts;
  std::vector<CoreClause> clauses;
  std::vector<DependencyClause> dependencies;              // of facts of kind needs
  std::unordered_map<std::uint32_t, CoreLiteral> literal;  // by package
  std::vector<PackageIndex> packages;                      // by variable

  CoreLiteral literal_of(PackageIndex package) {
    const auto [at, added] =
        literal.try_emplace(package.value, static_cast<CoreLiteral>(literal.size() + 1));
    if (added) packages.push_back(package);
    return at->second;
  }
  bool knows(PackageIndex package) const { return literal.contains(package.value); }
  void add(Fact fact, CoreClause clause, DependencyClause dependency = {}) {
    facts.push_back(std::move(fact));
    clauses.push_back(std::move(clause));
    dependencies.push_back(dependency);
  }
  void add_goal(PackageIndex package, FactKind kind) {
    add({.kind = kind, .package = package}, {literal_of(package)});
  }
  void erase(std::size_t position) {
    const auto at = static_cast<std::ptrdiff_t>(position);
    facts.erase(facts.begin() + at);
    clauses.erase(clauses.begin() + at);
    dependencies.erase(dependencies.begin() + at);
  }
  std::vector<std::uint32_t> distances(std::span<const PackageIndex> from);
  void sort_from(std::span<const PackageIndex> from);
};

// By variable: how many relations away from the nearest of the packages it is.
std::vector<std::uint32_t> Explainer::Problem::distances(std::span<const PackageIndex> from) {
  std::vector<std::uint32_t> queue;
  for (const auto package : from)
    queue.push_back(static_cast<std::uint32_t>(literal_of(package) - 1));
  std::vector<std::vector<std::uint32_t>> needs_of(packages.size());
  for (std::uint32_t i = 0; i < facts.size(); ++i)
    if (facts[i].kind == FactKind::needs)
      needs_of[static_cast<std::size_t>(-clauses[i].front() - 1)].push_back(i);
  std::vector<std::uint32_t> distance(packages.size(), kFar);
  for (const auto start : queue) distance[start] = 0;
  for (std::size_t next = 0; next < queue.size(); ++next)
    for (const auto fact : needs_of[queue[next]])
      for (const auto choice : clauses[fact]) {
        if (choice < 0 || distance[static_cast<std::size_t>(choice - 1)] != kFar) continue;
        distance[static_cast<std::size_t>(choice - 1)] = distance[queue[next]] + 1;
        queue.push_back(static_cast<std::uint32_t>(choice - 1));
      }
  return distance;
}

// The order of reading: near facts first, what is asked before what follows. Cores give up late
// ones first, so an explanation stays near the package.
void Explainer::Problem::sort_from(std::span<const PackageIndex> from) {
  const auto distance = distances(from);
  const auto of = [&](PackageIndex package) {
    return distance[static_cast<std::size_t>(literal.at(package.value) - 1)];
  };
  std::vector<std::uint32_t> away;
  for (const auto& fact : facts)
    away.push_back(fact.kind == FactKind::excludes ? std::max(of(fact.package), of(fact.other))
                                                   : of(fact.package));
  std::vector<std::size_t> order(facts.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, {}, [&](std::size_t i) {
    const auto& fact = facts[i];
    return std::tuple(away[i], static_cast<int>(fact.kind), fact.package, fact.other, i);
  });
  Problem sorted;
  for (const auto i : order)
    sorted.add(std::move(facts[i]), std::move(clauses[i]), dependencies[i]);
  facts = std::move(sorted.facts);
  clauses = std::move(sorted.clauses);
  dependencies = std::move(sorted.dependencies);
}

Explainer::Explainer(const deb::Snapshot& snapshot, const Universe& universe)
    : snapshot_(snapshot),
      universe_(universe),
      present_(universe.size(), 0),
      search_(universe, present_) {}

void Explainer::set_present(std::span<const PackageIndex> packages) {
  for (const auto package : list_) present_[package.value] = 0;
  list_.assign(packages.begin(), packages.end());
  essentials_.clear();
  for (const auto package : list_) {
    present_[package.value] = 1;
    if (universe_.essential(package)) essentials_.push_back(package);
  }
  std::ranges::sort(essentials_);
}

void Explainer::add_needs(Problem& problem, PackageIndex package,
                          const DependencyClause& clause) const {
  CoreClause literals = {-problem.literal_of(package)};
  for (const auto member : universe_.members(clause.set)) {
    if (member == package) return;  // whoever is a choice of its own relation meets it
    if (is_present(member)) literals.push_back(problem.literal_of(member));
  }
  problem.add({.kind = FactKind::needs, .package = package}, std::move(literals), clause);
}

// Relations of `says` that hit `other`.
std::vector<ClauseReason> Explainer::exclusion(PackageIndex says, PackageIndex other) const {
  std::vector<ClauseReason> reasons;
  const auto& record = snapshot_.record(universe_.arch(), says);
  for (const auto field : {deb::RelationField::conflicts, deb::RelationField::breaks})
    for (const auto relation : snapshot_.clauses(record, field))
      for (const auto& atom : snapshot_.relations.atoms(relation)) {
        const auto hit = universe_.satisfying(atom, RelationKind::run_time);
        if (std::ranges::find(hit, other) == hit.end()) continue;
        reasons.push_back({field, relation});
        break;
      }
  return reasons;
}

void Explainer::add_excludes(Problem& problem, PackageIndex package) const {
  for (const auto other : universe_.conflicts(package)) {
    if (!(package < other) || !is_present(other) || !problem.knows(other)) continue;
    problem.add({.kind = FactKind::excludes, .package = package, .other = other},
                {-problem.literal_of(package), -problem.literal_of(other)});
  }
}

// The relations of a package as they are written, with all that meets each, broken packages too.
// Single alternatives on one name are met together or not at all (migration 5.2).
std::vector<Explainer::Written> Explainer::written_relations(PackageIndex package) const {
  const auto& record = snapshot_.record(universe_.arch(), package);
  std::map<std::pair<deb::NameId, deb::TextId>, std::size_t> ranges;
  std::vector<Written> all;
  for (const auto field : {deb::RelationField::pre_depends, deb::RelationField::depends})
    for (const auto relation : snapshot_.clauses(record, field)) {
      const auto atoms = snapshot_.relations.atoms(relation);
      Written written{{{field, relation}}, {}};
      for (const auto& atom : atoms)
        for (const auto by : universe_.satisfying(atom, RelationKind::run_time))
          written.met.insert(by);
      if (atoms.size() != 1) {
        all.push_back(std::move(written));
        continue;
      }
      const auto [known, added] =
          ranges.try_emplace({atoms.front().name, atoms.front().qualifier}, all.size());
      if (added) {
        all.push_back(std::move(written));
        continue;
      }
      auto& range = all[known->second];
      range.reasons.push_back({field, relation});
      std::erase_if(range.met, [&](PackageIndex each) { return !written.met.contains(each); });
    }
  return all;
}

// A broken package: its relations as far as only broken packages meet them, and theirs. What it
// lacks beside these is told last.
Explainer::Problem Explainer::broken_problem(PackageIndex package, FactKind kind) const {
  Problem problem;
  problem.add_goal(package, kind);
  std::vector<PackageIndex> queue = {package};
  std::set<PackageIndex> queued = {package};
  std::vector<Fact> lacking;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const auto at = queue[next];
    if (snapshot_.record(universe_.arch(), at).malformed) {
      problem.add({.kind = FactKind::malformed, .package = at}, {-problem.literal_of(at)});
      continue;
    }
    for (const auto& [reasons, met] : written_relations(at)) {
      if (met.contains(at)) continue;
      if (!std::ranges::all_of(met, [&](PackageIndex p) { return universe_.broken(p); })) {
        const bool lacks = at == package && std::ranges::none_of(met, [&](PackageIndex member) {
                             return is_present(member);
                           });
        if (lacks)
          lacking.push_back({.kind = FactKind::needs,
                             .package = at,
                             .reasons = reasons,
                             .outside = {met.begin(), met.end()}});
        continue;
      }
      Fact fact{.kind = FactKind::needs, .package = at, .reasons = reasons};
      CoreClause literals = {-problem.literal_of(at)};
      for (const auto by : met) {
        (is_present(by) ? fact.choices : fact.outside).push_back(by);
        if (!is_present(by)) continue;
        literals.push_back(problem.literal_of(by));
        if (queued.insert(by).second) queue.push_back(by);
      }
      problem.add(std::move(fact), std::move(literals));
    }
  }
  for (auto& fact : lacking) problem.add(std::move(fact), {-problem.literal_of(package)});
  return problem;
}

// What the search looked at is enough for its proof: the packages that are asked for, the members
// of the examined sets, and the relations among them. Nothing in it if a solution exists.
Explainer::Problem Explainer::problem_of(std::span<const PackageIndex> wanted) {
  for (const auto package : wanted)
    if (universe_.broken(package)) return broken_problem(package, FactKind::wanted);
  // The search knows no relations of broken packages.
  const auto hopeless =
      std::ranges::find_if(essentials_, [&](PackageIndex each) { return universe_.broken(each); });
  if (hopeless != essentials_.end()) return broken_problem(*hopeless, FactKind::essential);
  auto goals = essentials_;
  goals.insert(goals.end(), wanted.begin(), wanted.end());
  std::ranges::sort(goals);
  goals.erase(std::ranges::unique(goals).begin(), goals.end());
  Problem problem;
  if (search_.solve(goals)) return problem;
  const auto examined = search_.examined();
  const auto is_wanted = [&](PackageIndex package) {
    return std::ranges::find(wanted, package) != wanted.end();
  };
  for (const auto package : wanted) problem.add_goal(package, FactKind::wanted);
  for (const auto essential : essentials_)
    if (!is_wanted(essential)) problem.add_goal(essential, FactKind::essential);
  for (const auto set : examined)
    for (const auto member : universe_.members(set))
      if (is_present(member)) (void)problem.literal_of(member);
  const auto known = problem.packages;
  for (const auto each : known) {
    for (const auto& clause : universe_.depends(each)) {
      const auto members = universe_.members(clause.set);
      const bool looked_at = std::ranges::binary_search(examined, clause.set);
      // What the package lacks altogether is told even if the proof found something else first.
      const bool lacks = is_wanted(each) && std::ranges::none_of(members, [&](PackageIndex member) {
                           return is_present(member);
                         });
      if (looked_at || lacks) add_needs(problem, each, clause);
    }
    add_excludes(problem, each);
  }
  return problem;
}

std::vector<Fact> Explainer::explain(PackageIndex package) {
  auto sets = explain_all(package, 1);
  return sets.empty() ? std::vector<Fact>() : std::move(sets.front());
}

// Whose relation it is, which, and what would do.
Fact Explainer::completed(Fact fact, const DependencyClause& clause) const {
  if (fact.kind == FactKind::needs && clause.set.valid()) {
    fact.reasons = universe_.reasons(fact.package, clause);
    for (const auto member : universe_.members(clause.set))
      (is_present(member) ? fact.choices : fact.outside).push_back(member);
  }
  if (fact.kind != FactKind::excludes) return fact;
  fact.reasons = exclusion(fact.package, fact.other);
  fact.said_by_other = fact.reasons.empty();
  if (fact.said_by_other) fact.reasons = exclusion(fact.other, fact.package);
  return fact;
}

std::vector<std::vector<Fact>> Explainer::explain_all(PackageIndex package, std::size_t sets_max) {
  return explain_wanted({&package, 1}, sets_max);
}

std::vector<Fact> Explainer::explain_together(PackageIndex first, PackageIndex second) {
  const std::array wanted{first, second};
  auto sets = explain_wanted(wanted, 1);
  return sets.empty() ? std::vector<Fact>() : std::move(sets.front());
}

std::vector<std::vector<Fact>> Explainer::explain_wanted(std::span<const PackageIndex> wanted,
                                                         std::size_t sets_max) {
  for (const auto package : wanted) {
    if (is_present(package)) continue;
    const std::vector<Fact> absent = {{.kind = FactKind::absent, .package = package}};
    return {absent};
  }
  auto problem = problem_of(wanted);
  problem.sort_from(wanted);
  std::vector<std::vector<Fact>> sets;
  while (sets.size() < sets_max) {
    const auto core = find_minimal_core(problem.literal.size(), problem.clauses);
    if (!core) break;
    std::vector<Fact> facts;
    // Backwards, so that positions stay right while relations are taken out.
    for (std::size_t i = core->size(); i-- > 0;) {
      const auto position = (*core)[i];
      facts.push_back(completed(problem.facts[position], problem.dependencies[position]));
      if (is_relation(facts.back())) problem.erase(position);
    }
    std::ranges::reverse(facts);
    const bool relations = std::ranges::any_of(facts, is_relation);
    sets.push_back(std::move(facts));
    if (!relations) break;
  }
  return sets;
}

}  // namespace sluice::solve
