// Release files: name, components and architectures of a suite. Source: migration 2.1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace sluice::archive {

struct ReleaseFile {
  std::string name;                        // Suite, else Codename; not empty
  std::string origin;                      // "Debian"; "" if the field is missing
  std::string date;                        // as it is written there
  std::vector<std::string> components;     // in the order of the file; may contain '/'
  std::vector<std::string> architectures;  // without `all` and `source`; empty: field missing
};

// Errors: invalid, if there is not exactly one paragraph, or neither Suite nor Codename.
base::Result<ReleaseFile> parse_release(std::string_view text);

// What an inline signed file (InRelease) says, without the armour around it; other text unchanged.
// The signature is not checked: apt did that before it stored the file.
std::string strip_signature(std::string_view text);

}  // namespace sluice::archive
