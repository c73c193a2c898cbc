// Why an excuse is rejected, in keys for a summary. The peers' reason keys where there are any
// (migration 4.4); Debian's rules and some policies set none, then what was found names one.
#pragma once

#include <set>
#include <string>

#include "migrate/excuse.h"

namespace sluice::migrate {

// Not empty for an excuse that is not valid; "other" if nothing found says more.
std::set<std::string> rejection_reasons(const migrate::Excuse& excuse);

// With what policies and findings say beside the peers' keys: for comparing two decisions.
std::set<std::string> all_rejection_reasons(const migrate::Excuse& excuse);

}  // namespace sluice::migrate
