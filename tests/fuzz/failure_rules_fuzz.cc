// Rules of failures: a site writes them, and a worker reads them again while it runs.
#include <cstdint>
#include <string_view>

#include "adt/classify.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto rules = sluice::adt::parse_failure_rules(text);
  if (!rules) return 0;
  sluice::adt::RunEvidence evidence;
  evidence.exit_code = 16;
  evidence.setup_log = text;
  (void)sluice::adt::classify(evidence, *rules);
  return 0;
}
