// why: what keeps an item from migrating, as the smallest set of facts that have to change, each
// with whose turn it is. A value; its texts are why_text.h. Source: migration 9; testgrid 5.4.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/facts.h"
#include "migrate/plan.h"
#include "migrate/why_leaf.h"
#include "migrate/why_leaves.h"
#include "migrate/why_trial.h"

namespace sluice::migrate {

enum class Standing : std::uint8_t {
  migrates,        // accepted in this run
  held,            // its own policies reject it
  waits,           // only for other items
  unplaced,        // a valid candidate that the run could not place
  in_target,       // nothing to do: the target has this version
  only_in_target,  // and no item removes it
  unknown,         // no suite has such a package
};
std::string_view text_of(Standing standing);  // "migrates", "held", ...

// `item` needs `on` to go along or before.
struct Waiting {
  std::string item, on;
  std::string because;  // "Depends: libfoo2 (>= 2)", or what would break
};

struct Explanation {
  Standing standing = Standing::unknown;
  std::string item;  // uvname; for a package without item its name
  std::string package, old_version, new_version, maintainer;
  std::optional<double> days_old;
  std::vector<Leaf> leaves;                     // the cheapest minimal set
  std::vector<std::vector<Leaf>> alternatives;  // further ones, by cost
  bool exact = true;                  // false: not proved; less may do, or more may have to change
  std::vector<Waiting> waits;         // how the item hangs on the leaves of others
  std::vector<std::string> together;  // items that have to go along, sorted
  std::vector<Chain> chains;          // what would become uninstallable, and why
  std::size_t chains_left_out = 0;
};

// What is explained: the state after a run. References must outlive the explaining.
struct WhyInput {
  const World& world;   // `now` is `target`
  TargetState& target;  // is changed and put back
  const Judgement& judgement;
  const RunResult& result;
  base::Instant now;
  std::span<const std::string> must_stay;
};

// Not shared between threads; remembers what it tried, so that many items can be asked about.
class Why {
 public:
  explicit Why(const WhyInput& input);
  Why(const Why&) = delete;
  Why& operator=(const Why&) = delete;

  // How many items can be asked about: the excuses of the judgement, then the removals of old
  // libraries (migration 3.7), made or not, by uvname.
  std::size_t size() const { return input_.judgement.excuses.size() + old_.size(); }

  // An item by position.
  Explanation of_excuse(std::size_t position);

  // All items that a name means: "foo" (the source, its rebuilds and its removal), a binary's name
  // (its source, and its own removal as an old library), the version of an item ("foo/2-1", as
  // hints and logs have it), or an item's ("foo/amd64", "-foo",
  // "foo_tpu", "-libfoo1/amd64", "-libfoo1": on every architecture). At least one answer.
  std::vector<Explanation> of_package(std::string_view name);

  // Why a binary is not installable in a suite; empty `chains`: it is. Nothing: the suite has no
  // such binary there.
  std::optional<Breakage> of_binary(SuiteIndex suite, ArchIndex arch, std::string_view name);

 private:
  struct Node {
    LeafNode leaf_node;
    std::vector<std::string> because;  // by clause
    // Of the item that is asked about: what only breaks when several items go together.
    std::vector<LeafCondition> conditions;
    std::vector<std::string> condition_because;
    std::vector<Chain> chains;
    std::size_t chains_left_out = 0;
    bool cut = false;    // what would break was not asked about, or not all of it
    bool tried = false;  // alone, in the target as it is
  };
  using Number = std::uint32_t;
  // What somebody has to fix, as it shows for one of the items that it holds.
  struct FixText {
    Leaf leaf;
    std::string what;  // of the first binary and architecture
    std::vector<std::string> binaries = {};
  };
  using FixTexts = std::map<Number, FixText>;  // by item
  static constexpr Number kNoNumber = 0xffffffffU;

