// Case files: text scenarios of migration runs. Format: docs/formats/case.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::cases {

// `binary foo 1 amd64 ; Depends: bar` -> word "binary", text "foo 1 amd64 ; Depends: bar".
struct Line {
  int number = 0;
  std::string word;
  std::string text;
};

struct Case {
  std::string file;
  int line = 0;
  std::string name;
  std::vector<Line> given;   // before `expect`
  std::vector<Line> expect;  // after it, not empty
};

// Errors: invalid, naming file, line and expectation.
base::Result<std::vector<Case>> parse_cases(std::string_view text, const std::string& file);

}  // namespace sluice::cases
