// explain: why a package cannot be installed in a set of packages, as a minimal set of facts that
// cannot hold together. Values with the relations they come from; the words are made elsewhere.
// Source: migration 5.1, 9; testgrid 5.4.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "solve/search.h"
#include "solve/universe.h"

namespace sluice::solve {

enum class FactKind : std::uint8_t {
  wanted,     // the package that is asked about must be installed
  essential,  // the package is essential, so it is installed with everything
  absent,     // the package is not in the set at all
  malformed,  // one of its relations cannot be parsed
  needs,      // the package needs one of `choices`
  excludes,   // the package and `other` cannot be installed together
};

struct Fact {
  FactKind kind = FactKind::wanted;
  PackageIndex package = {}, other = {};
  std::vector<ClauseReason> reasons =
      {};                      // needs: of `package`; excludes: of whoever says so, which
  bool said_by_other = false;  // excludes: `other` has the relation
  std::vector<PackageIndex> choices = {};  // needs: those in the set, sorted
  std::vector<PackageIndex> outside =
      {};  // needs: others that would do but are not in the set, sorted
};

// Not shared between threads: it keeps a search to save its set-up. The references must outlive it.
class Explainer {
 public:
  Explainer(const deb::Snapshot& snapshot, const Universe& universe);
  Explainer(const Explainer&) = delete;
  Explainer& operator=(const Explainer&) = delete;

  // What is in the set from now on.
  void set_present(std::span<const PackageIndex> packages);

  // Minimal: the facts cannot hold together, and without any one of them they can. In the order of
  // reading, from the package outwards. Empty: it is installable.
  std::vector<Fact> explain(PackageIndex package);

  // Why the two cannot be installed together, each of which can be alone; the same kind of facts.
  std::vector<Fact> explain_together(PackageIndex first, PackageIndex second);

  // Several such sets that share no relation: each needs a remedy of its own. The first is that of
  // explain(); at most `sets_max`.
  std::vector<std::vector<Fact>> explain_all(PackageIndex package, std::size_t sets_max);

 private:
  struct Problem;
  struct Written {
    std::vector<ClauseReason> reasons;
    std::set<PackageIndex> met;
  };
  Problem problem_of(std::span<const PackageIndex> wanted);
  std::vector<std::vector<Fact>> explain_wanted(std::span<const PackageIndex> wanted,
                                                std::size_t sets_max);
  std::vector<Written> written_relations(PackageIndex package) const;
  Problem broken_problem(PackageIndex package, FactKind kind) const;
  void add_needs(Problem& problem, PackageIndex package, const DependencyClause& clause) const;
  void add_excludes(Problem& problem, PackageIndex package) const;
  std::vector<ClauseReason> exclusion(PackageIndex says, PackageIndex other) const;
  Fact completed(Fact fact, const DependencyClause& clause) const;
  bool is_present(PackageIndex package) const { return present_[package.value] != 0; }

  const deb::Snapshot& snapshot_;
  const Universe& universe_;
  std::vector<std::uint8_t> present_;
  std::vector<PackageIndex> list_, essentials_;
  Search search_;
};

}  // namespace sluice::solve
