#include "britney/config_text.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace sluice::britney {
namespace {

std::string to_upper(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

}  // namespace

ConfigText ConfigText::parse(std::string_view text) {
  ConfigText config;
  std::size_t number = 0;
  for (const auto line : base::split(text, '\n')) {
    ++number;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || base::trim(line).starts_with('#')) continue;
    config.assignments_.push_back({number, to_upper(base::trim(line.substr(0, equals))),
                                   std::string(base::trim(line.substr(equals + 1)))});
  }
  return config;
}

void ConfigText::expand_series(std::string_view series) {
  for (auto& each : assignments_)
    each.value = base::trim(base::replace_all(each.value, "%(SERIES)", series));
}

bool ConfigText::defines(std::string_view key) const {
  return std::ranges::find(assignments_, key, &Assignment::key) != assignments_.end();
}

std::optional<Assignment> ConfigText::find(std::string_view key) const {
  std::optional<Assignment> found;
  for (const auto& each : assignments_) {
    if (each.key != key) continue;
    if (!each.value.empty()) return each;
    if (!found) found = each;
  }
  return found;
}

std::string ConfigText::value(std::string_view key) const {
  const auto found = find(key);
  return found ? found->value : std::string();
}

std::vector<Assignment> ConfigText::with_prefix(std::string_view prefix) const {
  std::vector<Assignment> found;
  std::ranges::copy_if(assignments_, std::back_inserter(found),
                       [&](const Assignment& each) { return each.key.starts_with(prefix); });
  return found;
}

}  // namespace sluice::britney
