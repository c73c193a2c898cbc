// The syntax of britney.conf: text -> assignments. Format: migration 1.2. No key has a meaning
// here.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::britney {

struct Assignment {
  std::size_t line = 0;  // from 1
  std::string key;       // upper case: keys are compared without regard to case
  std::string value;
};

class ConfigText {
 public:
  static ConfigText parse(std::string_view text);

  // Replaces each "%(SERIES)" in values (Ubuntu's rules only). Once, before the first look-up.
  void expand_series(std::string_view series);

  // True if some line assigns the key, even an empty value.
  bool defines(std::string_view key) const;

  // The first assignment that is not empty, else the first; nothing if the key is not defined.
  std::optional<Assignment> find(std::string_view key) const;

  // Value of find(), or "".
  std::string value(std::string_view key) const;

  // Assignments of keys like "MINDAYS_LOW", in the order of the file.
  std::vector<Assignment> with_prefix(std::string_view prefix) const;

 private:
  std::vector<Assignment> assignments_;
};

}  // namespace sluice::britney
