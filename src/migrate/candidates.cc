#include "migrate/candidates.h"

#include <algorithm>
#include <set>
#include <utility>

#include "deb/version.h"
#include "migrate/binary_check.h"
#include "migrate/build_check.h"

namespace sluice::migrate {
namespace {

class Finder {
 public:
  Finder(PolicyRun& run, const FinderRules& rules, std::span<const PolicySpec> policies)
      : run_(run),
        world_(run.world),
        snapshot_(run.world.snapshot),
        rules_(rules),
        policies_(policies),
        remove_hinted_(names_of_remove_hints()) {}

  void find() {
    if (!world_.settings.partial_source) propose_removals();
    for (std::size_t i = 0; i < snapshot_.suites.size(); ++i)
      if (i != deb::kTarget) check_suite(static_cast<SuiteIndex>(i));
    follow_remove_hints();
  }

  void find_again(const Item& item) {
    const SourcePair pair{world_.target().source(item.package),
                          world_.suite(item.suite).source(item.package)};
    if (item.kind == ItemKind::source)
      check_source(item.suite, pair);
    else
      check_arch(item, pair);
  }

 private:
  // Only consulted where remove hints concern binaries; elsewhere it stays empty.
  std::set<NameId> names_of_remove_hints() const {
    std::set<NameId> names;
    if (!rules_.remove_hint_rejects_binaries) return names;
    for (const auto* hint : world_.hints.of_type(HintType::remove))
      names.insert(snapshot_.symbols.find_name(hint->items.front().package));
    return names;
  }

  // A.
  void propose_removals() {
    for (const auto& suite : snapshot_.suites)
      if (suite.suite_class == deb::SuiteClass::primary) propose_removals(suite);
  }

  void propose_removals(const deb::Suite& primary) {
    std::vector<const deb::SourcePackage*> gone;
    for (const auto& source : world_.target().sources)
      if (primary.source(source.name) == nullptr) gone.push_back(&source);
    sort_by_name(gone, [](const auto* source) { return source->name; });
    for (const auto* source : gone) {
      auto excuse = make_removal(*source);
      describe(excuse, *source);
      add_finding(excuse, FindingKind::not_in_source_suite, Place::info).words = {primary.name};
      if (!block_removal(excuse, FindingKind::block_removal)) excuse.verdict = Verdict::pass;
      keep(std::move(excuse));
    }
  }

  Excuse make_excuse(const Item& item, const SourcePair& pair) const {
    Excuse excuse;
    excuse.item = item;
    excuse.uvname = uvname(item, snapshot_);
    if (pair.target != nullptr) excuse.old_version = snapshot_.text(pair.target->version);
    if (pair.source != nullptr) {
      excuse.new_version = snapshot_.text(pair.source->version);
      describe(excuse, *pair.source);
    }
    return excuse;
  }

  Excuse make_removal(const deb::SourcePackage& source) const {
    return make_excuse(
        {ItemKind::source_removal, source.name, source.version, deb::kTarget, ArchIndex(0)},
        {&source, nullptr});
  }

  void describe(Excuse& excuse, const deb::SourcePackage& source) const {
    excuse.maintainer = snapshot_.text(source.maintainer);
    excuse.section = snapshot_.text(source.section);
  }

  // True if a `block -foo` hint forbids the removal; the first such hint is stated.
  bool block_removal(Excuse& excuse, FindingKind kind) const {
    const auto name = snapshot_.text(excuse.item.package);
    for (const auto* hint : world_.hints.of_package(HintType::block, name)) {
      if (!hint->items.front().removal) continue;
      excuse.verdict = Verdict::rejected_permanently;
      add_finding(excuse, kind, Place::verdict, excuse.verdict).user = hint->user;
      excuse.reasons.insert("block");
      return true;
    }
    return false;
  }

  template <class Element, class NameOf>
  void sort_by_name(std::vector<Element>& elements, NameOf name_of) const {
    std::ranges::sort(elements, {},
                      [&](const Element& element) { return snapshot_.text(name_of(element)); });
  }

