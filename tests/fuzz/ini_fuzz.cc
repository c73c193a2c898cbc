// worker.conf: an operator writes it, an editor or a disk may damage it.
#include <cstdint>
#include <string_view>

#include "codec/ini.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)sluice::codec::parse_ini({reinterpret_cast<const char*>(data), size});
  return 0;
}
