// Order of Debian version numbers. Source: Debian policy 5.6.12; migration 3.2.
#pragma once

#include <compare>
#include <string_view>

namespace sluice::deb {

// Total order over arbitrary text, never fails: epoch, upstream, revision; `~` lowest; a missing
// revision equals `0`. Text that is no version (`blacklisted`) is compared by the same rules.
std::weak_ordering compare_versions(std::string_view a, std::string_view b);

}  // namespace sluice::deb
