// Any bytes as sru_regress_inform_state: what is read can be written and read again. Source:
// migration 2.5.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "britney/regression_state.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::britney;
  const auto read = parse_told_regressions({reinterpret_cast<const char*>(data), size}, "F");
  if (!read) return 0;
  const auto again = parse_told_regressions(told_regressions_text(read->value), "F");
  sluice::base::check(again && again->messages.empty() && again->value == read->value,
                      "what we write we can read");
  return 0;
}
