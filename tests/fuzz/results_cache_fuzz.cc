// Any bytes: read or refused; what was read is written and read back equal, without problems.
#include <cstdint>

#include "adt/results.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const auto now = base::instant_of_seconds(0);
  const auto read = adt::parse_results({reinterpret_cast<const char*>(data), size}, now);
  if (!read) return 0;
  const auto written = adt::render_results(read->results);
  const auto back = adt::parse_results(written, now);
  base::check(back.has_value() && back->problems.empty(), "what was written can be read");
  base::check(adt::render_results(back->results) == written, "what was written is read back equal");
  return 0;
}
