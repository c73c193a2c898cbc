// Search: the complete decision whether some packages can be in the target together. A lazy CDCL:
// only what a chosen package needs is looked at; whatever was not decided is simply not installed.
// Source: migration 5.1; design of the algorithm: docs/adr/0005-own-solver.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "solve/universe.h"

namespace sluice::solve {

class Search {
 public:
  // `present` (by PackageIndex, non-zero = may be used) is read at each solve and must outlive
  // this.
  Search(const Universe& universe, const std::vector<std::uint8_t>& present);

  // A closed, conflict-free set of present packages that contains all `goals`, sorted; nothing if
  // there is none. Cost: what the goals need, some microseconds.
  std::optional<std::vector<PackageIndex>> solve(std::span<const PackageIndex> goals);

  // After solve() found nothing: the sets whose members the search looked at, sorted. It would fail
  // again as long as none of them gets a new member in the target.
  std::vector<SetIndex> examined() const;

 private:
  enum class Value : std::uint8_t { open, yes, no };
  // Why a package has its value.
  struct Reason {
    enum class Kind : std::uint8_t {
      decision,
      goal,
      needs,
      excludes,
      learnt
    } kind = Kind::decision;
    std::uint32_t from =
        0;         // needs: dependent; excludes: the chosen package; learnt: clause number
    SetIndex set;  // needs
  };
  struct Literal {
    PackageIndex package;
    bool positive;
  };
  using Clause = std::vector<Literal>;

  bool is_absent(PackageIndex p) const { return present_[p.value] == 0; }
  bool is_no(PackageIndex p) const { return is_absent(p) || value_[p.value] == Value::no; }
  bool is_yes(PackageIndex p) const { return value_[p.value] == Value::yes; }
  bool is_true(Literal l) const { return l.positive ? is_yes(l.package) : is_no(l.package); }
  bool is_false(Literal l) const { return l.positive ? is_no(l.package) : is_yes(l.package); }

  bool assign(PackageIndex package, Value value, Reason reason);
  bool propagate();
  bool on_chosen(PackageIndex package);
  bool on_excluded(PackageIndex package);
  bool examine(SetIndex set);
  bool examine_learnt(std::uint32_t clause);
  bool decide();
  bool resolve_conflict();
  Clause clause_of(PackageIndex package) const;
  Clause clause_of_set(PackageIndex dependent, SetIndex set) const;
  void learn(Clause clause);
  void undo_to(std::size_t level);
  void reset();
  std::size_t level() const { return level_begin_.size(); }

  const Universe& universe_;
  const std::vector<std::uint8_t>& present_;
  std::vector<Value> value_;
  std::vector<std::uint32_t> level_of_;  // valid where a value is set
  std::vector<Reason> reason_;
  std::vector<PackageIndex> trail_;
  std::size_t propagated_ = 0;
  std::vector<std::size_t> level_begin_;    // trail positions
  std::vector<std::size_t> level_needed_;   // needed_ positions
  std::vector<SetIndex> needed_;            // activated sets, in order
  std::vector<std::uint32_t> needed_by_;    // by set: dependent that activated it, or kNone
  std::vector<SetIndex> examined_;          // every set that was ever activated in this solve
  std::size_t checked_ = 0;                 // needed_ before this are known to be met
  std::vector<std::size_t> level_checked_;  // checked_ when the level was opened
  std::vector<Clause> learnt_;
  std::vector<std::vector<std::uint32_t>> learnt_of_;  // by package
  std::vector<PackageIndex> touched_learnt_;
  Clause conflict_;
  std::vector<std::uint8_t> seen_;
};

}  // namespace sluice::solve
