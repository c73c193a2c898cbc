// Any bytes: parsed or refused; what was parsed is written and read back equal.
#include <cstdint>

#include "base/check.h"
#include "codec/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);

  // As one text: every byte string has to survive quoting, up to invalid UTF-8.
  const auto once = codec::parse_yaml(codec::to_yaml(codec::Value(bytes)));
  base::check(once.has_value() && once->string() != nullptr, "text is read back as text");
  const auto twice = codec::parse_yaml(codec::to_yaml(*once));
  base::check(twice.has_value() && *twice == *once, "text is read back equal");

  const auto value = codec::parse_yaml(bytes);
  if (!value) return 0;
  const auto written = codec::to_yaml(*value);
  const auto back = codec::parse_yaml(written);
  base::check(back.has_value(), "what was written can be read");
  base::check(codec::to_yaml(*back) == written, "what was written is read back equal");
  return 0;
}