  // B. Nearly all sources are the same in both suites: they are passed over before anything is
  // made.
  void check_suite(SuiteIndex suite) {
    std::vector<SourcePair> pairs;
    for (const auto& source : world_.suite(suite).sources) {
      if (source.fake) continue;
      const SourcePair pair{world_.target().source(source.name), &source};
      if (is_new_version(pair) || pair.target->binaries != source.binaries ||
          remove_hinted_.contains(source.name))
        pairs.push_back(pair);
    }
    sort_by_name(pairs, [](const SourcePair& pair) { return pair.source->name; });
    for (const auto& pair : pairs) {
      if (is_new_version(pair))
        check_source(suite, pair);
      else
        check_each_arch(suite, pair);
    }
  }

  bool is_new_version(const SourcePair& pair) const {
    return pair.target == nullptr || (pair.target->version != pair.source->version &&
                                      order(pair) != std::weak_ordering::equivalent);
  }

  std::weak_ordering order(const SourcePair& pair) const {
    return deb::compare_versions(snapshot_.text(pair.source->version),
                                 snapshot_.text(pair.target->version));
  }

  // C.
  void check_source(SuiteIndex suite, const SourcePair& pair) {
    const auto& source = *pair.source;
    auto excuse =
        make_excuse({ItemKind::source, source.name, source.version, suite, ArchIndex(0)}, pair);
    if (pair.target != nullptr && order(pair) == std::weak_ordering::less) {
      auto& finding = add_finding(excuse, FindingKind::newer_in_target, Place::verdict,
                                  Verdict::rejected_permanently);
      finding.old_version = excuse.old_version;
      finding.new_version = excuse.new_version;
      excuse.reasons.insert("newerintesting");
      return keep(std::move(excuse));
    }
    excuse.verdict = Verdict::pass;
    for (const auto version : {pair.source->version, target_version(pair)})
      if (reject_for_removal(excuse, version)) break;
    check_dependencies(excuse, source);
    check_builds(world_, rules_, excuse, source);
    judge(excuse);
    if (pair.target != nullptr && is_additional(suite))
      check_builds_against_target(world_, rules_, excuse, pair);
    force(excuse);
    keep(std::move(excuse));
  }

  bool is_additional(SuiteIndex suite) const {
    return world_.suite(suite).suite_class == deb::SuiteClass::additional;
  }

  static VersionId target_version(const SourcePair& pair) {
    return pair.target != nullptr ? pair.target->version : pair.source->version;
  }

  // True if a `remove` hint names this version of the package.
  bool reject_for_removal(Excuse& excuse, VersionId version) const {
    const auto hints = world_.hints.of_version(
        HintType::remove, snapshot_.text(excuse.item.package), snapshot_.text(version));
    if (hints.empty()) return false;
    excuse.verdict = Verdict::rejected_permanently;
    excuse.hints.push_back(hints.front());
    add_finding(excuse, FindingKind::removal_request, Place::verdict, excuse.verdict).user =
        hints.front()->user;
    add_finding(excuse, FindingKind::trying_to_remove, Place::verdict, excuse.verdict);
    return true;
  }

  void check_dependencies(Excuse& excuse, const deb::SourcePackage& source) const {
    if (!rules_.check_dependencies) return;
    for (std::size_t i = 0; i < snapshot_.archs.size(); ++i)
      for (const auto ref :
           sorted_by_name(snapshot_, binaries_on(source, static_cast<ArchIndex>(i))))
        if (snapshot_.record(ref).source_version == source.version)
          rules_.check_dependencies(excuse, ref);
  }

  void force(Excuse& excuse) const {
    const auto hints = world_.hints.of_version(HintType::force, snapshot_.text(excuse.item.package),
                                               excuse.new_version);
    if (hints.empty()) return;
    excuse.forced = true;
    if (!is_rejected(excuse.verdict)) return;
    excuse.verdict = Verdict::pass_hinted;
    add_finding(excuse, FindingKind::forced, Place::info).user = hints.front()->user;
  }

  // D.
  void check_each_arch(SuiteIndex suite, const SourcePair& pair) {
    for (std::size_t i = 0; i < snapshot_.archs.size(); ++i) {
      const Item item{ItemKind::binaries, pair.source->name, pair.source->version, suite,
                      static_cast<ArchIndex>(i)};
      check_arch(item, pair);
    }
  }

