// Headers of requests and answers, whichever side we are on.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::sys {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;  // in the order of the wire

// The value of the first header of that name in whatever case; "" if there is none.
std::string_view header_of(const HttpHeaders& headers, std::string_view name);

}  // namespace sluice::sys
