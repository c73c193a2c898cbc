// Verdict: how bad one finding is; composition is the maximum. Source: migration 4.2.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace sluice::migrate {

enum class Verdict : std::uint8_t {
  not_applicable,
  pass,
  pass_hinted,
  rejected_temporarily,
  rejected_waiting_for_another_item,
  rejected_blocked_by_another_item,
  rejected_needs_approval,
  rejected_cannot_determine_if_permanent,
  rejected_permanently,
};

constexpr Verdict worst(Verdict a, Verdict b) { return std::max(a, b); }
constexpr bool is_rejected(Verdict v) { return v >= Verdict::rejected_temporarily; }
constexpr bool is_blocked(Verdict v) { return v >= Verdict::rejected_blocked_by_another_item; }

// "REJECTED_NEEDS_APPROVAL": the peers' word in excuses.yaml.
std::string_view text_of(Verdict verdict);

}  // namespace sluice::migrate
