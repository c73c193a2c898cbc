// The summary of a run: autopkgtest writes it, but names and messages in it are the package's.
#include <cstdint>
#include <string_view>

#include "adt/summary.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto summary = sluice::adt::parse_summary({reinterpret_cast<const char*>(data), size});
  for (const auto& test : summary.tests)
    sluice::base::check(!test.name.empty(), "a test in a summary has a name");
  return 0;
}
