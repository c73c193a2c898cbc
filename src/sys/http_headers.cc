#include "sys/http_headers.h"

#include "base/text.h"

namespace sluice::sys {

std::string_view header_of(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (base::equals_ignoring_case(key, name)) return value;
  return {};
}

}  // namespace sluice::sys
