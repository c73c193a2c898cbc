// Any bytes: read or refused; what was read is written and read back equal, without problems.
#include <cstdint>

#include "adt/pending.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const auto read = adt::parse_pending({reinterpret_cast<const char*>(data), size});
  if (!read) return 0;
  const auto back = adt::parse_pending(adt::render_pending(read->pending));
  base::check(back.has_value() && back->problems.empty(), "what was written can be read");
  base::check(adt::render_pending(back->pending) == adt::render_pending(read->pending),
              "what was written is read back equal");
  return 0;
}
