// Touched: what changed since a judgement, as far as judging some items again needs to know. Found
// by comparing, so that nobody has to tell the truth about it. Source: migration 9 (d).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "migrate/facts.h"
#include "migrate/hint.h"

namespace sluice::migrate {

struct Touched {
  bool everything = false;                    // no item can be left out, and the rest says nothing
  std::set<std::string, std::less<>> names;   // sources, binaries: facts or hints about them
  std::set<std::string, std::less<>> tested;  // sources: hints about their tests
  std::vector<TestKey> results, pending;      // that are other than they were; pending: or ended

  bool nothing() const {
    return !everything && names.empty() && tested.empty() && results.empty() && pending.empty();
  }
  void add(Touched more);
};

// Time, and whoever can be asked, concern every item. Cost: a look at every fact, some milliseconds
// on a real archive.
Touched touched_by(const Facts& before, const Facts& after);

// Hints are compared without their lines: a line more at the top of a file changes nothing.
Touched touched_by(const HintSet& before, const HintSet& after);

// Whether a hint says the same, wherever it stands.
bool same_hint(const Hint& a, const Hint& b);

}  // namespace sluice::migrate
