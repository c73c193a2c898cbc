// TestRequest: one autopkgtest that a queue shall run, and its texts. Source: migration 4.6.6, 4.8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::adt {

struct TestRequest {
  std::string queue;   // "debci-testing-amd64"
  std::string source;  // to be tested
  std::string arch;
  std::vector<std::string> triggers;  // never empty; the first is the key of its result
  std::vector<std::string> ppas;      // usually none
  std::string submit_time;            // "2026-01-02 03:04:05" UTC; "" leaves the field out

  friend bool operator==(const TestRequest&, const TestRequest&) = default;
};

// Debian's peer writes the triggers as one string wherever they go, Ubuntu's only into a file.
enum class TriggerStyle : std::uint8_t { one_string, list };

// `{"triggers": [...], "ppas": [...], "submit-time": "..."}` with ", " and ": ", keys in this
// order.
std::string request_json(const TestRequest& request, TriggerStyle style);
// `SRC\nJSON`, the body of an AMQP message.
std::string amqp_body(const TestRequest& request, TriggerStyle style);
// `QUEUE:SRC JSON\n`, the line of a request file.
std::string request_line(const TestRequest& request);

}  // namespace sluice::adt
