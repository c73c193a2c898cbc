#include "migrate/propagate.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "migrate/finder_rules.h"
#include "migrate/finding_text.h"

namespace sluice::migrate {
namespace {

constexpr std::uint32_t kNoExcuse = 0xffffffffU;

std::uint32_t excuse_named(std::span<const Excuse> excuses, std::string_view uvname) {
  const auto at = find_excuse(excuses, uvname);
  return at == excuses.size() ? kNoExcuse : static_cast<std::uint32_t>(at);
}

void reject_dependency(Excuse& excuse, const ExcuseDependency& dependency) {
  excuse.reasons.emplace(words_of(dependency.type).reason);
  excuse.raise(dependency.verdict());
}

void reject_impossible(Excuse& excuse) {
  for (const auto& dependency : excuse.dependencies)
    if (!dependency.possible()) reject_dependency(excuse, dependency);
}

// True if the dependency names the item.
bool invalidate(ExcuseDependency& dependency, std::string_view item, Verdict verdict) {
  for (auto& alternative : dependency.alternatives) {
    if (!alternative.possible || alternative.item != item) continue;
    alternative.valid = false;
    alternative.verdict = verdict;
    return true;
  }
  return false;
}

// States what became of the dependencies of an excuse.
class Summary {
 public:
  Summary(const World& world, std::span<const Excuse> excuses) : world_(world), excuses_(excuses) {}

  // Findings in the order in which the report wants them: the worst first, then by text, each once.
  void write(Excuse& excuse) const {
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
    std::vector<std::uint32_t> order(lines.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, {}, [&](std::uint32_t i) {
      return std::tuple(key(lines[i]), std::string_view(lines[i].second.arch));
    });
    const auto rest =
        std::ranges::unique(order, {}, [&](std::uint32_t i) { return key(lines[i]); });
    order.erase(rest.begin(), rest.end());
    for (const auto i : order) excuse.findings.push_back(std::move(lines[i].second));
  }

 private:
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

  // A dependency that nobody can meet is shown by its first package, if it has one.
  std::string impossible_text(const ExcuseDependency& dependency) const {
    if (dependency.alternatives.empty()) return "nothing";
    return world_.snapshot.text_of(dependency.alternatives.front().package);
  }

