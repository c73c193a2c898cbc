// judge: suites, hints and facts -> excuses and candidates. Source: migration 4.3, 4.4, 4.8.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "adt/pending.h"
#include "adt/request.h"
#include "adt/results.h"
#include "base/result.h"
#include "migrate/excuse.h"
#include "migrate/facts.h"
#include "migrate/hint.h"
#include "migrate/settings.h"
#include "solve/installability.h"
#include "solve/universe.h"

namespace sluice::migrate {

class TargetState;

// What every rule may read. References live for the whole run.
struct World {
  const deb::Snapshot& snapshot;
  const Settings& settings;
  const HintSet& hints;
  std::span<const std::unique_ptr<const solve::Universe>> universes;  // by ArchIndex
  std::span<const std::unique_ptr<solve::Installability>>
      installability;  // of the target, by ArchIndex

  const deb::Suite& target() const { return snapshot.suites[deb::kTarget]; }
  const deb::Suite& suite(SuiteIndex index) const { return snapshot.suites[index]; }
  // The target as it is now (a run changes it; the snapshot's target is the start).
  bool in_target(deb::BinaryRef ref) const;

  const TargetState* now = nullptr;  // null: the run has not begun
};

struct Judgement {
  std::vector<Excuse> excuses;   // sorted by uvname
  std::vector<Item> candidates;  // actionable items, sorted by (uvname, version)
  std::vector<Item> cruft;       // old libraries (3.7), sorted likewise; they follow the candidates
  std::vector<adt::TestRequest> wanted;  // in the order of decision; already in `pending`
  adt::Results tests;    // as this run leaves them, for saving; empty unless tests are enabled
  adt::Pending pending;  // likewise
  std::optional<base::Error> fatal;  // nothing of this judgement may be used
  AgeFacts::Dates first_seen;        // of the sources that were judged; the facts have all others
  ByName<ByName<std::string>> source_ppas;  // looked at in this run
  std::vector<std::string> messages;        // warnings for the log
};

Judgement judge(const World& world, const Facts& facts);

}  // namespace sluice::migrate
