#include "migrate/mail_due.h"

#include <algorithm>
#include <bit>

namespace sluice::migrate {

std::int64_t stuck_from(StuckKind kind) { return kind == StuckKind::valid ? 5 : 1; }

std::int64_t mail_due(std::int64_t age, StuckKind kind) {
  constexpr std::int64_t kMonth = 30;
  const auto first = stuck_from(kind);
  if (age <= first) return first;
  const auto doubling = std::bit_floor(static_cast<std::uint64_t>(age + 2 - first));
  const auto due = static_cast<std::int64_t>(doubling) + first - 2;
  if (due - first < kMonth) return std::max(due, first);
  return (age - first - kMonth) / kMonth * kMonth + first + kMonth;
}

}  // namespace sluice::migrate