  const World& world_;
  std::span<const Excuse> excuses_;
};

}  // namespace

Propagation::Propagation(const World& world, std::span<Excuse> excuses)
    : dependents_(excuses.size()),
      before_(excuses.size()),
      rejected_first_(excuses.size()),
      culprit_(excuses.size()),
      open_(excuses.size()) {
  index_providers(world, excuses);
  std::vector<std::uint32_t> all(excuses.size());
  std::iota(all.begin(), all.end(), 0U);
  for (const auto i : all) {
    before_[i] = {excuses[i].verdict, excuses[i].findings.size(), excuses[i].reasons};
    for (auto& dependency : excuses[i].dependencies) resolve(world, excuses, i, dependency);
  }
  settle(world, excuses, all);
}

void Propagation::index_providers(const World& world, std::span<const Excuse> excuses) {
  for (const auto& arch : world.snapshot.archs) heads_.emplace_back(arch.records.size(), kNoExcuse);
  // Backwards, so that chains run in the order of excuses.
  for (std::size_t i = excuses.size(); i-- > 0;)
    for (const auto ref : excuses[i].packages) {
      auto& head = heads_[ref.arch][ref.package.value];
      links_.push_back({static_cast<std::uint32_t>(i), head});
      head = static_cast<std::uint32_t>(links_.size() - 1);
    }
}

// Packages become items: first the possible ones by name, then the others by pkg-id. An item may be
// named itself (4.5.7: a newer source that dropped the binary).
void Propagation::resolve(const World& world, std::span<const Excuse> excuses, std::uint32_t owner,
                          ExcuseDependency& dependency) {
  std::vector<std::pair<std::uint32_t, deb::BinaryRef>> possible;
  std::vector<deb::BinaryRef> impossible;
  for (const auto& alternative : dependency.alternatives) {
    const auto package = alternative.package;
    if (!package.package.valid()) {
      if (const auto excuse = excuse_named(excuses, alternative.item); excuse != kNoExcuse)
        possible.emplace_back(excuse, package);
      continue;
    }
    const auto before = possible.size();
    for (auto at = heads_[package.arch][package.package.value]; at != kNoExcuse;
         at = links_[at].next)
      possible.emplace_back(links_[at].excuse, package);
    if (possible.size() == before) impossible.push_back(package);
  }
  std::ranges::sort(possible);  // excuses are sorted by uvname
  const auto rest = std::ranges::unique(possible, {}, [](const auto& pair) { return pair.first; });
  possible.erase(rest.begin(), rest.end());
  dependency.alternatives.clear();
  for (const auto& [excuse, package] : possible) {
    dependency.alternatives.push_back({package, excuses[excuse].uvname, true, true, Verdict::pass});
    auto& dependents = dependents_[excuse];
    const auto at = std::ranges::lower_bound(dependents, owner);
    if (at == dependents.end() || *at != owner) dependents.insert(at, owner);
  }
  for (const auto package : sorted_by_name(world.snapshot, impossible))
    dependency.alternatives.push_back({package, "", false, false, Verdict::rejected_permanently});
}

// `rejected` gets those who fall with the culprit. Who is not open falls as it fell before.
void Propagation::reject_dependents(std::span<Excuse> excuses, std::uint32_t culprit,
                                    std::vector<std::uint32_t>& rejected) {
  const auto& cause = excuses[culprit];
  const auto verdict = is_blocked(cause.verdict) ? Verdict::rejected_blocked_by_another_item
                                                 : Verdict::rejected_waiting_for_another_item;
  for (const auto i : dependents_[culprit]) {
    auto& excuse = excuses[i];
    if (open_[i] == 0) {
      if (culprit_[i] == culprit) rejected.push_back(i);
      continue;
    }
    if (is_rejected(excuse.verdict) || excuse.forced) continue;
    for (auto& dependency : excuse.dependencies) {
      if (!invalidate(dependency, cause.uvname, verdict) || dependency.valid()) continue;
      reject_dependency(excuse, dependency);
    }
    if (!is_rejected(excuse.verdict)) continue;
    culprit_[i] = culprit;
    rejected.push_back(i);
  }
}

// The verdicts and statements of the open excuses, whose dependencies are resolved. The others are
// final, and none of them depends on an open one; but the order in which they fell counts.
void Propagation::settle(const World& world, std::span<Excuse> excuses,
                         std::span<const std::uint32_t> open) {
  for (const auto i : open) {
    open_[i] = 1;
    culprit_[i] = kNoExcuse;
    reject_impossible(excuses[i]);
    rejected_first_[i] = is_rejected(excuses[i].verdict) ? 1 : 0;
  }
  std::vector<std::uint32_t> rejected;
  for (std::uint32_t i = 0; i < excuses.size(); ++i)
    if (rejected_first_[i] != 0) rejected.push_back(i);
  for (std::size_t next = 0; next < rejected.size(); ++next)
    reject_dependents(excuses, rejected[next], rejected);
  const Summary summary(world, excuses);
  for (const auto i : open) summary.write(excuses[i]);
  for (const auto i : open) open_[i] = 0;
}

void Propagation::forget(std::span<const Excuse> excuses, std::span<const std::uint32_t> again) {
  for (const auto i : again)
    for (const auto& dependency : excuses[i].dependencies)
      for (const auto& alternative : dependency.alternatives)
        if (const auto other = excuse_named(excuses, alternative.item); other != kNoExcuse)
          std::erase(dependents_[other], i);
}

// The excuses and all that depends on them; sorted.
std::vector<std::uint32_t> Propagation::dependents_of(
    std::span<const std::uint32_t> excuses) const {
  std::vector<std::uint32_t> found(excuses.begin(), excuses.end());
  std::vector<std::uint8_t> seen(dependents_.size());
  for (const auto i : found) seen[i] = 1;
  for (std::size_t next = 0; next < found.size(); ++next)
    for (const auto i : dependents_[found[next]])
      if (std::exchange(seen[i], std::uint8_t{1}) == 0) found.push_back(i);
  std::ranges::sort(found);
  return found;
}

void Propagation::undo(Excuse& excuse, std::uint32_t position) const {
  const auto& before = before_[position];
  excuse.verdict = before.verdict;
  excuse.reasons = before.reasons;
  excuse.findings.resize(before.findings);
  excuse.blocked_by.clear();
  excuse.migrate_after.clear();
  excuse.invalidated_by_dependency = false;
  for (auto& dependency : excuse.dependencies)
    for (auto& alternative : dependency.alternatives)
      if (alternative.possible) {
        alternative.valid = true;
        alternative.verdict = Verdict::pass;
      }
}

std::vector<std::uint32_t> Propagation::propagate_again(const World& world,
                                                        std::span<Excuse> excuses,
                                                        std::span<const std::uint32_t> again) {
  for (const auto i : again) {
    before_[i] = {excuses[i].verdict, excuses[i].findings.size(), excuses[i].reasons};
    for (auto& dependency : excuses[i].dependencies) resolve(world, excuses, i, dependency);
  }
  auto open = dependents_of(again);
  for (const auto i : open)
    if (!std::ranges::binary_search(again, i)) undo(excuses[i], i);
  settle(world, excuses, open);
  return open;
}

void propagate(const World& world, std::span<Excuse> excuses) { (void)Propagation(world, excuses); }

std::size_t find_excuse(std::span<const Excuse> excuses, std::string_view uvname) {
  const auto at = std::ranges::lower_bound(
      excuses, uvname, {}, [](const Excuse& excuse) { return std::string_view(excuse.uvname); });
  if (at == excuses.end() || at->uvname != uvname) return excuses.size();
  return static_cast<std::size_t>(at - excuses.begin());
}

}  // namespace sluice::migrate
