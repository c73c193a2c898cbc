// INI files: the peers' worker.conf. Source: autopkgtest 2.1.
//
//   [autopkgtest]
//   releases = noble jammy     # no comment: the "#" belongs to the value
//   # a comment
//   args = lxd -r remote
//     --name more              ; an indented line goes on with the value
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sluice::codec {

struct IniValue {
  std::string text;  // trimmed; lines that went on are joined by a newline
  int line = 0;
  friend bool operator==(const IniValue&, const IniValue&) = default;
};

// Keys in lower case, as the peers read them.
using IniSection = std::map<std::string, IniValue, std::less<>>;
using IniFile = std::map<std::string, IniSection, std::less<>>;

// `KEY = VALUE` or `KEY: VALUE`; nothing is replaced in values. Errors: invalid, with the line: a
// key without section, a line without separator, a section or key that stands there twice.
base::Result<IniFile> parse_ini(std::string_view text);

}  // namespace sluice::codec
