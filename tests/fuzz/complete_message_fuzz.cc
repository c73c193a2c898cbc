// Bodies of completion messages: workers of others write them. What is accepted must be written and
// read back the same, and its path must be one that we would make.
#include <cstdint>
#include <string_view>

#include "adt/run_messages.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto message = sluice::adt::parse_complete(text);
  if (!message) return 0;
  const auto again = sluice::adt::parse_complete(sluice::adt::complete_body(*message));
  sluice::base::check(again.has_value() && *again == *message, "a message is read back the same");
  sluice::base::check(!("/" + message->place.directory + "/").contains("/../"),
                      "a path stays in its container");
  return 0;
}
