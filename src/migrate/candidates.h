// The finder: walks the suites and makes an excuse for everything that differs from the target.
// Source: migration 4.3 A to F. Cost: one comparison of numbers for an unchanged source.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "migrate/finder_rules.h"
#include "migrate/policies.h"

namespace sluice::migrate {

// Appends to `run.out.excuses`, in the order of discovery: removals, then suite by suite the items
// by name, then what `remove` hints add. Verdicts are final except for propagation (4.3 G).
void find_candidates(PolicyRun& run, const FinderRules& rules,
                     std::span<const PolicySpec> policies);

// Appends the excuse of one item of a source or of its binaries alone, as finding all would make
// it.
void find_again(PolicyRun& run, const FinderRules& rules, std::span<const PolicySpec> policies,
                const Item& item);

}  // namespace sluice::migrate
