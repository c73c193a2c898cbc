// Docket: judges all items, and remembers what it takes to judge some of them again after a few
// facts or hints have changed, so that the judgement is what judging all would give. Belongs to one
// archive and its settings; one thread. Source: migration 9 (d); docs/adr/0016-judging-again.md.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "migrate/policies.h"
#include "migrate/propagate.h"
#include "migrate/test_selection.h"
#include "migrate/touched.h"

namespace sluice::migrate {

class Docket {
 public:
  Judgement judge(const World& world, const Facts& facts);

  // Brings the last judgement up to date: `touched` is what changed since. False: that takes more
  // than judging some items, and `judgement` is of no use any more.
  bool update(const World& world, const Facts& facts, const Touched& touched, Judgement& judgement);

  // These were sent: they are wanted no more, and the facts have them as pending.
  void forget_wanted(std::span<const adt::TestRequest> sent, Judgement& judgement);

  // How many items the last call judged.
  std::size_t judged() const { return judged_; }

 private:
  using Positions = std::vector<std::uint32_t>;  // in Judgement::excuses

  void remember(const Judgement& judgement, const JudgeTrace& trace);
  void add_positions(const World& world, std::string_view name, std::set<std::uint32_t>& to) const;
  void add_concerned(const World& world, const Facts& facts, const TestKey& key,
                     const Judgement& judgement, std::set<std::uint32_t>& to) const;
  Positions positions_of(const World& world, const Facts& facts, const Touched& touched,
                         const Judgement& judgement) const;
  bool stands_alone(const World& world, const Excuse& excuse) const;
  bool judge_again(PolicyRun& run, const Positions& positions, const Judgement& before) const;
  void withdraw(const Facts& facts, const Positions& positions, Judgement& judgement);
  void adopt(const JudgeTrace& trace, const Positions& positions, Judgement made,
             Judgement& judgement);

  bool usable_ = false;
  std::size_t judged_ = 0;
  std::optional<Propagation> propagation_;  // Ubuntu's rules
  std::shared_ptr<TestsOfArchive> tests_;
  Positions order_;  // by position: number of the item in the order of judging
  // Number of the item that wanted or said it; beside Judgement::wanted and ::messages.
  std::vector<std::uint32_t> wanted_by_, said_by_;
  std::unordered_map<std::uint32_t, Positions> of_package_, of_tested_;  // by NameId
  std::set<std::string, std::less<>>
      entangled_;  // uvnames of items that wait for each other (PPAs)
};

}  // namespace sluice::migrate
