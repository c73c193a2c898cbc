// What the two ends of the queue tell each other: whatever is accepted is written, read again and
// still the same.
#include <cstdint>
#include <string>
#include <string_view>

#include "adt/job_json.h"
#include "base/check.h"
#include "codec/json.h"
#include "queue/lease_json.h"

namespace {

using namespace sluice;

std::string text_of(const codec::Value& value) {
  return codec::to_json(value, codec::JsonStyle::compact);
}

// `parse` of what was written of what was parsed.
template <class Parse, class Write>
void check_again(const codec::Value& value, Parse parse, Write write) {
  const auto once = parse(value);
  if (!once) return;
  const auto written = write(*once);
  const auto twice = parse(written);
  base::check(twice.has_value(), "what was written is read");
  base::check(text_of(write(*twice)) == text_of(written), "and says the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = codec::parse_json({reinterpret_cast<const char*>(data), size});
  if (!value) return 0;
  check_again(*value, &queue::parse_lease,
              [](const queue::Lease& lease) { return queue::value_of(lease); });
  check_again(*value, &queue::parse_progress,
              [](const queue::Progress& progress) { return queue::value_of(progress); });
  check_again(*value, &adt::parse_attempt_end,
              [](const adt::AttemptEnd& end) { return adt::value_of(end); });
  check_again(
      *value, [](const codec::Value& v) { return queue::parse_lease_ask("h-1", v); },
      [](const queue::LeaseAsk& ask) { return queue::value_of(ask); });
  return 0;
}
