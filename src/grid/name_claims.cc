#include "grid/name_claims.h"

#include <algorithm>

namespace sluice::grid {

std::optional<NameClaim> NameClaims::claim(const std::string& name, const std::string& instance,
                                           base::Instant now, std::chrono::seconds time) {
  if (instance.empty()) return std::nullopt;
  const auto at = claims_.find(name);
  if (at == claims_.end()) {
    // Whoever may ask may ask under any name: what is over must not stay.
    std::erase_if(claims_, [&](const auto& one) { return one.second.until <= now; });
    claims_.emplace(name, NameClaim{instance, now, now + time});
    return std::nullopt;
  }
  auto& claim = at->second;
  if (claim.instance != instance && claim.until > now) return claim;
  // A short word of the same one does not take back a long one: it may still wait for an answer.
  const auto until = claim.instance == instance ? std::max(claim.until, now + time) : now + time;
  claim = {instance, now, until};
  return std::nullopt;
}

void NameClaims::shift(base::Instant::duration step) {
  for (auto& [name, claim] : claims_) {
    claim.heard += step;
    claim.until += step;
  }
}

}  // namespace sluice::grid
