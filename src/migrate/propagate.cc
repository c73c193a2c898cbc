#include "migrate/propagate.h"

#include <algorithm>
#include <cstdint>
#include <tuple>
#include <utility>

#include "migrate/finder_rules.h"
#include "migrate/finding_text.h"

namespace sluice::migrate {
namespace {

constexpr std::uint32_t kNobody = 0xffffffffU;

// Package -> the excuses that contain it: chains through one array, a head per pkg-id.
class Providers {
 public:
  Providers(const deb::Snapshot& snapshot, std::span<const Excuse> excuses) {
    for (const auto& arch : snapshot.archs) heads_.emplace_back(arch.records.size(), kNobody);
    // Backwards, so that chains run in the order of excuses.
    for (std::size_t i = excuses.size(); i-- > 0;)
      for (const auto ref : excuses[i].packages) {
        auto& head = heads_[ref.arch][ref.package.value];
        links_.push_back({static_cast<std::uint32_t>(i), head});
        head = static_cast<std::uint32_t>(links_.size() - 1);
      }
  }

  template <class Visit>
  void each(deb::BinaryRef ref, Visit visit) const {
    for (auto at = heads_[ref.arch][ref.package.value]; at != kNobody; at = links_[at].next)
      visit(links_[at].excuse);
  }

 private:
  struct Link {
    std::uint32_t excuse, next;
  };
  std::vector<std::vector<std::uint32_t>> heads_;
  std::vector<Link> links_;
};

class Propagation {
 public:
  Propagation(const World& world, std::span<Excuse> excuses)
      : world_(world), excuses_(excuses), dependents_(excuses.size()) {}

  void run() {
    const Providers providers(world_.snapshot, excuses_);
    for (std::size_t i = 0; i < excuses_.size(); ++i)
      for (auto& dependency : excuses_[i].dependencies) resolve(i, dependency, providers);
    for (auto& excuse : excuses_) reject_impossible(excuse);
    std::vector<std::size_t> rejected;
    for (std::size_t i = 0; i < excuses_.size(); ++i)
      if (is_rejected(excuses_[i].verdict)) rejected.push_back(i);
    for (std::size_t next = 0; next < rejected.size(); ++next)
      for (const auto fallen : invalidate_dependents(rejected[next])) rejected.push_back(fallen);
    for (auto& excuse : excuses_) summarize(excuse);
  }

 private:
  std::uint32_t excuse_named(std::string_view uvname) const {
    const auto at = std::ranges::lower_bound(excuses_, uvname, {}, &Excuse::uvname);
    if (at == excuses_.end() || at->uvname != uvname) return kNobody;
    return static_cast<std::uint32_t>(at - excuses_.begin());
  }

  // Packages become items: first the possible ones by name, then the others by pkg-id. An item may
  // be named itself (4.5.7: a newer source that dropped the binary).
  void resolve(std::size_t owner, ExcuseDependency& dependency, const Providers& providers) {
    std::vector<std::pair<std::uint32_t, deb::BinaryRef>> possible;
    std::vector<deb::BinaryRef> impossible;
    for (const auto& alternative : dependency.alternatives) {
      if (!alternative.package.package.valid()) {
        if (const auto excuse = excuse_named(alternative.item); excuse != kNobody)
          possible.emplace_back(excuse, alternative.package);
        continue;
      }
      const auto before = possible.size();
      providers.each(alternative.package, [&](std::uint32_t excuse) {
        possible.emplace_back(excuse, alternative.package);
      });
      if (possible.size() == before) impossible.push_back(alternative.package);
    }
    std::ranges::sort(possible);  // excuses are sorted by uvname
    const auto rest =
        std::ranges::unique(possible, {}, [](const auto& pair) { return pair.first; });
    possible.erase(rest.begin(), rest.end());
    dependency.alternatives.clear();
    for (const auto& [excuse, package] : possible) {
      dependency.alternatives.push_back(
          {package, excuses_[excuse].uvname, true, true, Verdict::pass});
      auto& dependents = dependents_[excuse];
      if (dependents.empty() || dependents.back() != owner)
        dependents.push_back(static_cast<std::uint32_t>(owner));
    }
    for (const auto package : sorted_by_name(world_.snapshot, impossible))
      dependency.alternatives.push_back({package, "", false, false, Verdict::rejected_permanently});
  }

  static void reject(Excuse& excuse, const ExcuseDependency& dependency) {
    excuse.reasons.emplace(words_of(dependency.type).reason);
    excuse.raise(dependency.verdict());
  }

  static void reject_impossible(Excuse& excuse) {
    for (const auto& dependency : excuse.dependencies)
      if (!dependency.possible()) reject(excuse, dependency);
  }