  const Excuse& excuse(Number number) const {
    const auto& judged = input_.judgement.excuses;
    return number < judged.size() ? judged[number] : old_[number - judged.size()];
  }
  Number find(std::string_view uvname) const;
  bool is_accepted(Number number) const { return accepted_[number]; }
  void add_old_libraries();
  void index_packages();
  std::vector<Number> bringing(deb::BinaryRef ref) const;
  std::string item_bringing(deb::BinaryRef ref) const;
  Number add_leaf(Leaf leaf);
  const Node& node(Number number);
  // An item may have to pass its policies for another to pass, whether it goes or not: that is a
  // node of its own.
  Number passing(Number number) const { return number + static_cast<Number>(size()); }
  Number item_of_node(Number node) const { return node % static_cast<Number>(size()); }
  Node passing_node(Number number);
  void add_trial(Node& made, Number number);
  void drop_judged(Trouble& trouble, std::span<const Number> moved) const;
  void add_unsatisfiable(Node& made, Number number);
  static void join(Leaf& leaf, const std::string& arch, const std::string& binary);
  Number fix_number(const Leaf& leaf, const Breakage& breakage, std::size_t reason);
  bool may_serve_others(const LeafSet& set) const;
  bool drags_others_along(std::span<const Number> group) const;
  Number fix_leaf_number(Number number, const Breakage& breakage, std::size_t reason);
  Number force_number(Number number);
  std::vector<LeafChoice> items_of(const ExcuseDependency& dependency) const;
  void add_dependencies(Node& made, Number number);
  void add_groups(Node& made, Number number);
  Node unplaced_node(Number number);
  void add_trouble(Node& made, Number number, const Trouble& trouble,
                   std::span<const Number> moved);
  std::vector<LeafChoice> remedies(const std::vector<solve::Fact>& facts, deb::BinaryRef binary,
                                   std::span<const Number> moved) const;
  void add_upgrades(std::vector<LeafChoice>& choices, deb::BinaryRef ref,
                    const std::vector<solve::Fact>& facts, std::span<const Number> moved) const;
  Leaf fix_leaf(Number number, const Breakage& breakage, std::size_t reason) const;
  Leaf force_leaf(Number number) const;
  Leaf next_run_leaf(Number number) const;
  Leaf together_leaf(std::span<const Number> items) const;
  LeafSets solve(Number number, const Node& root);
  void settle(Number number, Node& root, LeafSets& sets);
  bool add_proof(Number number, Node& root, const LeafSet& best, std::span<const Number> group);
  bool add_conditions(Number number, Node& root, const LeafSet& best, std::span<const Number> group,
                      const Trouble& trouble);
  std::vector<Number> concerned(const std::vector<solve::Fact>& facts, ArchIndex arch,
                                std::span<const Number> group) const;
  Leaf leaf_told(Number leaf, Number number, const LeafSet& best) const;
  void fill(Explanation& made, Number number, const Node& root, const LeafSets& sets);
  void fill_waits(Explanation& made, Number number, const Node& root, const LeafSet& best);
  NameId source_named(std::string_view name) const;
  Explanation about(Number number) const;
  Explanation without_item(std::string_view name) const;

  WhyInput input_;
  WhyTrial trial_;
  std::function<std::string(deb::BinaryRef)> item_of_;
  std::vector<Excuse> old_;                        // removals of old libraries, by uvname
  std::vector<bool> accepted_;                     // by excuse
  std::vector<std::vector<Number>> head_;          // by arch, package: first of a chain
  std::vector<std::pair<Number, Number>> links_;   // excuse, next link
  std::map<NameId, std::vector<Number>> of_name_;  // source -> excuses, ascending
  std::vector<std::unique_ptr<Node>> nodes_;       // by excuse, then passing(); made when needed
  std::size_t trials_left_ = 0;                    // of rejected items, for the answer at hand
  std::deque<Leaf> leaves_;
  // What somebody has to fix is one thing, on however many architectures, for however many binaries
  // of the source and whatever it holds: by what to do, and the relation.
  std::map<std::array<std::string, 2>, Number> fixes_;
  std::map<Number, FixTexts> fix_texts_;  // by leaf
  std::set<Number> never_installable_;    // leaves about what no suites together can install
  std::map<Number, Number> forces_;       // item -> leaf
};

}  // namespace sluice::migrate
