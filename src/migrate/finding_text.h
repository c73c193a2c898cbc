// Finding -> the peers' sentence. The only place where these sentences stand.
#pragma once

#include <string>

#include "migrate/excuse.h"
#include "migrate/judge.h"

namespace sluice::migrate {

// HTML as the peers write it into excuses.html and excuses.yaml (links are <a> elements).
std::string text_of(const Finding& finding, const Excuse& excuse, const World& world);

// The two halves of the switch: what the finder states, and what policies state.
std::string finder_text(const Finding& finding, const Excuse& excuse, const World& world);
std::string policy_text(const Finding& finding, const Excuse& excuse, const World& world);

std::string tests_text(const Finding& finding, const Excuse& excuse, const World& world);

}  // namespace sluice::migrate
