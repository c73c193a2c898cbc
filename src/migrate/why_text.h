// The texts of an explanation: for people, and as JSON. Format of the latter: docs/manual/why.md.
// Source: testgrid 5.4.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "codec/value.h"
#include "migrate/why.h"

namespace sluice::migrate {

// Names of the two suites, and the time of the question.
struct WhyNames {
  std::string source = "unstable", target = "testing";
  base::Instant now;
};

// Ends with a newline.
std::string text_of(const Explanation& explanation, const WhyNames& names);
codec::Value value_of(const Explanation& explanation, const WhyNames& names);

// Why a binary is not installable in `suite`.
std::string text_of(const Breakage& breakage, std::string_view binary, std::string_view suite);
codec::Value value_of(const Breakage& breakage, std::string_view binary, std::string_view suite);

}  // namespace sluice::migrate
