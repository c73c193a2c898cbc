// Any bytes as a key server's answer: only plain addresses come out. Source: migration 4.5.13.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "britney/launchpad_people.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::britney;
  for (const auto& each : key_addresses({reinterpret_cast<const char*>(data), size}))
    sluice::base::check(is_mail_address(each), "a key names plain addresses");
  return 0;
}
