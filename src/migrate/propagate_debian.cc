#include "migrate/propagate_debian.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include "migrate/finder_rules.h"
#include "migrate/propagate.h"

namespace sluice::migrate {
namespace {

// The order of texts of one culprit; hash order in the peer.
constexpr std::array kTypes = {DependencyType::depends, DependencyType::build_depends,
                               DependencyType::build_depends_indep, DependencyType::built_using};

class DebianPropagation {
 public:
  DebianPropagation(const World& world, std::span<Excuse> excuses)
      : world_(world), excuses_(excuses) {}

  void run() {
    for (auto& excuse : excuses_) state_impossible(excuse);
    for (std::size_t i = 0; i < excuses_.size(); ++i)
      for (const auto& dependency : excuses_[i].dependencies)
        dependents_[name_of(dependency)].insert(i);
    std::vector<std::size_t> rejected;
    for (std::size_t i = 0; i < excuses_.size(); ++i)
      if (is_rejected(excuses_[i].verdict)) rejected.push_back(i);
    for (std::size_t next = 0; next < rejected.size(); ++next)
      for (const auto fallen : invalidate_dependents(rejected[next])) rejected.push_back(fallen);
    for (auto& excuse : excuses_) {
      excuse.invalidated_by_dependency = !excuse.blocked_by.empty();
      settle_unimportant(excuse);
    }
  }

 private:
  static const std::string& name_of(const ExcuseDependency& dependency) {
    return dependency.alternatives.front().item;
  }

  bool has_excuse(std::string_view name) const {
    return find_excuse(excuses_, name) != excuses_.size();
  }

  bool has_excuse_on(const std::string& name, std::optional<ArchIndex> arch) const {
    return arch && has_excuse(name + "/" + std::string(world_.snapshot.arch_name(*arch)));
  }

  // A binary item may mean NAME's binaries on its architecture, a source item those on every
  // architecture where it needs them.
  bool is_possible(const Excuse& excuse, const ExcuseDependency& dependency) const {
    const auto& name = name_of(dependency);
    if (has_excuse(name)) return true;
    if (excuse.item.has_arch()) return has_excuse_on(name, excuse.item.arch);
    return std::ranges::all_of(excuse.dependencies, [&](const ExcuseDependency& other) {
      return other.type != dependency.type || name_of(other) != name ||
             has_excuse_on(name, other.arch);
    });
  }

  // The item stays a candidate and the name stays in migrate_after.
  void state_impossible(Excuse& excuse) const {
    std::set<std::pair<std::string, DependencyType>> impossible;
    for (auto& dependency : excuse.dependencies) {
      excuse.migrate_after.insert(name_of(dependency));
      if (is_possible(excuse, dependency)) continue;
      dependency.alternatives.front().possible = false;
      impossible.emplace(name_of(dependency), dependency.type);
    }
    for (const auto& [name, type] : impossible) {
      const auto words = words_of(type);
      add_finding(excuse, FindingKind::impossible_dependency, Place::verdict).words = {
          std::string(words.display), name};
      excuse.reasons.emplace(words.reason);
    }
  }

  bool is_candidate(std::string_view uvname) const {
    const auto at = find_excuse(excuses_, uvname);
    return at != excuses_.size() && !is_rejected(excuses_[at].verdict);
  }

  std::vector<std::size_t> invalidate_dependents(std::size_t culprit) {
    const auto& cause = excuses_[culprit];
    std::vector<std::size_t> fallen;
    const auto dependents = dependents_.find(cause.uvname);
    if (dependents == dependents_.end() || is_candidate(cause.uvname + "_tpu")) return fallen;
    const auto verdict = is_blocked(cause.verdict) ? Verdict::rejected_blocked_by_another_item
                                                   : Verdict::rejected_waiting_for_another_item;
    for (const auto i : dependents->second) {
      auto& excuse = excuses_[i];
      if (is_rejected(excuse.verdict) || excuse.forced) continue;
      invalidate(excuse, cause.uvname, verdict);
      excuse.raise(verdict);
      fallen.push_back(i);
    }
    return fallen;
  }

  static void invalidate(Excuse& excuse, const std::string& culprit, Verdict verdict) {
    std::set<DependencyType> types;
    for (auto& dependency : excuse.dependencies) {
      if (name_of(dependency) != culprit) continue;
      dependency.alternatives.front().valid = false;
      dependency.alternatives.front().verdict = verdict;
      types.insert(dependency.type);
    }
    for (const auto type : kTypes) {
      if (!types.contains(type)) continue;
      const auto words = words_of(type);
      auto& finding =
          add_finding(excuse, FindingKind::invalidated_by_dependency, Place::verdict, verdict);
      finding.words = {std::string(words.description), culprit};
      excuse.reasons.emplace(words.reason);
    }
    excuse.migrate_after.erase(culprit);
    excuse.blocked_by.insert(culprit);
  }

  // What only BREAK_ARCHES need is mentioned last, by name and architecture, unless the very name
  // is a real dependency too.
  static void settle_unimportant(Excuse& excuse) {
    const auto unimportant = [](const Finding& finding) {
      return finding.kind == FindingKind::ignoring_break_arch_dependency;
    };
    std::map<std::pair<std::string, std::string>, Finding> kept;
    for (const auto& finding : excuse.findings)
      if (unimportant(finding) && !depends_on(excuse, finding.words.front()))
        kept.emplace(std::pair(finding.words.front(), finding.arch), finding);
    std::erase_if(excuse.findings, unimportant);
    for (auto& [key, finding] : kept) {
      excuse.unimportant_dependencies.insert(key.first);
      excuse.findings.push_back(std::move(finding));
    }
  }

  static bool depends_on(const Excuse& excuse, std::string_view name) {
    return std::ranges::any_of(excuse.dependencies, [&](const ExcuseDependency& dependency) {
      return name_of(dependency) == name;
    });
  }

  const World& world_;
  std::span<Excuse> excuses_;
  std::map<std::string, std::set<std::size_t>, std::less<>> dependents_;  // by the culprit's uvname
};

}  // namespace

void propagate_debian(const World& world, std::span<Excuse> excuses) {
  DebianPropagation(world, excuses).run();
}

}  // namespace sluice::migrate
