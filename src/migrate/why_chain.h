// Chain: why a binary cannot be installed, fact by fact, in the archive's words. Source:
// migration 9; testgrid 5.4.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "migrate/judge.h"
#include "solve/explain.h"

namespace sluice::migrate {

// A package that would do but is not in the target.
struct Offer {
  std::string package;  // "libfoo1 2-1"
  std::string suite;    // where else it is; "" nowhere
  std::string item;     // uvname of the item that brings it; "" none

  friend bool operator==(const Offer&, const Offer&) = default;
};

struct ChainStep {
  solve::FactKind kind = solve::FactKind::needs;
  std::string package, other;        // "bar 1-1"
  std::string field;                 // "Depends", "Breaks"
  std::string relation;              // "libfoo1 (>= 2)"; of merged ones all, joined by ", "
  bool said_by_other = false;        // excludes: the relation is `other`'s
  std::vector<std::string> choices;  // packages there that satisfy the relation
  std::vector<std::string> instead;  // needs: packages there with the name, which do not satisfy it
  std::vector<Offer> offers;         // needs
};

struct Chain {
  std::string arch;
  std::string binary;  // "bar 1-1": what cannot be installed
  std::vector<ChainStep> steps;
  std::string with = {};  // "foo 2-1": only not together with this one; "" not at all
};

// What a chain is read in.
struct ChainContext {
  const World& world;
  ArchIndex arch = 0;
  SuiteIndex suite = deb::kTarget;  // that was looked at
  // The package of that name in the set that was looked at; invalid: none.
  std::function<deb::PackageIndex(NameId)> named;
  std::function<std::string(deb::BinaryRef)> item_of;  // uvname; "" none
};

Chain chain_of(std::span<const solve::Fact> facts, deb::PackageIndex binary,
               const ChainContext& context);

// "name version"
std::string package_text(const deb::Snapshot& snapshot, deb::BinaryRef ref);

std::string sentence_of(const ChainStep& step, std::string_view target);

// One sentence a step, without full stop, first to last.
std::vector<std::string> sentences_of(const Chain& chain, std::string_view target);

}  // namespace sluice::migrate
