// Bodies of request messages: strangers write them. What is accepted must be written and read back
// the same.
#include <cstdint>
#include <string_view>

#include "adt/message.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)sluice::adt::parse_queue_name(text);
  const auto message = sluice::adt::parse_message(text);
  if (!message) return 0;
  const auto again = sluice::adt::parse_message(sluice::adt::message_body(*message));
  sluice::base::check(again.has_value() && *again == *message, "a message is read back the same");
  return 0;
}
