#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace sluice::base {

void check_failed(std::string_view claim, const std::source_location& where) {
  std::fprintf(stderr, "%s:%u: broken invariant: %.*s\n", where.file_name(),
               static_cast<unsigned>(where.line()), static_cast<int>(claim.size()), claim.data());
  std::abort();
}

}  // namespace sluice::base
