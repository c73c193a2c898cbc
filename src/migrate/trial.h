// Trial: one attempt to move a list of items into the target, and how it is judged.
// Source: migration 5.5, 7.2.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "migrate/coinst_rule.h"
#include "migrate/groups.h"
#include "migrate/target.h"

namespace sluice::migrate {

// Number of uninstallable packages (5.4, without the "+all" ones) by ArchIndex.
using Counters = std::vector<std::size_t>;
Counters counters_of(const std::vector<Nuninst>& nuninst);

// What may not, or may, become uninstallable whatever the counters say.
struct Tolerance {
  std::set<NameId> must_stay;                  // constraints (2.6)
  std::vector<std::set<NameId>> allow_uninst;  // by ArchIndex: hints
};
Tolerance tolerance_of(const World& world, std::span<const std::string> must_stay_names);

// Why an architecture got worse, as data: the names that broke.
struct Regression {
  ArchIndex arch = 0;
  std::vector<NameId> broken;  // uninstallable now and not before; sorted by text
};

struct Attempt {
  bool accepted = false;
  std::optional<Constraint> constraint;  // the items could not even be applied
  std::optional<Regression> regression;  // first architecture that got worse
  std::optional<BrokenPair> pair;        // or, with --coinst, what cannot be together any more
  std::vector<Item> new_cruft;           // removal items of the smooth updates, sorted by uvname
  std::vector<std::ptrdiff_t> growth;    // of the counters, by ArchIndex, as far as it was judged
};

// `stop_at_first_regression`: a single attempt; otherwise every architecture is brought up to date
// and the caller judges by the whole-run rule (hints).
enum class Judging : std::uint8_t { stop_at_first_regression, later };

class Trial {
 public:
  Trial(const World& world, TargetState& target, const Tolerance& tolerance);

  // Applies the items, in order, to the target; the caller marks before and takes back or keeps.
  // `before`: the counters' names at the last acceptance. `break_archs` as in force now.
  Attempt attempt(std::span<const Item> items, const std::vector<Nuninst>& before, Judging judging,
                  const ArchNames& break_archs);

  // The same, where `land` brings installability to the items once they are in the tables. Nothing
  // if it cannot: then they stay there.
  using Land = std::function<bool()>;
  std::optional<Attempt> attempt_landed(std::span<const Item> items,
                                        const std::vector<Nuninst>& before,
                                        const ArchNames& break_archs, const Land& land);

  // The whole-run rule: the sum over non-break architectures did not grow.
  bool as_good_generous(const std::vector<Nuninst>& before, const ArchNames& break_archs) const;

  // With --coinst: a pair that was broken since the mark, on an architecture that is not a break
  // one, and why. Nothing without --coinst.
  std::optional<BrokenPair> broken_pair(const TargetState::Mark& since,
                                        const ArchNames& break_archs);
  // The rule behind it; null without --coinst.
  CoinstRule* coinst() { return coinst_.get(); }

  // Names uninstallable now and not in `before`, sorted by text.
  std::vector<NameId> newly_broken(ArchIndex arch, const std::vector<Nuninst>& before) const;

 private:
  Attempt put_in(std::span<const Item> items);
  using BringUpToDate = void (TargetState::*)(ArchIndex);
  ArchNames judge(Attempt& result, std::span<const Item> items, const std::vector<Nuninst>& before,
                  Judging judging, const ArchNames& break_archs, BringUpToDate bring);
  void note_growth(Attempt& result, const std::vector<Nuninst>& before) const;
  std::optional<Constraint> apply(const Item& item, std::span<const deb::BinaryRef> leaving,
                                  std::vector<Item>& new_cruft);
  void apply_source(const Item& item, const Group& group);
  bool is_worse(ArchIndex arch, const std::vector<Nuninst>& before) const;
  bool is_tolerated(ArchIndex arch, std::span<const Item> items,
                    const ArchNames& break_archs) const;
  std::vector<ArchIndex> concerned_archs(std::span<const Item> items) const;

  const World& world_;
  TargetState& target_;
  const Tolerance& tolerance_;
  std::unique_ptr<CoinstRule> coinst_;
};

}  // namespace sluice::migrate