  void check_arch(const Item& item, const SourcePair& pair) {
    if (remove_hinted_.contains(item.package) && rejected_by_remove_hint(item, pair)) return;
    if (same_binaries(pair, item.arch)) return;
    auto excuse = make_excuse(item, pair);
    const auto outcome = check_binaries(world_, rules_, excuse, pair);
    if (outcome == BinaryOutcome::nothing) return;
    excuse.verdict =
        outcome == BinaryOutcome::wrong ? Verdict::rejected_permanently : Verdict::pass;
    judge(excuse);
    keep(std::move(excuse));
  }

  bool rejected_by_remove_hint(const Item& item, const SourcePair& pair) {
    auto excuse = make_excuse(item, pair);
    if (!reject_for_removal(excuse, pair.target->version)) return false;
    keep(std::move(excuse));
    return true;
  }

  // C (5), E: the policies, and what they ask to be done to excuses that were judged before.
  void judge(Excuse& excuse) {
    run_policies(run_, policies_, excuse);
    for (auto& update : std::exchange(run_.info_updates, {}))
      if (auto* other = judged_before(update.uvname, excuse))
        other->policy_info[update.policy].insert_or_assign(update.key, codec::Value(update.value));
    for (auto& invalidation : std::exchange(run_.invalidations, {})) {
      auto* other = judged_before(invalidation.uvname, excuse);
      if (other == nullptr) continue;
      other->raise(invalidation.finding.verdict);
      other->findings.push_back(std::move(invalidation.finding));
      if (!invalidation.reason.empty()) other->reasons.insert(std::move(invalidation.reason));
    }
  }

  // F.
  void follow_remove_hints() {
    std::set<NameId> actionable;
    for (const auto& excuse : run_.out.excuses)
      if (!is_rejected(excuse.verdict)) actionable.insert(excuse.item.package);
    for (const auto* hint : world_.hints.of_type(HintType::remove)) {
      const auto& name = hint->items.front();
      const auto* source = world_.target().source(snapshot_.symbols.find_name(name.package));
      if (source == nullptr || snapshot_.text(source->version) != name.version) continue;
      if (actionable.contains(source->name)) continue;
      auto excuse = make_removal(*source);
      add_finding(excuse, FindingKind::removal_request, Place::info).user = hint->user;
      if (!block_removal(excuse, FindingKind::remove_hint_blocked)) {
        add_finding(excuse, FindingKind::package_is_broken, Place::info);
        excuse.hints.push_back(hint);
        excuse.verdict = Verdict::pass;
        actionable.insert(source->name);
      }
      keep(std::move(excuse));
    }
  }

  // The excuse of that name: this one, or one that was kept; null if there is none.
  Excuse* judged_before(const std::string& uvname, Excuse& current) {
    if (uvname == current.uvname) return &current;
    const auto at = index_.find(uvname);
    return at == index_.end() ? nullptr : &run_.out.excuses[at->second];
  }

  // One excuse per name: a `remove` hint's takes the place of a blocked removal's.
  void keep(Excuse excuse) {
    const auto [at, fresh] = index_.try_emplace(excuse.uvname, run_.out.excuses.size());
    if (fresh && run_.trace != nullptr) {
      run_.trace->wanted_end.push_back(run_.out.wanted.size());
      run_.trace->messages_end.push_back(run_.out.messages.size());
    }
    if (fresh)
      run_.out.excuses.push_back(std::move(excuse));
    else
      run_.out.excuses[at->second] = std::move(excuse);
  }

  PolicyRun& run_;
  const World& world_;
  const deb::Snapshot& snapshot_;
  const FinderRules& rules_;
  std::span<const PolicySpec> policies_;
  std::set<NameId> remove_hinted_;
  std::map<std::string, std::size_t> index_;  // uvname -> position in run_.out.excuses
};

}  // namespace

void find_candidates(PolicyRun& run, const FinderRules& rules,
                     std::span<const PolicySpec> policies) {
  Finder(run, rules, policies).find();
}

void find_again(PolicyRun& run, const FinderRules& rules, std::span<const PolicySpec> policies,
                const Item& item) {
  Finder(run, rules, policies).find_again(item);
}

}  // namespace sluice::migrate
