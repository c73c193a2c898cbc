// Shell globs over names: `*`, `?`, `[abc]`, `[a-z]`, `[!a]`. Source: autopkgtest 2.2, 2.6.
#pragma once

#include <string_view>

namespace sluice::adt {

// Over the whole text. A "[" without its "]" is itself. Cost: linear in text times stars.
bool matches_glob(std::string_view glob, std::string_view text);

}  // namespace sluice::adt
