// Propagation: an item that needs a rejected item is rejected as well. Source: migration 4.3
// G, 4.7.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/judge.h"

namespace sluice::migrate {

// Ubuntu's: finds the excuses that offer the packages of each dependency, rejects what has none,
// then what has only rejected ones, until nothing changes. Fills blocked_by, migrate_after and
// invalidated_by_dependency, and appends the dependency findings in the order of the report.
// `excuses`: sorted by uvname.
void propagate(const World& world, std::span<Excuse> excuses);

// The same, kept: when some excuses are judged again, only what depends on them, directly or not,
// is propagated again, and the result is that of propagating all. One thread.
class Propagation {
 public:
  // Propagates all. The snapshot must outlive this.
  Propagation(const World& world, std::span<Excuse> excuses);

  // Before and after excuses are replaced by newly judged ones of the same items, which have not
  // been propagated; `again`: their positions, sorted. propagate_again() returns the positions of
  // all excuses that may have changed, sorted.
  void forget(std::span<const Excuse> excuses, std::span<const std::uint32_t> again);
  std::vector<std::uint32_t> propagate_again(const World& world, std::span<Excuse> excuses,
                                             std::span<const std::uint32_t> again);

 private:
  // What an excuse was before.
  struct Before {
    Verdict verdict = Verdict::pass;
    std::size_t findings = 0;
    std::set<std::string, std::less<>> reasons;
  };
  // Package -> the excuses that contain it: chains through one array, a head per pkg-id.
  struct Link {
    std::uint32_t excuse, next;
  };

  void index_providers(const World& world, std::span<const Excuse> excuses);
  std::vector<std::uint32_t> dependents_of(std::span<const std::uint32_t> excuses) const;
  void undo(Excuse& excuse, std::uint32_t position) const;
  void resolve(const World& world, std::span<const Excuse> excuses, std::uint32_t owner,
               ExcuseDependency& dependency);
  void settle(const World& world, std::span<Excuse> excuses, std::span<const std::uint32_t> open);
  void reject_dependents(std::span<Excuse> excuses, std::uint32_t culprit,
                         std::vector<std::uint32_t>& rejected);

  std::vector<std::vector<std::uint32_t>> heads_;
  std::vector<Link> links_;
  std::vector<std::vector<std::uint32_t>> dependents_;  // excuse -> who depends on it, ascending
  std::vector<Before> before_;                          // by excuse
  std::vector<std::uint8_t> rejected_first_;  // by excuse: rejected whatever the others are
  std::vector<std::uint32_t> culprit_;        // by excuse: what it fell with, or nobody
  std::vector<std::uint8_t> open_;            // by excuse: is being propagated
};

// Position of the excuse in a list sorted by uvname; excuses.size() if there is none.
std::size_t find_excuse(std::span<const Excuse> excuses, std::string_view uvname);

}  // namespace sluice::migrate
