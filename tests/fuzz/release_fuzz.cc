// Release files, with and without armour: whatever is accepted has a name.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "archive/release_file.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const auto plain = sluice::archive::strip_signature(text);
  if (const auto release = sluice::archive::parse_release(plain))
    sluice::base::check(!release->name.empty(), "a Release that is accepted has a name");
  return 0;
}
