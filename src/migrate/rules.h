// Rules: in which of the two peers' ways this run decides. One value, chosen once (migration 0.1);
// policies are selected and texts are chosen by it at construction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::migrate {

enum class RuleSet : std::uint8_t { ubuntu, debian };

std::string_view text_of(RuleSet rules);  // "ubuntu", "debian"

}  // namespace sluice::migrate
