#include "migrate/judge.h"

#include "migrate/docket.h"

namespace sluice::migrate {

Judgement judge(const World& world, const Facts& facts) { return Docket().judge(world, facts); }

}  // namespace sluice::migrate
