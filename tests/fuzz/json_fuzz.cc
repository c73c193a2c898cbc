// Any bytes: parsed or refused; what was parsed is written and read back equal in both styles.
#include <cstdint>

#include "base/check.h"
#include "codec/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const auto value = codec::parse_json({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  for (const auto style : {codec::JsonStyle::compact, codec::JsonStyle::indented}) {
    const auto written = codec::to_json(*value, style);
    const auto back = codec::parse_json(written);
    base::check(back.has_value(), "what was written can be read");
    base::check(codec::to_json(*back, style) == written, "what was written is read back equal");
  }
  return 0;
}
