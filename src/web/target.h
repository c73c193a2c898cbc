// Target: the path and query of a request, decoded.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::web {

struct Target {
  std::vector<std::string> path;  // between slashes; "/" has none
  std::multimap<std::string, std::string, std::less<>> query;

  // The first value of the parameter; "" if it is not there.
  std::string parameter(std::string_view name) const;
};

// Errors: invalid (no path, control characters, or "..").
base::Result<Target> parse_target(std::string_view target);

}  // namespace sluice::web
