// Texts of worker.conf with places to fill: `$NAME` by what a run needs, `#NAME#` by credentials.
// Source: autopkgtest 2.1.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sluice::worker {

using Variables = std::map<std::string, std::string, std::less<>>;  // without the "$"

// Every `$NAME` that has a variable, by its value; of names that begin alike the longest, where the
// peers take what comes first. What is put in is not looked at again; other "$" stay, for shells.
std::string fill_variables(std::string_view text, const Variables& variables);

// `NAME=VALUE` of `-v`. Errors: invalid.
base::Result<std::pair<std::string, std::string>> parse_variable(std::string_view text);

struct FilledText {
  std::string text;
  std::vector<std::string> used;  // values that were put in: they may not be shown
};

// Every `#NAME#` (capitals, digits, "_") by the credential of that name. Errors: not_found (names
// the macro; never a value).
base::Result<FilledText> fill_macros(std::string_view text, const Variables& credentials);

}  // namespace sluice::worker