  // Returns those who fell with it.
  std::vector<std::size_t> invalidate_dependents(std::size_t culprit) {
    const auto& cause = excuses_[culprit];
    const auto verdict = is_blocked(cause.verdict) ? Verdict::rejected_blocked_by_another_item
                                                   : Verdict::rejected_waiting_for_another_item;
    std::vector<std::size_t> fallen;
    for (const auto i : dependents_[culprit]) {
      auto& excuse = excuses_[i];
      if (is_rejected(excuse.verdict) || excuse.forced) continue;
      for (auto& dependency : excuse.dependencies) {
        if (!invalidate(dependency, cause.uvname, verdict) || dependency.valid()) continue;
        reject(excuse, dependency);
      }
      if (is_rejected(excuse.verdict)) fallen.push_back(i);
    }
    return fallen;
  }

  // True if the dependency names the item.
  static bool invalidate(ExcuseDependency& dependency, std::string_view item, Verdict verdict) {
    for (auto& alternative : dependency.alternatives) {
      if (!alternative.possible || alternative.item != item) continue;
      alternative.valid = false;
      alternative.verdict = verdict;
      return true;
    }
    return false;
  }

  // The first valid, else the first possible alternative; null: none is possible.
  static const Alternative* shown(const ExcuseDependency& dependency) {
    const auto& all = dependency.alternatives;
    auto at = std::ranges::find_if(all, &Alternative::valid);
    if (at == all.end()) at = std::ranges::find_if(all, &Alternative::possible);
    return at == all.end() ? nullptr : &*at;
  }

  bool stuck(const std::string& uvname) const {
    return excuses_[find_excuse(excuses_, uvname)].verdict >= Verdict::rejected_needs_approval;
  }

  // Findings in the order in which the report wants them: the worst first, then by text, each once.
  void summarize(Excuse& excuse) const {
    std::vector<std::pair<std::string, Finding>> lines;
    const auto add = [&](FindingKind kind, const ExcuseDependency& dependency,
                         std::vector<std::string> words) {
      Finding finding;
      finding.kind = kind;
      finding.verdict = dependency.verdict();
      finding.relation = dependency.relation;
      if (dependency.arch) finding.arch = world_.snapshot.arch_name(*dependency.arch);
      if (dependency.dependent.package.valid()) finding.binaries = {dependency.dependent};
      finding.words = std::move(words);
      auto text = finder_text(finding, excuse, world_);
      lines.emplace_back(std::move(text), std::move(finding));
    };
    for (const auto& dependency : excuse.dependencies) {
      const auto words = words_of(dependency.type);
      const auto* alternative = shown(dependency);
      if (alternative == nullptr) {
        add(FindingKind::impossible_dependency, dependency,
            {std::string(words.display), impossible_text(dependency)});
        continue;
      }
      const bool valid = dependency.valid();
      (valid ? excuse.migrate_after : excuse.blocked_by).insert(alternative->item);
      std::vector<std::string> of_line = {std::string(words.display), alternative->item};
      if (!valid || stuck(alternative->item)) of_line.emplace_back(kNoteIgnored);
      add(FindingKind::dependency, dependency, std::move(of_line));
      if (valid) continue;
      excuse.invalidated_by_dependency = true;
      add(FindingKind::invalidated_by_dependency, dependency, {std::string(words.description)});
    }
    const auto key = [](const auto& line) {
      return std::tuple(-static_cast<int>(line.second.verdict), std::string_view(line.first));
    };
    std::ranges::sort(lines, [&](const auto& a, const auto& b) {
      return std::tuple(key(a), a.second.arch) < std::tuple(key(b), b.second.arch);
    });
    const auto rest = std::ranges::unique(lines, {}, key);
    lines.erase(rest.begin(), rest.end());
    for (auto& line : lines) excuse.findings.push_back(std::move(line.second));
  }

  // A dependency that nobody can meet is shown by its first package, if it has one.
  std::string impossible_text(const ExcuseDependency& dependency) const {
    if (dependency.alternatives.empty()) return "nothing";
    return world_.snapshot.text_of(dependency.alternatives.front().package);
  }

  const World& world_;
  std::span<Excuse> excuses_;
  std::vector<std::vector<std::uint32_t>> dependents_;  // excuse -> who depends on it, ascending
};

}  // namespace

void propagate(const World& world, std::span<Excuse> excuses) { Propagation(world, excuses).run(); }

std::size_t find_excuse(std::span<const Excuse> excuses, std::string_view uvname) {
  const auto at = std::ranges::lower_bound(
      excuses, uvname, {}, [](const Excuse& excuse) { return std::string_view(excuse.uvname); });
  if (at == excuses.end() || at->uvname != uvname) return excuses.size();
  return static_cast<std::size_t>(at - excuses.begin());
}

}  // namespace sluice::migrate
