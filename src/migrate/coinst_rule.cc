#include "migrate/coinst_rule.h"

#include <utility>

namespace sluice::migrate {

CoinstRule::CoinstRule(const World& world, const TargetState& target,
                       const std::vector<std::set<NameId>>& allow_uninst)
    : world_(world),
      target_(target),
      allow_uninst_(allow_uninst),
      testers_(world.snapshot.archs.size()),
      explainers_(world.snapshot.archs.size()) {}

solve::Coinstallability& CoinstRule::tester(ArchIndex arch) {
  auto& made = testers_[arch];
  if (!made)
    made = std::make_unique<solve::Coinstallability>(world_.snapshot, *world_.universes[arch],
                                                     *world_.installability[arch]);
  return *made;
}

std::vector<solve::PackagePair> CoinstRule::broken_since(const TargetState::Mark& since,
                                                         ArchIndex arch, std::size_t pairs_max) {
  if (world_.installability[arch]->mark() == since.installability[arch]) return {};
  const bool all_counts = world_.settings.nobreakall.contains(world_.snapshot.arch_name(arch));
  const auto counts = [&](deb::PackageIndex package) {
    const auto& record = world_.snapshot.record(arch, package);
    return (all_counts || !record.arch_all) && !allow_uninst_[arch].contains(record.name);
  };
  return tester(arch).broken_since(since.installability[arch], counts, pairs_max);
}

BrokenPair CoinstRule::explain(ArchIndex arch, const solve::PackagePair& pair,
                               const std::function<std::string(deb::BinaryRef)>& item_of) {
  auto& explainer = explainers_[arch];
  if (!explainer)
    explainer = std::make_unique<solve::Explainer>(world_.snapshot, *world_.universes[arch]);
  std::vector<deb::PackageIndex> present;
  for (const auto name : target_.binary_names_unsorted(arch))
    present.push_back(target_.binary(arch, name));
  explainer->set_present(present);
  const ChainContext context{world_, arch, deb::kTarget,
                             [&](NameId name) { return target_.binary(arch, name); }, item_of};
  BrokenPair made{{arch, pair.first}, {arch, pair.second}, {}, {}};
  const auto text = [&](deb::BinaryRef ref) { return package_text(world_.snapshot, ref); };
  if (text(made.second) < text(made.first)) std::swap(made.first, made.second);
  made.facts = explainer->explain_together(made.first.package, made.second.package);
  made.chain = chain_of(made.facts, made.first.package, context);
  made.chain.with = text(made.second);
  return made;
}

}  // namespace sluice::migrate
