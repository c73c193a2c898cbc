// NameClaims: who speaks under the name of a slot. A worker that runs twice under one name would
// take its own leases away from itself and run each test twice; so a name is the instance's that
// had it first, for as long as that is heard of. In memory: after a start of the server it is the
// one's that speaks first. Source: testgrid 1.4.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"

namespace sluice::grid {

struct NameClaim {
  std::string instance;
  base::Instant heard{}, until{};  // last; and nobody else may have it before

  friend bool operator==(const NameClaim&, const NameClaim&) = default;
};

class NameClaims {
 public:
  // The name is this instance's for `time` from now on: nothing is answered. Else the claim of the
  // one that has it, unchanged. An instance that says nothing of itself ("": workers from before
  // there was such) is let in and claims nothing. Cost: for a name without a claim all are looked
  // at.
  std::optional<NameClaim> claim(const std::string& name, const std::string& instance,
                                 base::Instant now, std::chrono::seconds time);

  // The clock was set: claims live as long as they would have.
  void shift(base::Instant::duration step);
  std::size_t size() const { return claims_.size(); }

 private:
  std::map<std::string, NameClaim> claims_;  // by name; some are over
};

}  // namespace sluice::grid
