// Any bytes as EmailCache: what is read can be written and read again. Source: migration 2.5.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "britney/email_cache.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sluice::britney;
  const auto read = parse_email_cache({reinterpret_cast<const char*>(data), size}, "F");
  const auto again = parse_email_cache(email_cache_text(read.value), "F");
  sluice::base::check(again.messages.empty() && again.value == read.value,
                      "what we write we can read");
  return 0;
}
