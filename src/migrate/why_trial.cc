#include "migrate/why_trial.h"

#include <algorithm>
#include <utility>

namespace sluice::migrate {
namespace {

// Who reads more binaries than these reads the list of the run; and the time of an answer is
// bounded.
constexpr std::size_t kExplainedMax = 12;
constexpr std::size_t kReasonsMax = 3;
// Consequences are asked about only to find out that they are some.
constexpr std::size_t kAskedMax = 24;

std::size_t count_other_than(const std::set<NameId>& names, const std::set<NameId>& allowed) {
  return static_cast<std::size_t>(
      std::ranges::count_if(names, [&](NameId name) { return !allowed.contains(name); }));
}

// Each of the reasons is about one of those packages, too: who repairs them repairs this one.
bool hangs_on(const Breakage& breakage, std::span<const deb::PackageIndex> broken) {
  return !breakage.reasons.empty() &&
         std::ranges::all_of(breakage.reasons, [&](const std::vector<solve::Fact>& facts) {
           return std::ranges::any_of(facts, [&](const solve::Fact& fact) {
             return fact.package != breakage.binary.package &&
                    std::ranges::find(broken, fact.package) != broken.end();
           });
         });
}

// Leaves those that hang on no other, for a circle one of its members, and takes out what hangs on
// these. True: a circle was cut.
bool drop_consequences(std::vector<Breakage>& breakages) {
  std::vector<Breakage> roots, rest;
  std::vector<deb::PackageIndex> all, told;
  for (const auto& each : breakages) all.push_back(each.binary.package);
  const auto take = [&](Breakage& each) {
    told.push_back(each.binary.package);
    roots.push_back(std::move(each));
  };
  for (auto& each : breakages) {
    if (hangs_on(each, all))
      rest.push_back(std::move(each));
    else
      take(each);
  }
  bool cut = false;
  while (!rest.empty()) {
    const auto before = rest.size();
    std::erase_if(rest, [&](const Breakage& each) {
      if (!hangs_on(each, told)) return false;
      told.push_back(each.binary.package);
      return true;
    });
    if (rest.size() != before || rest.empty()) continue;
    cut = true;
    take(rest.front());
    rest.erase(rest.begin());
  }
  breakages = std::move(roots);
  return cut;
}

}  // namespace

const ChainStep& blamed_step(const Breakage& breakage, std::size_t reason) {
  const auto& steps = breakage.chains[reason].steps;
  const auto unmet = [](const ChainStep& step) {
    return step.kind == solve::FactKind::needs && step.choices.empty();
  };
  const auto at = std::find_if(steps.rbegin(), steps.rend(), unmet);
  return at == steps.rend() ? steps.back() : *at;
}

WhyTrial::WhyTrial(const World& world, TargetState& target, Tolerance tolerance)
    : world_(world),
      target_(target),
      tolerance_(std::move(tolerance)),
      trial_(world, target, tolerance_),
      explainers_(world.snapshot.archs.size()) {}

solve::Explainer& WhyTrial::explainer(ArchIndex arch) {
  auto& made = explainers_[arch];
  if (!made) made = std::make_unique<solve::Explainer>(world_.snapshot, *world_.universes[arch]);
  return *made;
}

// The rule of a single attempt (5.5), architecture by architecture.
bool WhyTrial::is_worse(ArchIndex arch, const std::vector<Nuninst>& before) const {
  const auto& now = target_.nuninst(arch).counted;
  const auto& then = before[arch].counted;
  const auto& allowed = tolerance_.allow_uninst[arch];
  if (count_other_than(now, allowed) > count_other_than(then, allowed)) return true;
  return std::ranges::any_of(now, [&](NameId name) {
    return tolerance_.must_stay.contains(name) && !then.contains(name);
  });
}

bool WhyTrial::is_tolerated(ArchIndex arch, std::span<const Item> items) const {
  const auto name = world_.snapshot.arch_name(arch);
  const bool has_source_item =
      std::ranges::any_of(items, [](const Item& item) { return !item.has_arch(); });
  return world_.settings.break_archs.contains(name) &&
         (has_source_item || world_.settings.new_archs.contains(name));
}

Breakage WhyTrial::breakage(deb::BinaryRef binary, const ChainContext& context) {
  Breakage made{binary, explainer(binary.arch).explain_all(binary.package, kReasonsMax), {}};
  for (const auto& facts : made.reasons)
    made.chains.push_back(chain_of(facts, binary.package, context));
  return made;
}

void WhyTrial::explain_arch(Trouble& trouble, ArchIndex arch, const std::vector<Nuninst>& before,
                            const std::function<std::string(deb::BinaryRef)>& item_of) {
  std::vector<deb::PackageIndex> present;
  for (const auto name : target_.binary_names_unsorted(arch))
    present.push_back(target_.binary(arch, name));
  explainer(arch).set_present(present);
  const ChainContext context{world_, arch, deb::kTarget,
                             [&](NameId name) { return target_.binary(arch, name); }, item_of};
  const auto broken = suspects(arch, before);
  std::vector<Breakage> found;
  for (const auto package : broken) {
    if (found.size() == kAskedMax) {
      trouble.cut = true;
      break;
    }
    found.push_back(breakage({arch, package}, context));
  }
  if (drop_consequences(found)) trouble.cut = true;
  if (found.size() > kExplainedMax) {
    found.resize(kExplainedMax);
    trouble.cut = true;
  }
  trouble.unexplained += broken.size() - found.size();
  std::ranges::move(found, std::back_inserter(trouble.breakages));
}

// What breaks, those first that lack something altogether: they are no consequence of the others.
std::vector<deb::PackageIndex> WhyTrial::suspects(ArchIndex arch,
                                                  const std::vector<Nuninst>& before) const {
  const auto& universe = *world_.universes[arch];
  const auto lacks = [&](deb::PackageIndex package) {
    return std::ranges::any_of(universe.depends(package), [&](const auto& clause) {
      return std::ranges::none_of(universe.members(clause.set), [&](deb::PackageIndex member) {
        return target_.has({arch, member});
      });
    });
  };
  std::vector<deb::PackageIndex> broken, others;
  for (const auto name : trial_.newly_broken(arch, before)) {
    if (tolerance_.allow_uninst[arch].contains(name)) continue;
    const auto package = target_.binary(arch, name);
    (lacks(package) ? broken : others).push_back(package);
  }
  broken.insert(broken.end(), others.begin(), others.end());
  return broken;
}

Trouble WhyTrial::try_items(std::span<const Item> items,
                            const std::function<std::string(deb::BinaryRef)>& item_of) {
  Trouble trouble;
  const auto before = target_.nuninst();
  const auto mark = target_.mark();
  const auto attempt = trial_.attempt(items, before, Judging::later, world_.settings.break_archs);
  trouble.constraint = attempt.constraint;
  trouble.accepted = !attempt.constraint.has_value();
  ArchNames tolerated;
  for (ArchIndex arch = 0; !attempt.constraint && arch < target_.arch_count(); ++arch) {
    if (is_tolerated(arch, items)) tolerated.emplace(world_.snapshot.arch_name(arch));
    if (!is_worse(arch, before) || is_tolerated(arch, items)) continue;
    trouble.accepted = false;
    explain_arch(trouble, arch, before, item_of);
  }
  if (trouble.accepted)
    if (auto pair = trial_.broken_pair(mark, tolerated)) {
      trouble.accepted = false;
      trouble.cut = true;  // the run looks no further than one pair either
      trouble.breakages.push_back(
          {pair->first, {std::move(pair->facts)}, {std::move(pair->chain)}});
    }
  target_.rollback(mark);
  return trouble;
}

Breakage WhyTrial::explain_in(SuiteIndex suite, deb::BinaryRef binary,
                              const std::function<std::string(deb::BinaryRef)>& item_of) {
  const auto& where = world_.snapshot.suites[suite];
  std::vector<deb::PackageIndex> present;
  for (const auto package : where.binary_of_name[binary.arch])
    if (package.valid()) present.push_back(package);
  explainer(binary.arch).set_present(present);
  const ChainContext context{world_, binary.arch, suite,
                             [&](NameId name) { return where.binary(binary.arch, name); }, item_of};
  return breakage(binary, context);
}

}  // namespace sluice::migrate
